"""Which genes are in `signatures/markers.tsv`: the rule, applied to the other files of the folder.

    python benchmarks/marker_panel.py            # says where the file differs
    python benchmarks/marker_panel.py --write    # writes it

`signatures/README.md` has the rule in words.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import yaml

import tmeatlas as tme

FOLDER = Path(__file__).resolve().parents[1] / "signatures"
FILE = FOLDER / "markers.tsv"

GENES_PER_LIST = 2
"""Of each list of lineage markers, and of each programme: those that most sources list."""
FEWEST_SOURCES = 2
"""A gene that a single source lists is no marker that others agree on."""
FEWEST_ROWS = 2
"""Of drugs that act on a gene."""
MOST_RESOURCES = 12
"""Independent public resources that list a pair of an axis: all that were looked at."""
WHOLE = "checkpoint"
"""The programme of which every gene is in that all its signatures list."""
BY_NAME = {
    "EPCAM": (
        "epithelial",
        "PanglaoDB: of its canonical epithelial markers that in most human epithelial cells (91 %)",
    ),
    "PTPRC": ("immune", "Azimuth; scGate"),
}
"""Of lineages whose markers their own parts share, so that `lineage_markers.tsv` lacks them."""


class Marker(NamedTuple):
    """One row of the file."""

    gene: str
    rule: str
    marks: str
    n_sources: int
    source: str


def main() -> int:
    """Compare the file with the rule, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    found = frame(panel())
    if parser.parse_args().write:
        found.to_csv(FILE, sep="\t", index=False, lineterminator="\n")
        print(f"{FILE.name}: {len(found)} genes")
        return 0
    there = pd.read_csv(FILE, sep="\t")
    differ = sorted(set(found["gene"]) ^ set(there["gene"]))
    print("as the rule has it" if found.equals(there) else f"differs: {differ}")
    return 0 if found.equals(there) else 1


def frame(markers: Iterable[Marker]) -> pd.DataFrame:
    """The rows as they stand in the file."""
    return pd.DataFrame(markers, columns=list(Marker._fields))


def panel() -> list[Marker]:
    """The genes, each by the first rule that has it."""
    found: dict[str, Marker] = {}
    for marker in (*by_name(), *of_lineages(), *of_programmes(), *of_drugs(), *of_axes()):
        found.setdefault(marker.gene, marker)
    return list(found.values())


def by_name() -> Iterator[Marker]:
    """The two of lineages that the lists leave out."""
    for gene, (lineage, source) in BY_NAME.items():
        yield Marker(gene, "name", lineage, source.count(";") + 1, source)


def of_lineages() -> Iterator[Marker]:
    """Of each list those that most sources list; of equals, those that more signatures have."""
    table = pd.read_csv(FOLDER / "lineage_markers.tsv", sep="\t")
    table = table[(table["direction"] == "up") & (table["n_sources"] >= FEWEST_SOURCES)]
    known = listed()
    for use in ("lineage", "part"):
        for lineage, rows in table[table["use"] == use].groupby("lineage", sort=False):
            rows = rows.assign(signatures=[known[gene] for gene in rows["gene"]])
            rows = rows.sort_values(
                ["n_sources", "signatures", "gene"], ascending=[False, False, True]
            )
            for row in rows.head(GENES_PER_LIST).itertuples():
                yield Marker(row.gene, "lineage", str(lineage), row.n_sources, row.sources)


def of_programmes() -> Iterator[Marker]:
    """The same of the signatures that mark one programme or lineage, of which one is core."""
    signatures = tme.sig.load("all").values()
    known = listed()
    by_mark = defaultdict(list)
    for signature in signatures:
        by_mark[signature.marks].append(signature)
    for mark, those in by_mark.items():
        if len(those) < FEWEST_SOURCES or not any(each.tier == "core" for each in those):
            continue
        n = Counter(gene for each in those for gene in each.genes)
        shared = [gene for gene in n if n[gene] >= FEWEST_SOURCES]
        order = sorted(shared, key=lambda gene: (-n[gene], -known[gene], gene))
        for gene in order if mark == WHOLE else order[:GENES_PER_LIST]:
            having = [each.id for each in those if gene in each.genes]
            yield Marker(gene, "programme", mark, n[gene], "; ".join(having))


def of_drugs() -> Iterator[Marker]:
    """What several rows of drugs act on."""
    table = tme.sig.drug_targets()
    for gene, rows in table.groupby("drug_target", sort=False):
        # Rows of pathways and strategies act on no single gene.
        if gene and len(rows) >= FEWEST_ROWS:
            drugs = list(dict.fromkeys(rows["drug"]))
            yield Marker(str(gene), "drug target", "drug target", len(rows), "; ".join(drugs))


def of_axes() -> Iterator[Marker]:
    """Both sides of the core pairs that all resources list."""
    axes = yaml.safe_load((FOLDER / "axes.yaml").read_text(encoding="utf-8"))
    for axis in axes:
        for pair in axis["interactions"]:
            genes = [*pair["ligand_genes"], *pair["receptor_genes"]]
            is_pair = pair["core"] and pair["role"] == "signalling" and len(genes) == 2
            if is_pair and pair["n_independent"] >= MOST_RESOURCES:
                source = f"{pair['ligand']} and {pair['receptor']}: {pair['source']}"
                for gene in genes:
                    yield Marker(gene, "axis", axis["id"], pair["n_independent"], source)


def listed() -> Counter[str]:
    """How many signatures have each gene."""
    return Counter(gene for each in tme.sig.load("all").values() for gene in each.genes)


if __name__ == "__main__":
    sys.exit(main())
