"""Signatures, interactions and drugs from damaged files: a right result, or an error of ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_hypothesis import answered, any_text, cells_of_tables, damaged, examples

import tmeatlas as tme
from tmeatlas.interactions import read_microenvironments
from tmeatlas.targets import as_drug_table

GMT = "caf\tna\tDCN\tLUM\tCOL1A1-\ntam\thttp://x\tSPP1\tCD68,0.5\n"
GRP = "# genes\nDCN\nLUM+\nCOL1A1-\n"
YAML = """\
- id: caf
  name: Fibroblasts
  genes: [DCN, LUM]
  down: [PTPRC]
  weights: {DCN: 2.0}
  scored_in: [caf, any]
  reference: {authors: A et al., year: 2020, doi: 10.1/x}
- id: tam
  genes:
    - SPP1
    - CD68
"""
JSON = (
    '[{"id": "caf", "genes": ["DCN", "LUM"], "weights": {"DCN": 2.0}, "note": "x"},\n'
    ' {"id": "tam", "genes": ["SPP1"], "down": ["CD3D"]}]'
)
MSIGDB = '{"HALLMARK_X": {"systematicName": "M1", "pmid": "1", "geneSymbols": ["A", "B"]}}'
NET = "source,target,weight\ncaf,DCN,2\ncaf,LUM,-1\ntam,SPP1,0.5\n"
MARKERS = (
    "p_val\tavg_log2FC\tp_val_adj\tcluster\tgene\n1e-9\t2.5\t1e-5\t0\tDCN\n0.2\t-1\t1\t1\tLUM\n"
)
WIDE = "caf;tam\nDCN;SPP1\nLUM;CD68\nCOL1A1;\n"
SIGNATURES = {
    ".gmt": GMT,
    ".grp": GRP,
    ".yaml": YAML,
    ".json": JSON,
    "-msigdb.json": MSIGDB,
    ".csv": NET,
    ".tsv": MARKERS,
    "-wide.csv": WIDE,
    ".txt": GMT,
    "-list.txt": GRP,
}
INTERACTIONS = """\
ligand,receptor,axis,role,classification,id
TGFB1,TGFBR1_TGFBR2,tgfb,signalling,Cytokine,TGFB1:TGFBR
CXCL12,CXCR4,cxcl12,signalling,Chemokine,a
CD274,PDCD1,,,,b
"""
DRUGS = """\
drug,drug_target,action,status,status_date,axes,kind,note
galunisertib,TGFBR1,inhibitor,phase 2,2020-01-01,tgfb,drug,
plerixafor,CXCR4,inhibitor,,,cxcl12;other,drug,x
"""
PLACES = "cell_type,microenvironment\nT cell,core\nCAF,edge\nCAF,core\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("text")


def read(reader: Callable, path, content: bytes):
    """What a reader gives; None where it refuses."""
    path.write_bytes(content)
    return answered(reader, path)[0]


contents = st.sampled_from(list(SIGNATURES.items())).flatmap(
    lambda item: st.tuples(st.just(item[0]), damaged(item[1]) | st.binary(max_size=200))
)


@examples(150)
@given(made=contents)
def test_signatures(folder, made):
    ending, content = made
    found = read(tme.sig.read, folder / f"a{ending}", content)
    if found is None:
        return
    assert len(found)
    for name, signature in found.items():
        assert name == signature.id
        genes = (*signature.genes, *signature.down)
        assert genes
        assert all(isinstance(gene, str) and gene.strip() == gene != "" for gene in genes)
        assert len(set(genes)) == len(genes)
        assert all(0 < abs(weight) < float("inf") for weight in signature.weights.values())
    # What was read is a set like any other: it can be written and is read again as it was.
    tme.sig.write(found, folder / "again.yaml")
    assert list(tme.sig.read(folder / "again.yaml").items()) == list(found.items())


rows = st.lists(st.lists(cells_of_tables, min_size=1, max_size=7), max_size=6)


@st.composite
def tables(draw, headings: str) -> bytes:
    """Rows of anything below headings that are known, in any order."""
    known = draw(st.permutations(headings.split(",")))[: draw(st.integers(1, 9))]
    sign = draw(st.sampled_from(",\t;|"))
    lines = [known, *draw(rows)]
    return "\n".join(sign.join(line) for line in lines).encode("utf-8", "surrogatepass")


def head(text: str) -> str:
    return text.split("\n", 1)[0]


@examples(60)
@given(content=damaged(INTERACTIONS) | tables(head(INTERACTIONS)) | st.binary(max_size=200))
def test_interactions(folder, content):
    found = read(tme.sig.interactions, folder / "a.csv", content)
    if found is None:
        return
    assert len(found)
    for pair in found:
        assert pair.id
        for genes in (pair.ligand_genes, pair.receptor_genes):
            assert genes
            assert all(gene.strip() == gene != "" for gene in genes)


@examples(60)
@given(content=damaged(DRUGS) | tables(head(DRUGS)) | st.binary(max_size=200))
def test_drugs(folder, content):
    found = read(as_drug_table, folder / "a.csv", content)
    if found is None:
        return
    assert len(found)
    assert all(entry.drug.strip() and entry.action for entry in found)
    assert len(found.to_frame()) == len(found)


@examples(60)
@given(content=damaged(PLACES) | tables(head(PLACES)))
def test_microenvironments(folder, content):
    labels = ["T cell", "CAF", "B cell"]
    found = read(lambda path: read_microenvironments(path, labels), folder / "a.csv", content)
    assert found is None or all(set(members) <= set(labels) for members in found.values())


lists = st.lists(any_text | st.none() | st.integers() | st.floats(), max_size=4)
things = (
    lists
    | st.none()
    | any_text
    | st.integers()
    | st.dictionaries(any_text, lists, max_size=3)
    | st.sets(any_text, max_size=3)
    | st.binary(max_size=9)
)


@examples(60)
@given(signatures=st.dictionaries(any_text | st.integers(), things, max_size=4) | things)
def test_signatures_that_are_handed_over(signatures):
    found, refused = answered(tme.sig.coverage, ["DCN", "LUM", "A"], signatures)
    assert refused or (found["n_found"] <= found["n_genes"]).all()
