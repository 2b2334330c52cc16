"""Which drugs aim at what is specific in these cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from tmeatlas._text import clean, clean_long, counted, display_name, interaction_name
from tmeatlas.atlas.encode import Blocks, short_number, short_numbers
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.results import DrugTargets
from tmeatlas.targets import BY_PAIR, status_words

MAX_ROWS = 400
WORDS = (
    *("label", "drug_target", "level", "name", "role", "support", "verdict", "source", "target"),
    *("interaction", "senders", "receivers", "group", "normal_groups", "note"),
)


def _shown_groups(texts: str) -> str:
    """`T_CD8 (12 %); B (3 %)` with the groups as the page names them."""
    return "; ".join(map(display_name, texts.split("; "))) if texts else ""


SHOWN = {
    **dict.fromkeys(("source", "target"), display_name),
    **{"interaction": interaction_name, "normal_groups": _shown_groups},
}
"""How texts are shown that are not shown as they are."""
NUMBERS = ("n_samples", "n_samples_specific", "routes")
OF_DRUG = ("drug", "kind", "direction", "status", "status_date", "status_source", "intervention")


@dataclass(frozen=True, eq=False)
class Drugs:
    """Drug targets with their drugs, and the groups of cells that have them."""

    rows: pd.DataFrame
    """One row per drug target and what it belongs to, the best supported first."""
    drugs: pd.DataFrame
    """One row per drug, drug target and what it belongs to."""
    shares: pd.DataFrame
    """Drug targets × groups."""
    normal: dict[str, bool]
    """Of each group, whether its cells are known not to be malignant."""
    conflicting: pd.DataFrame
    words: list[str]
    """The words of support, in their order."""
    n_supported: int
    """Drug targets that are supported by any row."""
    n_total: int
    use: str
    status: str
    kind_of_rows: str
    """What the rows of the data are: "cells" or "spots"."""
    caveat: str


class DrugTargetsPanel(Panel[Drugs]):
    """Drug targets × groups of cells, and the drugs of the one that is chosen."""

    id = "drug_targets"
    place = Place.INTERVENTIONS
    order = 10
    may_be_empty = True

    def build(self, source: Source) -> Drugs | None:
        """The drug targets; None without them, or where joining data has lost their tables."""
        found = source.result(DrugTargets)
        if found is None or found.table.empty or found.expression.empty:
            return None
        return read_drugs(found, source.cells.groups.raw_labels)

    def pack(self, payload: Drugs, blocks: Blocks) -> dict[str, Any]:
        """Groups as JSON, the rows with their drugs in a block."""
        of_row = payload.drugs.groupby("row", sort=False)
        drugs = {
            row: [
                {
                    name: clean_long(status_words(str(value)) if name == "status" else value)
                    for name, value in zip(OF_DRUG, values, strict=True)
                }
                for values in each[list(OF_DRUG)].to_numpy()
            ]
            for row, each in of_row
        }
        rows = [
            {
                **{name: clean_long(SHOWN.get(name, str)(row[name])) for name in WORDS},
                **{name: int(row[name]) for name in NUMBERS},
                "ofPair": BY_PAIR in str(row["note"]),
                "share": short_number(row["share"]),
                "specificity": short_number(row["specificity"]),
                "shares": short_numbers(payload.shares.loc[row["drug_target"]])
                if row["drug_target"] in payload.shares.index
                else [],
                "drugs": drugs[i],
            }
            for i, row in enumerate(payload.rows.to_dict("records"))
        ]
        return {
            "groups": [
                {"label": display_name(group), "raw": clean_long(group), "normal": normal}
                for group, normal in payload.normal.items()
            ],
            "words": payload.words,
            "nSupported": payload.n_supported,
            "conflicting": [
                [clean_long(value) for value in values]
                for values in payload.conflicting[["drug", "drug_target", "conflict"]].to_numpy()
            ],
            "use": payload.use,
            "status": f"{payload.status} {payload.caveat}".strip(),
            "rows": payload.kind_of_rows,
            "block": blocks.add_json(rows),
        }

    def title(self, source: Source) -> str:
        """The title of its card."""
        return "Drugs that aim at what is specific here"

    def explanation(self, source: Source) -> str:
        """How to read it."""
        rows = source.cells.words
        return (
            f"Research context, never advice. Colour: share of the {rows} of a type that show the "
            "drug target; framed: the type that has it where its axis is specific or its programme "
            "stands out. Beside a drug target: samples in which that is so. Click it for its "
            "drugs, and to colour the map by the gene."
        )

    def call(self, source: Source) -> tuple[str, str]:
        """The drug targets fill it."""
        return "Drugs that aim at what is specific", DrugTargets.call

    def genes(self, source: Source) -> Iterator[str]:
        """The drug targets that are supported or seen."""
        found = source.result(DrugTargets)
        if found is not None:
            rows = found.by_target()
            seen = (rows["n_samples_specific"] > 0) | (rows["routes"] > 0)
            yield from dict.fromkeys(gene for gene in rows.loc[seen, "drug_target"] if gene)

    def terms(self, payload: Drugs) -> Sequence[tuple[str, str]]:
        """What its words mean."""
        return DrugTargets.words

    def notes(self, payload: Drugs) -> Iterator[str]:
        """Rows for which there is no room, and drugs that are left out."""
        yield f"Drug targets: {payload.use} {payload.status} {payload.caveat}".strip()
        if len(payload.rows) < payload.n_total:
            yield (
                f"Drug targets: the first {len(payload.rows):,} of {payload.n_total:,} are shown. "
                "tme.get.drug_targets(adata) has all."
            )
        if len(payload.conflicting):
            names = ", ".join(clean(name) for name in payload.conflicting["drug"])
            yield f"Drugs left out, as their sources conflict or are but one: {names}."

    def summary(self, payload: Drugs) -> list[str]:
        """How many drug targets are supported."""
        return [f"{counted(payload.n_supported, 'supported drug target')}"]


def read_drugs(found: DrugTargets, groups: Sequence[str]) -> Drugs:
    """Drug targets for the page, in the order of the table; groups in that of the page."""
    rows = found.by_target()
    kept = rows.head(MAX_ROWS).reset_index(drop=True)
    table = found.table.astype(dict.fromkeys(found.table.select_dtypes("category"), object))
    table["label"] = table["drug_target"].where(table["drug_target"] != "", table["drug"])
    where = ["label", "level", "feature"]
    place = kept[where].assign(row=np.arange(len(kept)))
    expression = found.expression.astype({"drug_target": object, "group": object})
    normal = expression.drop_duplicates("group").set_index("group")["normal"]
    place_of = {group: i for i, group in enumerate(groups)}
    order = sorted(normal.index, key=lambda group: place_of.get(str(group), len(place_of)))
    shares = expression.pivot_table(index="drug_target", columns="group", values="share")
    return Drugs(
        rows=kept,
        drugs=table.merge(place, on=where),
        shares=shares.reindex(columns=order),
        normal={str(group): bool(normal[group]) for group in order},
        conflicting=found.conflicting.astype(str),
        n_supported=len(found.supported),
        words=[str(word) for word in found.table["support"].cat.categories],
        n_total=len(rows),
        use=found.use,
        status=str(found.record.facts.get("status", "")),
        kind_of_rows=found.rows,
        caveat=_sentence(clean_long(found.caveat)),
    )


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:].rstrip('.')}." if text else ""


PANEL = DrugTargetsPanel()
