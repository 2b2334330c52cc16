"""The catalogue of drug targets: one table of drugs, and a section for each gene."""

from __future__ import annotations

import pandas as pd

import tmeatlas as tme
from site_pages.writing import code, fields, plain, table

INTRODUCTION = """\
# Drug targets

**Research context, never advice.** These are the {n} entries of `tme.sig.drug_targets`, on
{targets} genes. A status is as of its date and as its source says it, and may have changed
since; "not stated" is not "none". Which of them aim at what your samples show is told by
`tme.tl.drug_targets` ([drugs](../drug_targets.md)). Write in the box to filter.

"""
NO_GENE = "none"
"""Of strategies that aim at no one gene."""
BELONGS_TO = ("axes", "programme", "state", "lineage")
HEADS = ("drug", "acts on", "how", "status", "as of", "axes, programme, cells")


def drug_pages() -> dict[str, str]:
    """The page by its file."""
    frame = tme.sig.drug_targets().fillna("")
    targets = frame["drug_target"].replace("", None).nunique()
    frame["drug_target"] = frame["drug_target"].replace("", NO_GENE)
    rows = [_row(drug) for drug in frame.to_dict("records")]
    text = INTRODUCTION.format(n=len(frame), targets=targets) + table(HEADS, rows) + "\n"
    by_target = frame.groupby("drug_target", sort=True)
    return {"drug_targets.md": text + "\n".join(_section(str(gene), of) for gene, of in by_target)}


def _row(drug: dict[str, object]) -> tuple[str, ...]:
    return (
        *(plain(drug["drug"]), f"[{code(drug['drug_target'])}](#target-{_slug(drug)})"),
        *(plain(drug["action"]), plain(drug["status"]), plain(drug["status_date"])),
        plain(
            "; ".join(str(drug[of]) for of in ("axes", "programme", "state", "lineage") if drug[of])
        ),
    )


def _slug(drug: dict[str, object]) -> str:
    return str(drug["drug_target"]).lower()


def _heading(gene: str) -> str:
    return "No one gene" if gene == NO_GENE else plain(gene)


def _section(gene: str, drugs: pd.DataFrame) -> str:
    entries = []
    for drug in drugs.to_dict("records"):
        described = [
            ("Acts", f"{plain(drug['action'])} (as stated: {plain(drug['action_as_stated'])})"),
            ("Says who", plain(drug["action_source"])),
            ("Status", plain(f"{drug['status']}, {drug['status_date']}".rstrip(", "))),
            ("Status from", plain(drug["status_source"])),
            ("In oncology by", plain(drug["oncology_basis"])),
            ("Axes", plain(drug["axes"])),
            ("Programme", plain(drug["programme"])),
            ("State", plain(drug["state"])),
            ("Lineage", plain(drug["lineage"])),
            ("Know before use", plain(drug["note"])),
        ]
        entries.append(
            f"**{plain(drug['drug'])}** ({plain(drug['kind'])})\n\n{fields(described)}\n"
        )
    return f"(target-{gene.lower()})=\n## {_heading(gene)}\n\n" + "\n".join(entries)
