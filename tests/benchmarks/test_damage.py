"""The harness of damages: what it counts as new, lost, confirmed and changed."""

from __future__ import annotations

import argparse
import importlib
import sys
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import anndata as ad
import numpy as np
import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas.quality import GATES

MODULES = (
    *("damages", "damage_data", "damage_called", "damage_tables", "damage_halves", "damage"),
    *("accuracy_data", "accuracy_pairs"),
)


@pytest.fixture(scope="module")
def harness(repository):
    """The modules of the benchmark, which lie beside each other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in MODULES})
    for name in MODULES:
        sys.modules.pop(name, None)


def rows_of(text: str) -> pd.DataFrame:
    """Rows such as "L-R A B specific", called where they are specific; "!" where they say more."""
    table = []
    for line in text.strip().splitlines():
        interaction, source, target, *words = line.split()
        verdict = " ".join(words)
        said = "ligand" if verdict.endswith("!") else ""
        verdict = verdict.removesuffix("!")
        pval = 0.001 if verdict == "specific" else 0.2
        called = verdict == "specific"
        table.append((interaction, source, target, verdict, pval, called, said))
    columns = ["interaction", "source", "target", "verdict", "pval", "called", "said"]
    return pd.DataFrame(table, columns=columns)


BEFORE = rows_of(
    """
    a A B specific
    b A B specific
    c A B specific
    d A C specific
    e A B too few cells
    f A B not specific
    """
)


def test_new_lost_and_gone_rows(harness):
    after = rows_of(
        """
        a A B specific!
        b A B not specific
        c A B too few cells
        e A B specific
        f A B specific!
        g D B specific
        """
    )
    before = BEFORE.copy()
    before.loc[before["interaction"] == "e", "pval"] = 0.01
    changed = harness.damage_tables.changed_rows(before, after, {})
    assert changed["rows"] == 6
    assert (changed["called before"], changed["called"]) == (4, 4)
    assert (changed["new"], changed["new, said"]) == (2, 1)
    assert changed["new, % of rows"] == pytest.approx(100 * 2 / 6)
    assert (changed["lost"], changed["refuted"], changed["gone"]) == (2, 1, 1)
    assert (changed["now said"], changed["new, no sign before"]) == (1, 1)


def test_nothing_changes_where_nothing_is_done(harness):
    changed = harness.damage_tables.changed_rows(BEFORE, BEFORE, {})
    assert [changed[name] for name in ("new", "lost", "refuted", "gone", "now said")] == [0] * 5


def test_rows_of_groups_that_were_split_or_merged_are_read_as_one(harness):
    split = rows_of(
        """
        a A B too few cells
        a A2 B specific
        b A2 B too few cells
        """
    )
    changed = harness.damage_tables.changed_rows(BEFORE.iloc[:2], split, {"A2": "A"})
    assert (changed["rows"], changed["called"], changed["new"], changed["lost"]) == (2, 1, 0, 1)
    changed = harness.damage_tables.changed_rows(split, BEFORE.iloc[:2], {"A2": "A"})
    assert (changed["called before"], changed["new"], changed["lost"]) == (1, 1, 0)


def called(harness, values: dict, calls: dict, aurocs: dict | None = None):
    """What was called, with these numbers and their intervals."""
    index = pd.MultiIndex.from_tuples(values, names=harness.damage_called.NUMBER)
    numbers = pd.DataFrame(values.values(), index=index, columns=["value", "low", "high"])
    found = pd.Series(aurocs or {}, dtype=float)
    return harness.damage_called.Called({}, found, numbers, pd.Series(calls, dtype=str), {})


def test_numbers_leave_their_interval_or_are_withheld(harness):
    one, two = ("s", "composition"), ("s", "phenotype")
    before = called(
        harness,
        {
            (*one, "A"): (0.5, 0.4, 0.6),
            (*one, "B"): (0.3, 0.2, 0.4),
            (*one, "C"): (0.2, 0.1, 0.3),
            (*two, "x"): (1.0, 0.0, 2.0),
            (*two, "y"): (np.nan, np.nan, np.nan),
        },
        {"s": "inflamed"},
    )
    after = called(
        harness,
        {
            (*one, "A"): (0.75, 0.7, 0.8),
            (*one, "B"): (0.35, 0.2, 0.5),
            (*two, "x"): (np.nan, np.nan, np.nan),
            (*two, "y"): (1.0, 0.0, 2.0),
        },
        {"s": "no call"},
    )

    def changes(same):
        both = harness.damage_tables.side_by_side(before, after, same)
        return harness.damage_tables.changed_numbers(both, before.calls, after.calls)

    changed = changes({})
    assert [changed[n] for n in ("numbers", "outside", "withheld", "gone")] == [4, 1, 1, 1]
    assert changed["share moved most"] == 0.25
    assert changed["calls changed"] == "inflamed → no call"
    merged = changes({"C": "A"})
    assert (merged["numbers"], merged["outside"], merged["gone"]) == (2, 0, 0)


def test_the_lineage_whose_score_fell_most_is_named(harness):
    before = called(harness, {}, {}, {"b": 0.9, "nk": 0.8, "dc": 0.7})
    after = called(harness, {}, {}, {"b": 0.95, "nk": 0.6})
    changed = harness.damage_tables.changed_aurocs(before, after)
    assert changed["lineages"] == 2
    assert (changed["before"], changed["after"]) == (pytest.approx(0.85), pytest.approx(0.775))
    assert (changed["largest fall"], changed["in"]) == (pytest.approx(-0.2), "nk")


def test_rows_are_confirmed_by_p_values_adjusted_over_them_alone(harness):
    other = rows_of(
        """
        a A B specific
        b A B too few cells
        c A B not specific
        x A B specific
        """
    )
    other.loc[1, "pval"] = 0.04
    found = harness.damage_halves.confirmed(BEFORE, other)
    assert found.to_dict() == {
        "called": 4,
        "no such group": 1,
        "confirmed": 1,
        "called again": 1,
        "refuted": 1,
    }
    other.loc[1, "pval"] = 0.02
    assert harness.damage_halves.confirmed(BEFORE, other)["confirmed"] == 2


def test_what_data_lack_is_said(harness):
    cells = tme.datasets.simulated(300)
    cells.obs["labelled"] = cells.obs["cell_type"]
    cells.obs["lineage"] = cells.obs["cell_type"]
    logged = ad.AnnData(cells.X.log1p(), obs=cells.obs, var=cells.var)
    possible = {}
    for damage in harness.damage_data.damages_of(harness.damage_data.TUMOURS["simulated"]):
        for name, given in (("counts", cells), ("logs", logged)):
            try:
                after = harness.damage_data.damaged(damage, given)
            except harness.damage_data.NotPossibleError as error:
                possible[damage.name, name] = str(error)
            else:
                assert after.n_obs > 0
                assert after.n_vars == cells.n_vars
    assert possible.pop(("one patient twice", "counts")) == "one patient only"
    assert possible.pop(("one patient twice", "logs")) == "one patient only"
    assert len(possible) == 9
    assert set(possible.values()) == {"no counts"}


@pytest.mark.thorough
def test_a_tumour_goes_all_the_way(harness, tmp_path, monkeypatch):
    small = replace(
        harness.damage_data.TUMOURS["simulated"], made=partial(tme.datasets.simulated, 400)
    )
    monkeypatch.setitem(harness.damage.TUMOURS, "simulated", small)
    given = argparse.Namespace(
        folder=tmp_path,
        data=["simulated"],
        by=["tmeatlas"],
        database=None,
        seed=0,
        only=["CD45 sort, 98"],
    )
    with pytest.warns(tme._errors.TMEWarning):
        tables = harness.damage.of_tumours(given)
    rows = tables["rows"].set_index("by")
    assert list(rows.index) == ["tmeatlas", "tmeatlas, axes"]
    assert rows.loc["tmeatlas", "called before"] > 20
    assert tables["told"]["damage"].tolist() == ["as it is", "CD45 sort, 98 % pure"]
    assert len(tables["every number"]) > 20
    for name, n in (("rows", 1), ("scores", 1), ("numbers", 1), ("told", 2)):
        for table in harness.damage_tables.summaries(name, tables[name]).values():
            assert list(table) == ["damage", "simulated"]
            assert harness.damage_tables.markdown(table).count("\n") == n + 1
    (short,) = harness.damage_tables.summaries("told", tables["told"]).values()
    before, after = short["simulated"]
    assert [any(gate in told for gate in GATES) for told in (before, after)] == [False, True]


def test_the_page_has_every_damage_and_tumour(harness, repository):
    page = (repository / "docs" / "robustness.md").read_text(encoding="utf-8")
    for name, tumour in harness.damage_data.TUMOURS.items():
        assert f"| {name} |" in page
        for damage in harness.damage_data.damages_of(tumour):
            assert f"\n| {damage.name} | " in page
