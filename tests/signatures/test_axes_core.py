"""Which interactions an axis is named after, and how many lists hold them: facts with a source."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / "signatures"
DIRECT_ROLES = {"signalling", "adhesion"}

# Where the axes differ from the table of the sources, field by field, and why.
PART = "a part of a complex; the whole of it is core in the axis"
NOT_CORE = {"core": "associated"}
DEVIATIONS: dict[str, tuple[dict[str, str], str]] = {
    "tme:TGFB1_TGFBR2": (NOT_CORE, PART),
    "tme:IL6_IL6R": (NOT_CORE, PART),
    "CPI-SC0C6EBD4D8": (NOT_CORE, PART),
    "CPI-SS02C509183": (NOT_CORE, PART),
    "CPI-SS034083FFA": (NOT_CORE, PART),
    "CPI-SS0F67B526A": (NOT_CORE, PART),
    "CPI-SS0674B0F46": (NOT_CORE, PART),
    "tme:EBI3_IL27RA": (NOT_CORE, PART),
    "CPI-SS03E7FB333": (NOT_CORE, "a part; EGFR and ERBB4 have the ligand alone, and are core"),
    "CPI-SS06F83AE58": (
        {"axis": "hyaluronan", "ligand": "SELE", "receptor": "CD44", "n_independent": "4"},
        "turned round, as most lists have it; its axis, cd44, has no core pair",
    ),
}
REMOVED = {"CPI-SS01503DD69": "CD44 with TYROBP: one list, and no axis that it belongs to"}
CORE_PARTS = {
    "tme:MIF_CD74": "the axis is named after CD74",
    **dict.fromkeys(
        ("CPI-SC01AADFEB3", "CPI-SC0F36DD437", "CPI-SC074D3FFBC"),
        "ACVR1 with TGFBR2 is a complex itself, as CellPhoneDB has it",
    ),
    **dict.fromkeys(
        ("CPI-SS0DC001A77", "CPI-SS052C4E19B", "CPI-SS04BE14432", "CPI-SS09CCC0451"),
        "CellChatDB alone holds the whole, which the axis lacks",
    ),
    "tme:SHH_PTCH1": "CellChatDB alone adds SMO; six lists hold the pair",
}
"""Parts of what CellChatDB has as one complex, which stay core."""
ADDED = {
    "tme:IL15_IL15RA_IL2RB_IL2RG": 2,
    "tme:LTA_LTB_LTBR": 2,
    "tme:MIF_CD44_CD74": 2,
    "tme:MIF_CD74_CXCR2": 2,
    "tme:MIF_CD74_CXCR4": 2,
    **{f"tme:SEMA3{s}_NRP2_PLXNA{n}": 2 for s in "CF" for n in (1, 2, 3, 4)},
    "CPI-CC0B5110FC9": 3,
    "CPI-CC0D8A77C69": 2,
    "tme:HAS2_CD44": 2,
    "tme:HAS2_HMMR": 3,
    "tme:HAS1_CD44": 1,
}
"""Interactions that the table lacks, with the independent lists that hold them."""
NAMED_AXES = ("gm_csf", "g_csf", "il4_il13", "il12", "neurotrophin", "gdnf", "lactate")
"""Axes that reviews name and the table lacks; their facts are in a table of their own."""
ELSEWHERE = {
    "il35": "il27",
    "neural_nrg": "egf_erbb",
    "lymphatic_vegfc": "vegf",
}
"""Where the pairs of that other table are, if not in the axis of its name."""
NOT_LISTED = {
    "parts of a receptor that is there as a whole": {
        *(("CSF2", chain) for chain in ("CSF2RA", "CSF2RB")),
        *(("IL4", chain) for chain in ("IL4R", "IL13RA1", "IL2RG")),
        *(("IL13", chain) for chain in ("IL13RA1", "IL4R")),
        *(("GDNF", chain) for chain in ("GFRA1", "RET")),
        ("EBI3", "IL6ST"),
        ("IL12A", "IL12RB2"),
    },
    "another ligand's receptor": {("CSF2", "IL3RA")},
    "not in the release of CellPhoneDB": {
        ("CSF2", "CSF1R"),
        ("CSF3", "CSF1R"),
        ("IL4", "IL13RA2"),
        ("IL13", "TMEM219"),
    },
    "two lists at most beside well-listed pairs": {
        ("CSF2", "SDC2"),
        *((f"NRG{i}", f"ERBB2{also}") for i in (1, 2) for also in ("", "_ERBB3", "_ERBB4")),
    },
}


@pytest.fixture(scope="module")
def axes() -> list[dict]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((FOLDER / "axes.yaml").read_text(encoding="utf-8"), Loader=loader)


@pytest.fixture(scope="module")
def interactions(axes) -> dict[str, dict]:
    return {item["id"]: {"axis": a["id"], **item} for a in axes for item in a["interactions"]}


@pytest.fixture(scope="module")
def named(shared_data) -> dict[tuple[str, str, str], dict[str, str]]:
    """The proteins of the table of axes that reviews name, by axis and pair."""
    path = shared_data / "crosstalk" / "axes_missing.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["is_protein"] == "yes"]
    return {(r["axis"], joined(r["ligand"]), joined(r["receptor"])): r for r in rows}


def joined(complex_: str) -> str:
    return "_".join(sorted(complex_.split("+")))


@pytest.fixture(scope="module")
def table(shared_data) -> dict[str, dict[str, str]]:
    path = shared_data / "crosstalk" / "axes_core.tsv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["interaction_id"]: row for row in csv.DictReader(file, delimiter="\t")}


def test_every_axis_has_a_core_pair(axes):
    without = [axis["id"] for axis in axes if not any(i["core"] for i in axis["interactions"])]
    assert without == []


def test_only_direct_interactions_are_core(interactions):
    strange = [i for i, item in interactions.items() if item["core"] and not direct(item)]
    assert strange == []


def direct(item: dict) -> bool:
    return item["role"] in DIRECT_ROLES


@pytest.mark.parametrize(
    ("axis", "pair", "core"),
    [
        ("pd1_pdl1", ("PDCD1LG2", "PDCD1"), True),
        ("csf1", ("IL34", "CSF1R"), True),
        ("cxcl12", ("CXCL14", "CXCR4"), False),
        ("ifng", ("CD93", "IFNGR1"), False),
        ("mif", ("APP", "CD74"), False),
        ("mif", ("MIF", "CD74"), True),
        ("il6", ("CD248", "IL6R"), False),
        ("lag3", ("HLA-DRA", "LAG3"), False),
        ("tgfb", ("TGFB1", "TGFBR1_TGFBR2"), True),
        ("tgfb", ("TGFB1", "TGFBR2"), False),
    ],
)
def test_axes_answer_to_their_names(axes, axis, pair, core):
    (found,) = (a for a in axes if a["id"] == axis)
    (item,) = (i for i in found["interactions"] if (i["ligand"], i["receptor"]) == pair)
    assert item["core"] is core


def test_validated_responses_are_responses_with_their_evidence(axes):
    for axis in axes:
        validated = axis.get("validated", {})
        assert set(validated) <= set(axis["response"]), axis["id"]
        assert all(len(line) > 20 for line in validated.values())


def test_a_part_of_a_complex_is_core_for_a_reason_only(interactions, table):
    parts = {name for name, row in table.items() if "part of the" in row["note"]}
    assert {name for name in parts if interactions[name]["core"]} == set(CORE_PARTS)


def test_the_axes_are_those_of_the_table(interactions, table):
    assert set(table) - set(interactions) == set(REMOVED)
    added = {
        name for name in set(interactions) - set(table) if not of_named_axes(interactions[name])
    }
    assert added == {*ADDED, "tme:VEGFC_NRP2"}
    for name, lists in ADDED.items():
        assert interactions[name]["n_independent"] == lists, name


def test_every_row_is_that_of_the_table_but_for_the_named_ones(interactions, table):
    for name in interactions.keys() & table.keys():
        item, row = interactions[name], table[name]
        said = {
            "axis": item["axis"],
            "ligand": item["ligand"],
            "receptor": item["receptor"],
            "role": item["role"],
            "core": "yes" if item["core"] else "associated",
            "n_independent": str(item["n_independent"]),
            "disputed": item.get("disputed", "" if item.get("is_protein", True) else "na"),
        }
        deviation, _ = DEVIATIONS.get(name, ({}, ""))
        assert said == {field: row[field] for field in said} | deviation, name
        assert all(row[field] != value for field, value in deviation.items()), name


def of_named_axes(item: dict) -> bool:
    return item["axis"] in NAMED_AXES


def test_the_axes_that_reviews_name_are_those_of_their_table(interactions, named):
    listed = {(item["ligand"], item["receptor"]): item for item in interactions.values()}
    left_out = set().union(*NOT_LISTED.values())
    for (axis, *pair), row in named.items():
        if tuple(pair) in left_out:
            assert tuple(pair) not in listed
            continue
        item = listed[tuple(pair)]
        own_axis = "il12" if pair[0] == "IL12A_IL12B" else ELSEWHERE.get(axis, axis)
        assert item["axis"] == own_axis, pair
        assert item["n_independent"] == int(row["n_independent"]), pair
        assert item["id"] == (row["cellphonedb_id"] or "tme:" + "_".join(pair)), pair
        assert item["core"] or "proposed core" not in row["note"], pair
    added = {(i["ligand"], i["receptor"]) for i in interactions.values() if of_named_axes(i)}
    assert added - {(ligand, receptor) for _, ligand, receptor in named} == {
        ("LDHA_SLC16A3", "HCAR1")
    }


def test_what_is_not_listed_is_in_the_readme():
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    section = text.split("Of the axes added later")[1].split("\n## ")[0]
    receptors = {name for pairs in NOT_LISTED.values() for _, r in pairs for name in r.split("_")}
    assert {name for name in receptors if name not in section} == set()
    assert all(name in section for name in ("kynurenine to AHR", "arginine", "HAS3"))


@pytest.mark.parametrize("axis", NAMED_AXES)
def test_an_axis_that_reviews_name_has_its_core(axes, axis):
    (found,) = (entry for entry in axes if entry["id"] == axis)
    core = {(i["ligand"], i["receptor"]) for i in found["interactions"] if i["core"]}
    trk = {("NGF", "NTRK1"), ("BDNF", "NTRK2"), *(("NTF3", f"NTRK{i}") for i in (1, 2, 3))}
    assert (
        core
        == {
            "gm_csf": {("CSF2", "CSF2RA_CSF2RB")},
            "g_csf": {("CSF3", "CSF3R")},
            "il4_il13": {("IL4", "IL2RG_IL4R"), ("IL4", "IL13RA1_IL4R"), ("IL13", "IL13RA1_IL4R")},
            "il12": {("IL12A_IL12B", "IL12RB1_IL12RB2")},
            "neurotrophin": {
                *trk,
                ("NTF4", "NTRK2"),
                *((ligand, "NGFR") for ligand in ("NGF", "BDNF", "NTF3")),
            },
            "gdnf": {("GDNF", "GFRA1_RET")},
            "lactate": {("LDHA_SLC16A3", "HCAR1")},
        }[axis]
    )


def test_every_decision_is_in_the_readme(interactions):
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    section = text.split("### Where the axes differ from their sources")[1].split("\n## ")[0]
    for name in DEVIATIONS:
        ligand, receptor = interactions[name]["ligand"], interactions[name]["receptor"]
        assert f"{ligand} to {receptor}" in section, name
