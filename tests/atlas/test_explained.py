"""Words that the page explains where they stand."""

from __future__ import annotations

import re

import pytest

from tmeatlas.atlas.explained import CONFIDENCE_MEANINGS, meanings
from tmeatlas.atlas.verdicts import CONSTANTS
from tmeatlas.findings import Confidence


def test_every_word_of_confidence_is_explained():
    assert set(CONFIDENCE_MEANINGS) == set(Confidence)
    told = dict(meanings(None)["confidence"])
    assert told["fair"].startswith("Measured with its uncertainty, but not over enough patients")


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("97 of 379 cells show it above chance; next", "random lists of genes"),
        ("(24 times others)", "groups that are high as well are left out"),
        ("response not known.", "Whether the receiver answers is not known"),
        ("specific, response unknown", "Whether the receiver answers is not known"),
        ("specific in 4 of 4 samples;", "enough cells of both groups; these data have 16."),
        ("neither shown nor ruled out", "nor that it is not"),
        *((word, "") for word in CONSTANTS["verdicts"] if word == "too few cells"),
    ],
)
def test_words_of_findings_and_verdicts_are_found_in_their_sentences(text, meant):
    found = [told for words, told in meanings(16)["words"] if re.search(words, text)]
    assert len(found) == 1
    assert meant in found[0]


def test_a_page_of_one_sample_says_nothing_of_samples():
    told = dict(meanings(1)["words"])
    assert not any("these data have" in text for text in told.values())
