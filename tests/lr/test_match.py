from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tmeatlas._errors import CoverageError
from tmeatlas.genes._symbols import gene_table
from tmeatlas.interactions import as_interactions
from tmeatlas.lr._match import match_interactions


def database(*pairs: tuple[str, str]):
    return as_interactions(pd.DataFrame(pairs, columns=["ligand", "receptor"]))


def partner_names(matched, genes) -> list[tuple[str, ...]]:
    """The gene names behind each partner number."""
    columns, partners = matched.columns, matched.partners
    names = [(genes[column],) for column in columns]
    for start, stop in zip(partners.starts[:-1], partners.starts[1:], strict=True):
        names.append(tuple(genes[columns[member]] for member in partners.members[start:stop]))
    return names


def test_partners_are_the_genes_and_then_the_complexes():
    genes = ["X", "B2", "A", "B1", "C"]
    matched = match_interactions(database(("A", "B1_B2"), ("C", "B1"), ("A_C", "B2_B1")), genes)
    names = partner_names(matched, genes)
    assert len(matched.partners) == len(names) == 6
    assert [set(names[p]) for p in matched.ligand] == [{"A"}, {"C"}, {"A", "C"}]
    assert [set(names[p]) for p in matched.receptor] == [{"B1", "B2"}, {"B1"}, {"B1", "B2"}]
    # The order of the subunits in the name makes no second complex.
    assert matched.receptor[0] == matched.receptor[2]
    assert 0 not in matched.columns


def test_interactions_without_all_their_genes_are_counted_and_the_genes_named():
    matched = match_interactions(database(("A", "B_GONE"), ("A", "B"), ("LOST", "B")), ["A", "B"])
    assert [entry.id for entry in matched.interactions] == ["A^B"]
    assert matched.n_untestable == 2
    assert matched.missing_genes == ("GONE", "LOST")


def test_ensembl_ids_with_versions_are_found():
    table = gene_table().set_index("symbol")["ensembl_ids"]
    ids = [table[gene].split(",")[0] + ".7" for gene in ("CXCL12", "CXCR4")]
    matched = match_interactions(database(("CXCL12", "CXCR4")), ids)
    assert matched.columns.tolist() == [0, 1]
    assert matched.missing_genes == ()


def test_former_symbols_are_found():
    aliases = gene_table().set_index("symbol")["aliases"]
    former = next(name for name in aliases["ACKR3"].split(",") if name == "CXCR7")
    matched = match_interactions(database(("CXCL12", "ACKR3")), ["CXCL12", former])
    assert matched.columns.tolist() == [0, 1]


def test_two_subunits_in_one_column_count_as_one_gene():
    matched = match_interactions(database(("A", "B_B")), ["A", "B"])
    assert matched.partners.members.size == 0
    np.testing.assert_array_equal(matched.receptor, [1])


def test_mouse_symbols_are_refused_even_if_a_few_match():
    names = ["Tgfb1", "Tgfbr1", "Tgfbr2", "CD4"]
    pairs = database(("TGFB1", "TGFBR1_TGFBR2"), ("TGFB1", "CD4"))
    with pytest.raises(CoverageError, match=r"another species.*'Tgfb1'.*orthologues"):
        match_interactions(pairs, names)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["0", "1"], "0 of 2 genes.*'CXCL12', 'CXCR4'.*the data have '0', '1'"),
        (["ENSMUSG00000061353"], "Ensembl ids of another species"),
        (["CXCL12"], "1 of 2 genes"),
    ],
)
def test_no_testable_interaction_says_what_the_names_look_like(names, message):
    with pytest.raises(CoverageError, match=message):
        match_interactions(database(("CXCL12", "CXCR4")), names)
