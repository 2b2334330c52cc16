"""Nuclei are told by two shares, and only where the genes are there."""

from __future__ import annotations

import numpy as np
import pytest

from tmeatlas.quality import (
    is_long_noncoding,
    is_mitochondrial,
    judge_nuclei,
    why_no_nuclei,
)

MITOCHONDRIAL = [f"MT-GENE{k}" for k in range(13)]


@pytest.mark.parametrize(
    ("gene", "expected"),
    [
        *((name, True) for name in ("LINC00511", "A1BG-AS1", "LNX1-AS2", "HAO2-IT1", "TMPO-DT")),
        *((name, True) for name in ("SNHG5", "MIR17HG", "MALAT1", "XIST", "Malat1")),
        *((name, False) for name in ("LINGO1", "HLA-DTA", "AS3MT", "MALT1", "CD3E", "MT-ND1")),
    ],
)
def test_long_noncoding_genes_by_their_names(gene, expected):
    assert is_long_noncoding([gene])[0] == expected


def test_mitochondrial_genes_by_their_names():
    assert is_mitochondrial(["MT-ND1", "mt-Co1", "MT1X", "MTOR"]).tolist() == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("genes", "reason"),
    [
        ([*MITOCHONDRIAL, "MALAT1"], ""),
        (["MALAT1", "CD3E"], "no mitochondrial genes in the data, 10 are needed"),
        (MITOCHONDRIAL, "MALAT1 is not in the data"),
    ],
)
def test_which_genes_tell_nuclei(genes, reason):
    assert why_no_nuclei(genes) == reason


def cells(mitochondrial: float, noncoding: float, n: int = 200) -> tuple[np.ndarray, ...]:
    """Molecules of cells: all, mitochondrial, long non-coding."""
    rng = np.random.default_rng(0)
    total = rng.poisson(3000, n)
    return total, rng.binomial(total, mitochondrial), rng.binomial(total, noncoding)


def test_nuclei_are_named_with_their_numbers():
    judged = judge_nuclei(*cells(0.003, 0.2))
    (remark,) = judged.remarks
    assert remark.word == "nuclei"
    assert remark.forbids == ""
    assert "0.30% of the molecules of the median cell are mitochondrial" in remark.reason
    assert judged.measured[1].value == pytest.approx(0.2, abs=0.005)
    assert judged.measured[1].cells == 200


@pytest.mark.parametrize(
    ("mitochondrial", "noncoding", "n"),
    [
        (0.04, 0.05, 200),  # as whole cells of a tumour
        (0.006, 0.011, 200),  # as plasma cells, which have few of both
        (0.03, 0.2, 200),
        (0.003, 0.2, 4),  # too few to tell
    ],
)
def test_cells_are_no_nuclei(mitochondrial, noncoding, n):
    assert judge_nuclei(*cells(mitochondrial, noncoding, n)).remarks == ()


def test_why_nuclei_are_not_judged_is_said():
    judged = judge_nuclei(*cells(0.003, 0.2), why_not="there are no counts")
    assert judged.remarks == ()
    assert {each.note for each in judged.measured} == {"there are no counts"}
    assert np.isnan([each.value for each in judged.measured]).all()
    nothing = judge_nuclei(*np.zeros((3, 5)))
    assert nothing.measured[0].note == "no cell with a molecule"
