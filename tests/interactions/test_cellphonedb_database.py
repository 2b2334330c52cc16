from __future__ import annotations

import pandas as pd
import pytest

from tmeatlas._errors import InputError
from tmeatlas.interactions import as_interactions, load_axes
from tmeatlas.lr._match import match_interactions

TURNED_ROUND = {"CPI-SS06207F70E", "CPI-SS03F821467", "CPI-SS0E292C126", "CPI-SS06F83AE58"}
"""CD226, CD96, KLRB1 and CD44 are the receptors, and the release has them first."""
OF_ANOTHER_FAMILY = {
    "CPI-SS0B7D22073": "Signaling by Fibroblast growth factor",  # FGL1 to LAG3
    "CPI-SS02C509183": "Signaling by Lipoxin/Leukotriene",  # LTB to LTBR
    "CPI-SS0CD8D0164": "Signaling by Leptin",  # CLEC2A to KLRF2
    "CPI-SS025C8F785": "Signaling by Leptin",  # CLEC2B to KLRF1
}
"""The class that the release gives, and the axes do not take over."""


@pytest.fixture
def real(shared_data):
    return as_interactions(str(shared_data / "crosstalk" / "cellphonedb-v5.0.0.zip"))


def test_partners_and_what_the_database_says_of_them(made_up_tables, write_cellphonedb):
    signal, molecule, adhesion = as_interactions(write_cellphonedb(made_up_tables))
    assert (signal.id, signal.axis, signal.role) == ("CPI-1", "", "")
    assert (signal.ligand_genes, signal.receptor_genes) == (("GENE1",), ("GENE2", "GENE3"))
    assert (signal.ligand_name, signal.receptor_name) == ("", "big_complex")
    assert (signal.classification, signal.source) == ("Signaling by something", "paper one")
    assert signal.is_protein
    assert (molecule.ligand_genes, molecule.ligand_name) == (("GENE4",), "Molecule_byGENE4")
    assert (molecule.classification, molecule.source) == ("", "")
    assert not molecule.is_protein
    # The second protein of GENE1 is the same gene.
    assert (adhesion.ligand_complex, adhesion.receptor_complex) == ("GENE1", "GENE2")
    assert adhesion.directionality == "Adhesion-Adhesion"


def test_a_complex_named_like_its_subunits_needs_no_name(made_up_tables, write_cellphonedb):
    made_up_tables["multidata_table"].loc[5, "name"] = "GENE2_GENE3"
    signal = as_interactions(write_cellphonedb(made_up_tables)).entries[0]
    assert (signal.receptor_complex, signal.receptor_name) == ("GENE2_GENE3", "")


def test_ensembl_ids_of_the_database_are_kept_and_find_the_genes(made_up_tables, write_cellphonedb):
    database = as_interactions(write_cellphonedb(made_up_tables))
    assert database.ensembl_ids["GENE1"] == ("ENSG00000000011", "ENSG00000000012")
    names = ["ENSG00000000040.3", "ENSG00000000030", "ENSG00000000020.1", "ENSG00000000012"]
    matched = match_interactions(database, names)
    assert matched.missing_genes == ()
    assert matched.columns.tolist() == [0, 1, 2, 3]
    assert matched.columns[matched.ligand].tolist() == [3, 0, 3]


def test_symbols_come_before_ids_and_the_first_id_before_the_others(
    made_up_tables, write_cellphonedb
):
    database = as_interactions(write_cellphonedb(made_up_tables))
    others = ["GENE2", "GENE3", "GENE4"]
    both_ids = match_interactions(database, ["ENSG00000000012", "ENSG00000000011", *others])
    assert both_ids.columns[both_ids.ligand[0]] == 1
    and_symbol = match_interactions(database, ["ENSG00000000011", *others, "GENE1"])
    assert and_symbol.columns[and_symbol.ligand[0]] == 4


def test_a_gene_without_ensembl_id_is_found_by_symbol(made_up_tables, write_cellphonedb):
    made_up_tables["gene_table"].loc[5, "ensembl"] = None
    database = as_interactions(write_cellphonedb(made_up_tables))
    assert "GENE4" not in database.ensembl_ids
    assert match_interactions(database, ["GENE1", "GENE4"]).interactions[0].id == "CPI-2"


