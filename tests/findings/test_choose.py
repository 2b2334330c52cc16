"""Which findings are told: the heaviest, not too many about one thing, the surest first."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pandas as pd
import pytest

from tmeatlas.findings import About, Candidate, Confidence, Finding, as_table, find
from tmeatlas.findings import _choose as choosing


def made(about, headline, confidence="note"):
    return Finding("rule", about, headline, "1 of 2.", confidence, 2, "cells", "key", "")


def told(weighted):
    return [each.headline for each in choosing.choose(weighted)]


def test_no_more_than_two_about_one_thing():
    weighted = [(1 - i / 100, Candidate(made("crosstalk", f"c{i}"), 1)) for i in range(5)]
    weighted += [(0.2, Candidate(made("limits", "l"), 1))]
    assert told(weighted) == ["c0", "c1", "l"]


def test_differences_between_conditions_may_be_five():
    weighted = [(1.0, Candidate(made("condition", f"c{i}"), 1)) for i in range(6)]
    assert told(weighted) == ["c0", "c1", "c2", "c3", "c4"]


def test_what_is_told_again_weighs_less():
    weighted = [
        (1.0, Candidate(made("crosstalk", "first"), 1)),
        (0.9, Candidate(made("crosstalk", "second"), 1)),
        (0.7, Candidate(made("space", "other"), 1)),
    ]
    assert told(weighted) == ["first", "other", "second"]
    same = [
        (1.0, Candidate(made("condition", "Treg"), 1, "treg")),
        (0.9, Candidate(made("condition", "Treg, activated"), 1, "treg")),
        (0.8, Candidate(made("condition", "hypoxia"), 1, "hypoxia")),
    ]
    assert told(same) == ["Treg", "hypoxia", "Treg, activated"]


def test_what_several_rows_tell_of_weighs_more():
    def of(subject, headline, rows):
        finding = replace(made("condition", headline), rows=rows)
        return Candidate(finding, 1, subject)

    weighted = [
        (0.92, of("cycling", "once", "feature=a")),
        (0.9, of("hypoxia", "share", "feature=b")),
        (0.8, of("hypoxia", "score", "feature=c")),
        (0.7, of("", "no subject", "feature=d")),
        (0.6, of("", "none either", "feature=e")),
    ]
    found = {c.finding.headline: weight for weight, c in choosing.corroborated(weighted)}
    assert found["share"] > found["once"] == 0.92
    assert found["score"] == pytest.approx(0.8 * choosing.SEVERAL_MEASURES)
    assert (found["no subject"], found["none either"]) == (0.7, 0.6)


def test_the_surest_come_first(make_material, monkeypatch):
    words = [each.value for each in Confidence]
    findings = [
        made(about.value, word, word) for about, word in zip(About, words[::-1], strict=False)
    ]
    rules = {lambda material, each=each: [Candidate(each, 1)]: 1.0 for each in findings}
    monkeypatch.setattr(choosing, "RULES", rules)
    assert [each.confidence for each in find(make_material())] == words


def test_the_table_has_a_row_per_finding():
    finding = made(About.DATA, "a", Confidence.NOTE)
    table = as_table([finding])
    assert table.columns.tolist() == list(choosing.COLUMNS)
    assert table.iloc[0].tolist() == [
        *("rule", "data", "a", "1 of 2.", "note"),
        *(2, "cells", "key", "", ""),
    ]
    assert as_table([]).columns.tolist() == list(choosing.COLUMNS)
    assert isinstance(table, pd.DataFrame)


def test_every_rule_has_a_weight_and_a_sentence_about_it():
    assert all(0 < weight <= 1.2 for weight in choosing.RULES.values())
    assert all(rule.__doc__ for rule in choosing.RULES)
    assert len(Counter(rule.__name__ for rule in choosing.RULES)) == len(choosing.RULES)
