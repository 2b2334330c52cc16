"""The catalogue of axes: one table of all, and one page for each with its pairs."""

from __future__ import annotations

import pandas as pd

import tmeatlas as tme
from site_pages.catalogue_signatures import anchor
from site_pages.writing import code, contents, fields, plain, table
from tmeatlas.interactions import Axis, load_axes

INDEX = "axes.md"
INTRODUCTION = """\
# Axes

The {n} axes of the built-in database, `tme.sig.interactions("tme")`, with {pairs:,} pairs of
ligand and receptor. An axis answers to its core pairs; associated ones are named beside it and
never make it specific ([axes](../axes.md)). A response is a signature that rises in the
receiver; one that is validated, of which a second source shows the same, decides whether an
axis is active. Write in the box to filter, such as `PDCD1` or `TGF`.

"""
PAIRS = ("ligand", "receptor", "role", "place", "lists", "from")


def axis_pages() -> dict[str, str]:
    """The pages by file."""
    axes = load_axes()
    frame = tme.sig.interactions("tme").to_frame()
    by_axis = {str(axis): rows for axis, rows in frame.groupby("axis", sort=False)}
    heads = ("axis", "name", "core pairs", "pairs", "core genes", "response")
    rows = [
        (
            *(f"[{code(axis.id)}](axis_{axis.id}.md)", plain(axis.name), str(len(axis.core))),
            *(str(len(axis.interactions)), plain(", ".join(_genes(axis))), _responses(axis)),
        )
        for axis in axes
    ]
    files = {axis.id: f"axis_{axis.id}.md" for axis in axes}
    text = INTRODUCTION.format(n=len(axes), pairs=len(frame)) + table(heads, rows) + "\n"
    pages = {INDEX: text + contents(file.removesuffix(".md") for file in files.values())}
    return {**pages, **{files[axis.id]: _page(axis, by_axis[axis.id]) for axis in axes}}


def _genes(axis: Axis) -> list[str]:
    pairs = (gene for pair in axis.core for gene in (*pair.ligand_genes, *pair.receptor_genes))
    return list(dict.fromkeys(pairs))


def _responses(axis: Axis) -> str:
    known = tme.sig.load()
    return ", ".join(
        (f"[{code(one)}](#{anchor(one)})" if one in known else code(one))
        + (" (validated)" if one in axis.validated else "")
        for one in axis.response
    )


def _page(axis: Axis, pairs: pd.DataFrame) -> str:
    described = [
        ("Id", code(axis.id)),
        ("Core pairs", str(len(axis.core))),
        ("Response in the receiver", _responses(axis) or "none on record"),
        ("Know before use", plain(axis.note)),
    ]
    rows = [_row(pair) for pair in pairs.sort_values("core", key=_core_first).to_dict("records")]
    return f"# Axis: {plain(axis.name)}\n\n{fields(described)}\n\n{table(PAIRS, rows)}"


def _core_first(column: pd.Series) -> pd.Series:
    return column.map({"core": 0}).fillna(1)


def _row(pair: dict[str, object]) -> tuple[str, ...]:
    disputed = {"yes": ", disputed", "few": ", in few lists"}.get(str(pair["disputed"]), "")
    return (
        *(_side(pair, "ligand"), _side(pair, "receptor"), plain(pair["role"])),
        *(f"{pair['core']}{disputed}", str(pair["n_resources"]), plain(pair["source"])),
    )


def _side(pair: dict[str, object], side: str) -> str:
    genes, name = str(pair[f"{side}_complex"]).replace("_", " + "), str(pair[f"{side}_name"])
    return plain(f"{genes} ({name})" if name else genes)
