"""The knowledge files hold together: formats, ids, genes, lineages and axes."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

FOLDER = Path(__file__).resolve().parents[2] / "signatures"
OTHER_FILES = {"axes", "cancers", "lineages", "drivers", "drug_targets", "phenotype", "states"}
LINEAGE_FIELDS = {
    *("id", "name", "parent", "level", "markers", "names", "soft", "hints", "cell_ontology"),
}
SIGNATURE_FILES = sorted(p for p in FOLDER.glob("*.yaml") if p.stem not in OTHER_FILES)
ID = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")

# The compartments that `core` has to cover.
CORE_COMPARTMENTS = [
    "caf", "tam", "treg", "mdsc", "hypoxia", "exhaustion", "cytotoxicity", "ifn", "tgfb",
    "angiogenesis", "ecm", "emt", "proliferation", "metabolism",
]  # fmt: skip
MAIN_LINEAGES = [
    "fibroblast", "pericyte", "endothelial", "myeloid", "monocyte_macrophage", "dendritic",
    "granulocyte", "mast", "t_cell", "t_cd8", "nk", "b_lineage", "plasma",
]  # fmt: skip

# Pairs (ligand, receptor, role) without which these axes would be incomplete.
REQUIRED_PAIRS = {
    "tgfb": [
        *((f"TGFB{i}", "TGFBR1_TGFBR2", "signalling") for i in (1, 2, 3)),
        *((f"TGFB{i}", "ACVR1_TGFBR2", "signalling") for i in (1, 2, 3)),
        *((f"TGFB{i}", "TGFBR3", "coreceptor") for i in (1, 2, 3)),
        ("TGFB1", "ITGAV_ITGB6", "activation"),
        ("TGFB3", "ITGAV_ITGB6", "activation"),
        ("TGFB1", "ITGAV_ITGB8", "activation"),
        ("TGFB3", "ITGAV_ITGB8", "activation"),
        ("TGFB1", "ITGB8", "activation"),
        ("TGFB1", "ENG", "coreceptor"),
        ("TGFB1", "TGFBR2", "signalling"),
        ("TGFB1", "ACVRL1", "signalling"),
    ],
    "cxcl12": [
        ("CXCL12", "CXCR4", "signalling"),
        ("CXCL12", "ACKR3", "decoy"),
        ("CXCL12", "DPP4", "cleavage"),
        ("CXCL12", "CD4", "coreceptor"),
        ("CXCL12", "ITGB1", "coreceptor"),
        ("CXCL14", "CXCR4", "signalling"),
    ],
    "pd1_pdl1": [
        ("CD274", "PDCD1", "signalling"),
        ("PDCD1LG2", "PDCD1", "signalling"),
        ("CD274", "CD80", "cis"),
        ("PDCD1LG2", "RGMB", "signalling"),
    ],
    "mif": [("MIF", "CD74", "signalling"), ("MIF", "CXCR4", "signalling")],
    "spp1": [("SPP1", "CD44", "signalling")],
}


def read_yaml(path: Path) -> list[dict]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)


def violations(schema_file: str, content: object) -> list[str]:
    schema = json.loads((FOLDER / schema_file).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    found = Draft202012Validator(schema).iter_errors(content)
    return [f"{error.json_path}: {error.message}" for error in found]


def genes_of(signature: dict) -> list[str]:
    return [*signature["genes"], *signature.get("down", [])]


@pytest.fixture(scope="module")
def signatures() -> dict[str, dict]:
    return {entry["id"]: entry for path in SIGNATURE_FILES for entry in read_yaml(path)}


@pytest.fixture(scope="module")
def lineages() -> dict[str, dict]:
    return {entry["id"]: entry for entry in read_yaml(FOLDER / "lineages.yaml")}


@pytest.fixture(scope="module")
def axes() -> dict[str, dict]:
    return {entry["id"]: entry for entry in read_yaml(FOLDER / "axes.yaml")}


@pytest.fixture(scope="module")
def interactions(axes) -> list[dict]:
    return [item for axis in axes.values() for item in axis["interactions"]]


@pytest.fixture(scope="module")
def gene_rows() -> list[dict[str, str]]:
    with (FOLDER / "genes.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


@pytest.mark.parametrize("path", SIGNATURE_FILES, ids=lambda path: path.stem)
def test_signature_file_holds_to_the_schema(path):
    entries = read_yaml(path)
    assert violations("schema.json", entries) == []
    assert {entry["compartment"] for entry in entries} == {path.stem}


def test_schema_refuses_what_is_not_in_the_format(signatures):
    good = dict(next(iter(signatures.values())))
    assert violations("schema.json", [good]) == []
    assert violations("schema.json", [{**good, "colour": "red"}])
    assert violations("schema.json", [{**good, "id": "Not An Id"}])
    assert violations("schema.json", [{**good, "genes": [*good["genes"], good["genes"][0]]}])
    assert violations("schema.json", [{**good, "note": "two\nlines"}])
    assert violations("schema.json", [{**good, "reference": {"status": "stated"}}])
    assert violations("schema.json", [{**good, "reference": {"status": "no ids", "pmid": "1"}}])
    unknown = {"cancer": ["not stated"], "tissue": "not stated"}
    assert violations("schema.json", [{**good, "derived_in": unknown}]) == []
    assert violations("schema.json", [{**good, "derived_in": {**unknown, "by": "a guess"}}])
    assert violations("schema.json", [{**good, "derived_in": {**unknown, "cancer": ["breast"]}}])


def test_every_compartment_has_its_file():
    assert {path.stem for path in SIGNATURE_FILES} >= set(CORE_COMPARTMENTS)


def test_ids_are_unique_over_all_files():
    ids = [entry["id"] for path in SIGNATURE_FILES for entry in read_yaml(path)]
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    assert [name for name in ids if not ID.fullmatch(name)] == []


def test_no_gene_twice_and_none_both_up_and_down(signatures):
    twice = {
        name: [gene for gene, count in Counter(genes_of(entry)).items() if count > 1]
        for name, entry in signatures.items()
    }
    assert {name: genes for name, genes in twice.items() if genes} == {}


def test_signatures_have_at_least_two_genes(signatures):
    assert [name for name, entry in signatures.items() if len(genes_of(entry)) < 2] == []


def test_weights_are_for_genes_of_the_signature(signatures):
    weighted = {name: entry for name, entry in signatures.items() if "weights" in entry}
    assert "ifng_tis18" in weighted
    for name, entry in weighted.items():
        assert set(entry["weights"]) <= set(genes_of(entry)), name
    negative = [gene for gene, w in weighted["ifng_tis18"]["weights"].items() if w < 0]
    assert negative == ["CD276"]


def test_every_gene_is_in_the_gene_table_and_nothing_else(signatures, interactions, gene_rows):
    used = {gene for entry in signatures.values() for gene in genes_of(entry)}
    for item in interactions:
        used |= {*item["ligand_genes"], *item["receptor_genes"]}
    symbols = [row["symbol"] for row in gene_rows]
    assert sorted(used) == symbols


def test_gene_table_is_unambiguous(gene_rows):
    symbols = {row["symbol"] for row in gene_rows}
    names = [a for row in gene_rows for a in row["aliases"].split(",") if a]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    assert symbols & set(names) == set()
    ids = [i for row in gene_rows for i in row["ensembl_ids"].split(",") if i]
    assert [i for i in ids if not re.fullmatch(r"ENSG\d{11}", i)] == []
    assert [i for i, count in Counter(ids).items() if count > 1] == []


def test_lineages_form_a_tree_with_known_markers(signatures, lineages):
    for name, entry in lineages.items():
        assert {"id", "name", "parent", "level", "markers"} <= set(entry) <= LINEAGE_FIELDS, name
        assert entry["level"] in (0, 1, 2), name
        assert all(re.fullmatch(r"CL:\d{7}", term) for term in entry.get("cell_ontology", [])), name
        assert ID.fullmatch(name), name
        assert set(entry["markers"]) <= set(signatures), name
        seen = [name]
        while (parent := lineages[seen[-1]]["parent"]) is not None:
            assert parent in lineages, name
            assert parent not in seen, name
            seen.append(parent)
        assert seen[-1] == "any", name


def test_terms_of_the_cell_ontology_are_under_known_lineages(lineages):
    with (FOLDER / "cell_ontology.tsv").open(encoding="utf-8", newline="") as file:
        assert "release 2026-03-26, CC BY 4.0" in next(file)
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert {row["lineage"] for row in rows} <= set(lineages)
    of_term = {row["id"]: row["lineage"] for row in rows}
    assert len(of_term) == len({row["name"] for row in rows}) == len(rows)
    for name, entry in lineages.items():
        for term in entry.get("cell_ontology", []):
            assert of_term[term] == name


def test_scored_in_names_known_lineages(signatures, lineages):
    strangers = {
        name: sorted(set(entry["scored_in"]) - set(lineages)) for name, entry in signatures.items()
    }
    assert {name: found for name, found in strangers.items() if found} == {}


@pytest.mark.parametrize("compartment", CORE_COMPARTMENTS)
def test_core_covers_the_compartment(compartment, signatures):
    found = [e for e in signatures.values() if e["compartment"] == compartment]
    assert any(entry["tier"] == "core" for entry in found)


@pytest.mark.parametrize("lineage", MAIN_LINEAGES)
def test_main_lineages_have_a_core_marker(lineage, signatures, lineages):
    assert any(signatures[name]["tier"] == "core" for name in lineages[lineage]["markers"])


def test_signatures_that_mark_the_same_have_one_purpose(signatures):
    purposes: dict[str, set[str]] = {}
    for entry in signatures.values():
        purposes.setdefault(entry["marks"], set()).add(entry["purpose"])
    assert {marks: found for marks, found in purposes.items() if len(found) > 1} == {}
    assert {next(iter(found)) for found in purposes.values()} == {
        *("finds", "state", "process", "quality"),
    }


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("caf_pan", "caf_mycaf"),
        ("caf_mycaf", "caf_icaf"),
        ("exhaustion_terminal", "exhaustion_progenitor"),
        ("b_pan", "plasma_pan"),
        ("dc_pan", "dc_cdc1"),
        ("dc_cdc1", "dc_cdc2"),
        ("dc_xue2022_pdc", "dc_activated"),
        ("ifna_hallmark", "ifng_tis18"),
        ("ifng_hallmark", "ifng_ayers6"),
        ("glycolysis_hallmark", "oxphos_hallmark"),
        ("angiogenesis_tian2017_gpags", "angiogenesis_tian2017_ppags"),
    ],
)
def test_what_is_not_the_same_is_not_combined(one, other, signatures):
    assert signatures[one]["marks"] != signatures[other]["marks"]


def test_readme_lists_what_signatures_mark(signatures):
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    listed = text.split("## What they mark")[1].split("## ")[0]
    rows = dict(re.findall(r"^\| (finds|state|process|quality) \| (.+) \|$", listed, re.M))
    for purpose, names in rows.items():
        known = {e["marks"] for e in signatures.values() if e["purpose"] == purpose}
        assert sorted(re.findall(r"`(\w+)`", names)) == sorted(known), purpose
    assert len(rows) == 4


def test_symbols_left_out_have_no_source_still(signatures, shared_data):
    """Once `genes.tsv` confirms one of them, it belongs into its signature again."""
    with (shared_data / "genes" / "genes.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    confirmed = {row["symbol"] for row in rows if row["hgnc_approved"] == "yes"}
    confirmed |= {alias for row in rows for alias in row["aliases"].split(",") if alias}
    marker = "Left out, no current symbol confirmed: "
    left_out = {
        name: entry["note"].split(marker)[1].rstrip(".").split(", ")
        for name, entry in signatures.items()
        if marker in entry["note"]
    }
    assert left_out["ecm_matrisome_core"] == ["NOV"]
    assert {name: found for name, found in left_out.items() if confirmed & set(found)} == {}


def test_cancers_of_lists_are_known(signatures):
    known = {entry["id"] for entry in read_yaml(FOLDER / "cancers.yaml")}
    for name, entry in signatures.items():
        cancers = entry["derived_in"]["cancer"]
        assert set(cancers) <= known or cancers in (["several"], ["none"], ["not stated"]), name
    assert signatures["caf_icaf"]["derived_in"]["cancer"] == ["pancreas"]
    assert signatures["tam_xue2022_mph_03_spp1"]["derived_in"]["cancer"] == ["liver"]


def test_readme_counts_where_lists_are_from(signatures):
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    listed = text.split("## Where a list is from")[1].split("## ")[0]
    counts = Counter(entry["derived_in"]["cancer"][0] for entry in signatures.values())
    for name in ("several", "none", "not stated"):
        assert f"| `{name}` | {counts.pop(name)} |" in listed, name
    assert f"| ids of `cancers.yaml` | {counts.total()} |" in listed


@pytest.mark.parametrize("compartment", ["caf", "tam", "mdsc"])
def test_programmes_are_called_by_what_they_measure(compartment, signatures):
    value = re.compile(r"(?i)\b(pro|anti)-|-regulatory|suppressive|promoting|beneficial|harmful")
    for name, entry in signatures.items():
        if entry["compartment"] == compartment:
            assert value.search(f"{entry['name']}: {entry['marks']}") is None, name


def test_no_word_says_two_cancers():
    entries = read_yaml(FOLDER / "cancers.yaml")
    assert [e["id"] for e in entries] == sorted({e["id"] for e in entries})
    for entry in entries:
        assert {"id", "name", "words"} <= set(entry) <= {"id", "name", "words", "organs"}, entry
    said = [word for e in entries for word in [*e["words"], *e.get("organs", [])]]
    assert [word for word, count in Counter(said).items() if count > 1] == []
    assert [word for word in said if word != word.lower()] == []


def test_no_monocytic_mdsc_set_is_claimed(signatures):
    claimed = [n for n, e in signatures.items() if re.search(r"\bM-?MDSC", f"{n} {e['name']}")]
    assert claimed == []
    for file in ("mdsc.yaml", "README.md"):
        assert "no M-MDSC signature" in (FOLDER / file).read_text(encoding="utf-8")


def test_axes_hold_to_the_schema(axes):
    assert violations("axes.schema.json", list(axes.values())) == []
    assert len(axes) == len(read_yaml(FOLDER / "axes.yaml"))


def test_axis_responses_are_signatures(signatures, axes):
    named = {name for axis in axes.values() for name in axis["response"]}
    assert "tgfb_ftbrs" in named
    assert named <= set(signatures)


def test_interactions_are_listed_once(interactions):
    ids = Counter(item["id"] for item in interactions)
    assert [name for name, count in ids.items() if count > 1] == []
    pairs = Counter(
        (frozenset(item["ligand_genes"]), frozenset(item["receptor_genes"]))
        for item in interactions
    )
    assert max(pairs.values()) == 1
    assert [pair for pair in pairs if (pair[1], pair[0]) in pairs] == []


def test_complexes_are_their_sorted_subunits(interactions):
    for item in interactions:
        for side in ("ligand", "receptor"):
            assert item[f"{side}_genes"] == sorted(item[f"{side}_genes"]), item["id"]
            assert item[side] == "_".join(item[f"{side}_genes"]), item["id"]


def test_non_protein_ligands_name_what_they_stand_for(interactions):
    standing_in = [item for item in interactions if item.get("is_protein") is False]
    assert any(item["ligand_name"].startswith("Prostaglandin") for item in standing_in)
    assert all("ligand_name" in item for item in standing_in)


@pytest.mark.parametrize("axis", REQUIRED_PAIRS)
def test_axis_is_complete(axis, axes):
    found = {(i["ligand"], i["receptor"], i["role"]) for i in axes[axis]["interactions"]}
    assert set(REQUIRED_PAIRS[axis]) <= found


def test_readme_counts_are_those_of_the_files(signatures, axes, interactions):
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert f"{len(signatures)} gene signatures in {len(SIGNATURE_FILES)} compartments" in text
    assert f"{len(axes)} crosstalk axes with {len(interactions)} interactions" in text
    for path in SIGNATURE_FILES:
        tiers = Counter(entry["tier"] for entry in read_yaml(path))
        counts = " | ".join(str(tiers[tier]) for tier in ("core", "standard", "extended"))
        assert f"| {path.stem} | {counts} |" in text