def test_a_protein_without_gene_is_refused_where_an_interaction_needs_it(
    made_up_tables, write_cellphonedb
):
    made_up_tables["gene_table"].loc[4, "hgnc_symbol"] = None
    with pytest.raises(InputError, match="no gene symbol for the proteins 'U3'"):
        as_interactions(write_cellphonedb(made_up_tables))
    made_up_tables["interaction_table"] = made_up_tables["interaction_table"].iloc[1:]
    assert len(as_interactions(write_cellphonedb(made_up_tables))) == 2


def test_a_protein_of_two_genes_is_refused(made_up_tables, write_cellphonedb):
    made_up_tables["gene_table"].loc[0, "hgnc_symbol"] = "GENE9"
    with pytest.raises(InputError, match="the proteins 'P1A' more than one gene symbol"):
        as_interactions(write_cellphonedb(made_up_tables))


def test_flags_are_read_as_cellphonedb_writes_them(made_up_tables, write_cellphonedb):
    for values, expected in (
        ([1, 0, 1], [True, False, True]),
        (["True", "False", None], [True, False, True]),
    ):
        made_up_tables["interaction_table"]["is_ppi"] = values
        database = as_interactions(write_cellphonedb(made_up_tables))
        assert [entry.is_protein for entry in database] == expected
    made_up_tables["interaction_table"]["is_ppi"] = ["yes", "no", "no"]
    with pytest.raises(InputError, match=r"True or False in the column 'is_ppi'.*'yes'"):
        as_interactions(write_cellphonedb(made_up_tables))


def test_no_interactions_at_all_is_refused(made_up_tables, write_cellphonedb):
    made_up_tables["interaction_table"] = made_up_tables["interaction_table"].iloc[:0]
    with pytest.raises(InputError, match=r"'made_up\.zip .*' holds no interaction"):
        as_interactions(write_cellphonedb(made_up_tables))


def test_what_the_real_release_holds(real):
    assert real.name == "cellphonedb v5.0.0"
    assert (len(real), len(real.genes), len(real.ensembl_ids)) == (2911, 1354, 1354)
    assert sum(not entry.is_protein for entry in real) == 1033
    frame = real.to_frame()
    assert frame["directionality"].value_counts().to_dict() == {
        "Ligand-Receptor": 2508,
        "Adhesion-Adhesion": 242,
        "Ligand-Ligand": 123,
        "Receptor-Receptor": 28,
        "Gap-Gap": 10,
    }
    # Two complexes go by two names each, so two interactions are there twice by their genes.
    assert frame.duplicated(["ligand_complex", "receptor_complex"]).sum() == 2
    assert not frame.map(lambda cell: cell is None).any(axis=None)
    assert as_interactions(frame).entries == real.entries


def test_the_real_release_and_the_built_in_axes_agree(real):
    """The axes took their interactions from this release, and turned four of them round."""
    known = {entry.id: entry for entry in real}
    axes = [e for axis in load_axes() for e in axis.interactions if e.id in known]
    assert len(axes) > 1000
    fields = ("directionality", "is_protein", "ligand_name", "receptor_name")
    for entry in axes:
        assert [getattr(entry, f) for f in fields] == [getattr(known[entry.id], f) for f in fields]
        left_out = OF_ANOTHER_FAMILY.get(entry.id)
        assert known[entry.id].classification == (left_out or entry.classification)
        assert entry.classification == ("" if left_out else known[entry.id].classification)
    differ = [
        (entry, known[entry.id])
        for entry in axes
        if (entry.ligand_genes, entry.receptor_genes)
        != (known[entry.id].ligand_genes, known[entry.id].receptor_genes)
    ]
    assert {entry.id for entry, _ in differ} == TURNED_ROUND
    for entry, other in differ:
        assert entry.ligand_genes == other.receptor_genes
        assert entry.receptor_genes == other.ligand_genes


def test_real_ensembl_ids_find_every_gene(real):
    names = [ids[0] + ".5" for ids in real.ensembl_ids.values()]
    matched = match_interactions(real, names)
    assert matched.missing_genes == ()
    assert matched.n_untestable == 0
    # By the names alone, hundreds would be missed.
    by_name = as_interactions(real.to_frame())
    assert len(match_interactions(by_name, names).missing_genes) > 300


def test_a_gene_of_two_proteins_is_one_gene_in_the_real_release(real):
    entries = [entry for entry in real if "NRXN1" in entry.ligand_genes + entry.receptor_genes]
    pairs = pd.Series([(entry.ligand_complex, entry.receptor_complex) for entry in entries])
    assert len(pairs) > 10
    assert pairs.is_unique
