"""Which published findings the default call shows in the data at hand.

    python benchmarks/findings.py [folder with data/] [--tsv FILE]      # a few minutes

The statements, who says so, and what counts as found, missed, contradicted or not readable stand
in `known_findings.yaml`, which was committed before anything was looked up. `docs/findings.md` has
the table.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import anndata as ad
import pandas as pd
import yaml
from findings_data import AT_HAND, Analysed, analysed
from findings_looks import NOT_READABLE, VERDICTS, look_up, worst

FOLDER = Path(os.environ.get("TMEATLAS_SHARED", Path(__file__).resolve().parents[2] / "shared"))
LIST = Path(__file__).parent / "known_findings.yaml"
COLUMNS = ("finding", "data", "verdict", "what was found", "seen before")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    parser.add_argument("--tsv", type=Path)
    options = parser.parse_args()
    runs = (
        analysed(cohort, ad.read_h5ad(options.folder / "data" / cohort.path)) for cohort in AT_HAND
    )
    table = in_order(verdicts(runs, load_findings()))
    show(table)
    show(counts(table))
    if options.tsv is not None:
        table.to_csv(options.tsv, sep="\t", index=False)


def load_findings() -> list[dict[str, object]]:
    """The statements with their rules."""
    return yaml.safe_load(LIST.read_text(encoding="utf-8"))["findings"]


def verdicts(
    runs: Iterable[Analysed], findings: list[dict[str, object]], *, everywhere: bool = False
) -> Iterator[tuple[str, ...]]:
    """Each finding in each cohort that it names, or `everywhere`."""
    for run in runs:
        for finding in findings:
            if not _applies(finding, run, everywhere=everywhere):
                continue
            if run.adata is None:
                word, detail = NOT_READABLE, run.failed
            else:
                found = look_up(run.adata, finding)
                word, detail = found.word, found.detail
            seen = "no" if everywhere or not finding["seen"] else str(finding["seen"])
            yield str(finding["id"]), run.cohort.name, word, detail, seen


def _applies(finding: dict[str, object], run: Analysed, *, everywhere: bool) -> bool:
    """Whether a finding is looked up in a cohort."""
    if not everywhere:
        return run.cohort.name in finding["data"]
    about = str(finding.get("about", ""))
    return not about or about in (word.strip() for word in run.cohort.about.split(";"))


def in_order(rows: Iterable[tuple[str, ...]]) -> pd.DataFrame:
    """As a table, in the order of the list."""
    order = [finding["id"] for finding in load_findings()]
    table = pd.DataFrame(list(rows), columns=COLUMNS)
    return table.sort_values("finding", key=lambda names: names.map(order.index), kind="stable")


def counts(table: pd.DataFrame) -> pd.DataFrame:
    """How many rows have each verdict, and how many findings, by the worst of their data."""
    by_finding = table.groupby("finding")["verdict"].agg(lambda words: worst(list(words)))
    unseen = table["seen before"].str.startswith("no")
    return pd.DataFrame(
        [
            {
                "verdict": word,
                "rows": (table["verdict"] == word).sum(),
                "of them not seen before": (unseen & (table["verdict"] == word)).sum(),
                "findings": (by_finding == word).sum(),
            }
            for word in VERDICTS
        ]
    )


def show(table: pd.DataFrame) -> None:
    """The table as Markdown."""
    cells = table.astype(str).map(lambda text: text.replace("|", "/")).to_numpy().tolist()
    rows = [list(table.columns), ["---"] * table.shape[1], *cells]
    print("\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n", flush=True)


if __name__ == "__main__":
    main()
