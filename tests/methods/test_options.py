"""Options of a wrong type or out of range, and data with too few genes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

from tmeatlas._errors import InputError
from tmeatlas._numbers import check_number
from tmeatlas.methods import SSGSEA, ULM, AUCell, ScoreGenes, UCell


@pytest.mark.parametrize(
    ("method", "options", "message"),
    [
        (UCell, {"w_neg": None}, "`w_neg=` must be a number of 0 or more, found None"),
        (UCell, {"w_neg": np.inf}, "`w_neg=` must be"),
        (AUCell, {"cut": "a"}, "`cut=` must be a number above 0, found 'a'"),
        (AUCell, {"cut": np.nan}, "`cut=` must be"),
        (AUCell, {"parity": "ctxcore", "rng": -1}, "a whole number .* as `rng=?`, found -1"),
        (SSGSEA, {"alpha": "a"}, "`alpha=` must be a number from 0 to 10, found 'a'"),
        (SSGSEA, {"alpha": 400}, "`alpha=` must be .* found 400"),
        (ScoreGenes, {"ctrl_size": "a"}, "`ctrl_size=` must be a whole number of 1 or more"),
        (ScoreGenes, {"ctrl_size": 2.5}, "`ctrl_size=` must be .* found 2.5"),
        (ScoreGenes, {"n_bins": 2.5}, "`n_bins=` must be a whole number of 2 or more"),
        (ScoreGenes, {"n_bins": True}, "`n_bins=` must be"),
        (UCell, {"max_rank": 1}, "max_rank must be a whole number from 2 up"),
        (UCell, {"max_rank": 2.5}, "max_rank must be"),
        (ScoreGenes, {"parity": "scanpy", "rng": None}, "`rng=?`, found None"),
        (ScoreGenes, {"parity": "scanpy", "rng": 2**32}, "from 0 to 4294967295 .* `rng=?`"),
    ],
)
def test_options_that_cannot_be_used(method, options, message):
    with pytest.raises(InputError, match=message):
        method(**options)


def test_numbers_of_any_type_are_taken():
    assert SSGSEA(alpha=np.float32(0.5)).alpha == 0.5
    assert ScoreGenes(ctrl_size=np.int64(20)).ctrl_size == 20
    assert AUCell(cut=np.int32(5)).cut == 5
    assert UCell(max_rank=np.int64(2)).max_rank == 2


@pytest.mark.parametrize("value", [0, 1, 0.5, np.float32(1), np.int8(0)])
def test_ends_of_a_range(value):
    check_number("x", value, low=0, high=1)
    if value in (0, 1):
        with pytest.raises(InputError, match="`x=` must be a number between 0 and 1"):
            check_number("x", value, low=0, high=1, ends=False)


@pytest.mark.parametrize("value", [None, "0", np.nan, 2, -1, True, [0.5], 1 + 0j])
def test_what_is_out_of_range(value):
    with pytest.raises(InputError, match=r"`x=` must be a number from 0 to 1, found .*\. Half\.$"):
        check_number("x", value, low=0, high=1, remedy="Half.")


def test_a_generator_gives_its_seed_once():
    one, other = (AUCell(parity="ctxcore", rng=np.random.default_rng(4)) for _ in range(2))
    assert isinstance(one.rng, int)
    assert one == other
    assert 0 <= one.rng < 2**32


@pytest.mark.parametrize(
    ("method", "n_genes", "message"),
    [
        (AUCell(), 1, "AUCell counts 2 or more ranks; found 1: .* 1 gene"),
        (AUCell(parity="decoupler"), 1, "AUCell counts 2 or more ranks"),
        (AUCell(parity="ctxcore"), 9, "AUCell counts 1 or more ranks; found 0"),
        (ULM(), 1, "ULM needs 3 or more genes.*found 1 that any cell shows"),
        (ULM(drop_empty=False), 2, r"ULM needs 3 or more genes.*found 2\. .*method='mean'"),
    ],
    ids=repr,
)
def test_too_few_genes(score, method, n_genes, message):
    values = np.random.default_rng(0).gamma(1.0, size=(5, n_genes)).astype(np.float32)
    adata = AnnData(values, var=pd.DataFrame(index=[f"G{i}" for i in range(n_genes)]))
    with pytest.raises(InputError, match=message):
        score(method, adata, {"s": ["G0"]})
