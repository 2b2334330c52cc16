from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError, TMEWarning
from tmeatlas.genes._symbols import gene_table
from tmeatlas.sig import Signature

GENES = pd.DataFrame(
    {
        "symbol": ["AAA", "BBB", "CCC", "DDD", ""],
        "prev_symbol": ["OLD1|OLD2", "OLD3", np.nan, "BBB", "LOST"],
        "alias_symbol": ["NICK", "NICK|OLD1X", "", None, ""],
        "ensembl_gene_id": ["ENSG00000000001", "ENSG00000000002.4", "", "ENSG00000000004", ""],
    }
)


def statuses(report):
    return dict(zip(report["gene"], report["status"], strict=True))


def test_current_symbols_with_a_table_of_the_user():
    genes = ["AAA", "OLD3", "NICK", "ENSG00000000004.7", "NOPE", "LOST"]
    converted, report = tme.sig.convert({"x": genes}, genes=GENES)
    assert converted["x"].genes == ("AAA", "BBB", "NICK", "DDD", "NOPE", "LOST")
    assert list(report.columns) == ["signature", "gene", "converted", "status", "candidates"]
    assert report.to_numpy().tolist() == [
        ["x", "OLD3", "BBB", "renamed", "BBB"],
        ["x", "NICK", "NICK", "ambiguous", "AAA, BBB"],
        ["x", "ENSG00000000004.7", "DDD", "renamed", "DDD"],
        ["x", "NOPE", "NOPE", "unknown", "NOPE"],
        ["x", "LOST", "LOST", "unknown", "LOST"],
    ]


def test_a_current_symbol_means_itself_even_if_another_gene_was_called_so():
    converted, report = tme.sig.convert({"x": ["BBB"]}, genes=GENES)
    assert converted["x"].genes == ("BBB",)
    assert report.empty
    assert list(report.columns) == ["signature", "gene", "converted", "status", "candidates"]


def test_ensembl_ids_of_genes_that_have_them():
    converted, report = tme.sig.convert(
        {"x": ["OLD2", "BBB", "CCC", "NICK", "NOPE"]}, to="ensembl", genes=GENES
    )
    assert converted["x"].genes == ("ENSG00000000001", "ENSG00000000002")
    assert statuses(report) == {
        "OLD2": "renamed",
        "BBB": "renamed",
        "CCC": "unknown",
        "NICK": "ambiguous",
        "NOPE": "unknown",
    }


def test_several_ids_of_one_gene_are_all_used():
    ids = gene_table().set_index("symbol").loc["PDCD1", "ensembl_ids"].split(",")
    assert len(ids) > 1
    converted, report = tme.sig.convert({"x": ["PDCD1"]}, to="ensembl")
    assert converted["x"].genes == tuple(ids)
    assert statuses(report) == {"PDCD1": "several"}


def test_two_names_of_one_gene_count_once_and_both_directions_not_at_all():
    merged, report = tme.sig.convert(
        Signature("x", ("OLD1", "AAA", "BBB"), weights={"OLD1": 2.0, "AAA": 3.0}), genes=GENES
    )
    assert merged["x"].genes == ("AAA", "BBB")
    assert merged["x"].weights == {"AAA": 2.0}
    assert statuses(report) == {"OLD1": "renamed", "AAA": "merged"}
    split, report = tme.sig.convert(Signature("x", ("OLD1", "BBB"), ("AAA", "DDD")), genes=GENES)
    assert split["x"] == Signature("x", ("BBB",), ("DDD",))
    assert statuses(report) == {"OLD1": "conflict", "AAA": "conflict"}


def test_weights_and_what_is_known_move_along():
    signature = Signature("x", ("OLD1",), ("OLD3",), {"OLD3": 2.0}, name="X", compartment="caf")
    converted, _ = tme.sig.convert(signature, genes=GENES)
    assert converted["x"] == Signature(
        "x", ("AAA",), ("BBB",), {"BBB": 2.0}, name="X", compartment="caf"
    )


def test_the_built_in_signatures_are_current():
    everything = tme.sig.load("all")
    converted, report = tme.sig.convert(everything)
    assert converted == everything
    assert set(report["status"]) <= {"unknown"}


TABLES = {
    "mapping": {"AAA": ["Aaa"], "BBB": "Bbb", "CCC": ["Cc1", "Cc2"], "DDD": [], "EEE": ["Aaa"]},
    "pairs": pd.DataFrame(
        {
            "source": ["AAA", "BBB", "CCC", "CCC", "DDD", "EEE", "AAA", "BBB"],
            "target": ["Aaa", "Bbb", "Cc1", "Cc2", "-", "Aaa", "Aaa", None],
        }
    ),
    "symbols": pd.DataFrame(
        {
            "human_entrez_gene": range(6),
            "human_symbol": ["AAA", "BBB", "CCC", "CCC", "DDD", "EEE"],
            "mouse_symbol": ["Aaa", "Bbb", "Cc1", "Cc2", "-", "Aaa"],
        }
    ),
    "organisms": pd.DataFrame(
        {
            "mouse": ["Aaa", "Bbb", "Cc1", "Cc2", "", "Aaa"],
            "human": ["AAA", "BBB", "CCC", "CCC", "DDD", "EEE"],
        }
    ),
}


