from __future__ import annotations

import numpy as np

from tmeatlas.methods import Mean
from tmeatlas.sig import Signature


def test_is_the_mean_of_the_genes_found(tumour, drawn_signatures, score):
    adata = tumour[1]
    signatures = drawn_signatures(adata, signed=False)
    scores = score(Mean(), adata, signatures)
    assert scores.dtype == np.float32
    values = adata.to_df()
    for k, genes in enumerate(signatures.values()):
        found = [gene for gene in genes if gene in values]
        expected = values[found].to_numpy(dtype=float).mean(axis=1)
        np.testing.assert_allclose(scores[:, k], expected, rtol=1e-6, atol=1e-6)


def test_signed_is_up_less_down(frozen_lognorm, score):
    signatures = {"both": ["G3", "G50", "G7-"], "up": ["G3", "G50"], "down": ["G7"]}
    scores = score(Mean(), frozen_lognorm, signatures)
    np.testing.assert_allclose(scores[:, 0], scores[:, 1] - scores[:, 2], atol=1e-6)


def test_weights_give_the_weighted_mean(frozen_lognorm, score):
    signature = Signature(
        id="s", genes=("G3", "G50", "G77"), weights={"G3": 3.0, "G50": 1.0, "G77": -0.5}
    )
    values = frozen_lognorm.X.toarray()[:, [3, 50, 77]]
    scores = score(Mean(), frozen_lognorm, [signature])
    np.testing.assert_allclose(scores[:, 0], values @ np.array([3, 1, -0.5]) / 4.5, atol=1e-6)


def test_cells_without_values_are_zero(score):
    assert (score(Mean(), np.zeros((2, 5), dtype=np.float32), {"s": ["G1"]}) == 0).all()
