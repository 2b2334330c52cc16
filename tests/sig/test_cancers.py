"""Types of cancer are told by ids, names and words, healthy cells and two types are not."""

from __future__ import annotations

import pytest

from tmeatlas._errors import MissingKeyError
from tmeatlas.sig import cancer_name, one_cancer, read_cancer


@pytest.mark.parametrize(
    ("text", "cancer"),
    [
        ("breast", "breast"),
        ("Breast cancer", "breast"),
        ("PDAC", "pancreas"),
        ("triple-negative breast carcinoma", "breast"),
        ("lung adenocarcinoma", "lung"),
        ("IDH-mutant oligodendroglioma", "glioma"),
        ("clear cell renal carcinoma", "kidney"),
        ("HNSCC", "head_neck"),
        ("breast cancer, metastasis in the lung", "breast"),
        ("Other", "other"),
    ],
)
def test_a_type_by_id_name_or_word(text, cancer):
    assert read_cancer(text) == cancer


def test_a_type_that_there_is_not_names_the_nearest_and_a_way_out():
    with pytest.raises(MissingKeyError, match=r"'brest'\. Nearest first: 'breast'.*'other'"):
        read_cancer("brest")
    with pytest.raises(MissingKeyError, match=r"'lung and pancreas'.*leave it out for tumours of"):
        read_cancer("lung and pancreas")


@pytest.mark.parametrize(
    ("values", "cancer"),
    [
        (["lung adenocarcinoma", "normal"], "lung"),
        (["LUAD", "squamous cell lung carcinoma"], "lung"),
        (["lung adenocarcinoma", "pneumonia"], None),
        (["lung cancer", "melanoma"], None),
        (["liver"], "liver"),
        (["liver", "blood"], None),
        (["normal"], None),
        (["primary tumour"], None),
        ([], None),
    ],
)
def test_a_column_of_one_type(values, cancer):
    assert one_cancer(values) == cancer


def test_names_for_people():
    assert cancer_name("head_neck") == "head and neck cancer"
    assert cancer_name("other") == "another cancer"
