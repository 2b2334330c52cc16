"""What a comparison keeps, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._guard import warn
from tmeatlas._log import note
from tmeatlas.cohort import Compared
from tmeatlas.results import Comparison


def made_result(
    adata: AnnData,
    key_added: str,
    compared: Compared,
    rows: pd.DataFrame | None,
    params: Mapping[str, Any],
    labels: tuple[str | None, ...],
) -> Comparison:
    """What is kept, with text as categories; `labels` are of the groups, and others that count."""
    groupby, *others = labels
    who = (params[name] for name in ("condition_key", "patient_key", "paired_by"))
    read = Comparison.columns_read(adata, [*others, *who, *params["covariates"]])
    table = compared.table.copy()
    table.insert(0, "what", params["what"])
    dtypes = {column.name: column.dtype for column in Comparison.columns}
    return Comparison(
        key=key_added,
        table=table.astype({name: dtypes[name] for name in table.columns}),
        samples=compared.samples,
        left_out=compared.left_out,
        rows=rows,
        record=Comparison.new_record(
            adata,
            groupby=groupby,
            sample_key=params["sample_key"],
            params=params,
            facts=compared.facts | read,
        ),
    )


def tell_limits(compared: Compared, key_added: str) -> None:
    """Note what was left out, and warn of what limits the result."""
    if len(compared.left_out):
        reasons = compared.left_out["reason"].astype(str).str.partition(":")[0]
        few = [f"{reason} ({n})" for reason, n in reasons.value_counts().head(5).items()]
        note(f"left out: {', '.join(few)}; see uns[{keys.compare_tables(key_added)[1]!r}]")
    if compared.cautions:
        warn(" ".join(compared.cautions))