@pytest.mark.parametrize("table", TABLES)
def test_human_to_mouse(table):
    signature = Signature("x", ("AAA", "CCC", "DDD", "EEE"), ("BBB",), {"CCC": 2.0, "BBB": 3.0})
    converted, report = tme.sig.convert(signature, to="mouse", orthologues=TABLES[table])
    assert converted["x"] == Signature(
        "x", ("Aaa", "Cc1", "Cc2"), ("Bbb",), {"Cc1": 2.0, "Cc2": 2.0, "Bbb": 3.0}, organism="mouse"
    )
    assert statuses(report) == {
        "AAA": "renamed",
        "CCC": "several",
        "DDD": "unknown",
        "EEE": "merged",
        "BBB": "renamed",
    }


@pytest.mark.parametrize("table", ["symbols", "organisms"])
def test_mouse_to_human_with_the_same_table(table):
    mouse = Signature("x", ("Cc1", "Cc2", "Bbb", "Aaa"), organism="mouse")
    converted, report = tme.sig.convert(mouse, to="human", orthologues=TABLES[table])
    assert converted["x"].genes == ("CCC", "BBB", "AAA", "EEE")
    assert converted["x"].organism == "human"
    assert statuses(report) == {
        "Cc1": "renamed",
        "Cc2": "merged",
        "Bbb": "renamed",
        "Aaa": "several",
    }


def test_former_symbols_find_their_orthologue():
    converted, _ = tme.sig.convert(
        {"x": ["WISP2", "NICK"]}, to="mouse", orthologues={"CCN5": "M1", "AAA": "M2"}
    )
    assert converted["x"].genes == ("M1",)
    converted, _ = tme.sig.convert(
        {"x": ["OLD1"]}, to="mouse", orthologues={"AAA": "M2"}, genes=GENES
    )
    assert converted["x"].genes == ("M2",)


def test_families_with_more_than_five_orthologues_are_left_out():
    table = {"AAA": [f"A{i}" for i in range(5)], "BBB": [f"B{i}" for i in range(6)]}
    converted, report = tme.sig.convert({"x": ["AAA", "BBB"]}, to="mouse", orthologues=table)
    assert converted["x"].genes == tuple(table["AAA"])
    assert statuses(report) == {"AAA": "several", "BBB": "too many"}
    assert report["candidates"].tolist()[1] == "B0, B1, B2, B3, B4, B5"


def test_signatures_without_a_gene_left_are_named():
    with pytest.warns(TMEWarning, match="'y'") as caught:
        converted, report = tme.sig.convert(
            {"x": ["AAA"], "y": ["ZZZ"]}, to="mouse", orthologues={"AAA": "Aaa"}
        )
    assert caught[0].filename == __file__
    assert list(converted) == ["x"]
    assert report["status"].tolist() == ["renamed", "unknown"]
    with pytest.raises(InputError, match="No gene is left of 'x'"):
        tme.sig.convert({"x": ["NOPE"]}, to="ensembl")


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"to": "currant"}, MissingKeyError, "Nearest first: 'current'.*orthologues"),
        ({"to": "mouse"}, InputError, "needs a table"),
        ({"orthologues": {"A": "B"}}, InputError, "to='mouse'"),
        ({"to": "mouse", "orthologues": {"Aaa": "AAA"}}, InputError, "other way round"),
        ({"to": "mouse", "orthologues": 5}, InputError, "found int"),
        ({"to": "mouse", "orthologues": "lianna"}, MissingKeyError, "Nearest first: 'liana'"),
        ({"to": "mouse", "orthologues": TABLES["pairs"][["source"]]}, InputError, "mouse_symbol"),
        ({"to": "rat", "orthologues": TABLES["symbols"]}, InputError, "rat_symbol"),
        ({"genes": pd.DataFrame({"name": ["A"]})}, InputError, "'symbol'.*found 'name'"),
        ({"genes": pd.DataFrame({"symbol": ["A"]})}, InputError, "prev_symbol"),
    ],
)
def test_requests_that_cannot_be_met(options, error, message):
    with pytest.raises(error, match=message):
        tme.sig.convert({"x": ["AAA"]}, **options)


def test_the_built_in_names_are_not_used_for_another_organism():
    mouse = Signature("x", ("Aaa",), organism="mouse")
    with pytest.raises(InputError, match="is human; these signatures are not: 'x'"):
        tme.sig.convert(mouse)
    table = pd.DataFrame({"symbol": ["Bbb"], "aliases": ["Aaa"]})
    assert tme.sig.convert(mouse, genes=table)[0]["x"].genes == ("Bbb",)
