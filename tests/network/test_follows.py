"""What a gene follows, over samples that are made by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tmeatlas.network import OVER_ALL, CellsOfLineage, Effect, Follows, adjust, follow, verdict


def cells(n_samples=5, *, each=120, follows=1.0, seed=0, rate=0.4) -> CellsOfLineage:
    """Cells of two groups; the gene goes with `ifng`, of which `hypoxia` is a noisy copy."""
    rng = np.random.default_rng(seed)
    n = n_samples * each
    ifng = rng.normal(size=n)
    chance = 1 / (1 + np.exp(-follows * ifng - np.log(rate / (1 - rate))))
    return CellsOfLineage(
        shows=rng.random(n) < chance,
        scores={"ifng": ifng, "hypoxia": ifng + rng.normal(size=n), "egf": rng.normal(size=n)},
        controls=rng.normal(size=(n, 1)),
        samples=np.repeat(np.arange(n_samples), each),
        groups=rng.integers(0, 2, n),
        depth=rng.integers(500, 3000, n),
    )


def rows_of(cells: CellsOfLineage, n_samples=5) -> dict:
    names = [f"s{i}" for i in range(n_samples)]
    return {(row.sample, row.programme): row for row in follow(cells, names)}


def test_a_programme_that_goes_along_only_is_no_longer_followed_beside_the_other():
    rows = rows_of(cells(each=400))
    ifng, hypoxia, egf = (rows[OVER_ALL, name] for name in ("ifng", "hypoxia", "egf"))
    assert ifng.adjusted.low > 0.2
    assert hypoxia.alone.low > 0.2
    assert abs(hypoxia.adjusted.value) < 0.15
    assert abs(egf.adjusted.value) < 0.15
    assert ifng.n_samples == 5


def test_over_samples_the_samples_are_the_replicates():
    rows = rows_of(cells())
    values = [rows[f"s{i}", "ifng"].adjusted.value for i in range(5)]
    whole = rows[OVER_ALL, "ifng"]
    assert min(values) < whole.adjusted.value < max(values)
    assert whole.note == ""
    assert (whole.cells, rows["s0", "ifng"].cells) == (600, 120)


def test_with_two_samples_cells_are_the_replicates_and_that_is_said():
    whole = rows_of(cells(2), 2)[OVER_ALL, "ifng"]
    assert whole.n_samples == 2
    assert whole.note == "read in 2 samples: cells are the replicates"
    assert np.isfinite(whole.adjusted.value)


def test_samples_in_which_hardly_a_cell_shows_the_gene_say_so():
    made = cells(4, rate=0.3)
    first = np.flatnonzero((made.samples == 0) & made.shows)
    made.shows[first[7:]] = False
    rows = rows_of(made, 4)
    assert rows["s0", "ifng"].note == "7 of 120 cells show it, 10 are needed"
    assert np.isnan(rows["s0", "ifng"].adjusted.value)
    assert rows[OVER_ALL, "ifng"].n_samples == 3


def test_depth_alone_makes_nothing_follow():
    """Deeper cells show the gene more often and score higher, which is all there is."""
    rng = np.random.default_rng(3)
    n = 3000
    molecules = rng.lognormal(7.5, 0.6, n)
    shows = rng.random(n) < 1 - np.exp(-molecules / 4000)
    score = np.log(molecules) + rng.normal(size=n) / 2
    plain = np.corrcoef(shows, score)[0, 1]
    made = CellsOfLineage(
        shows=shows,
        scores={"ifng": score},
        controls=np.empty((n, 0)),
        samples=np.repeat(np.arange(5), 600),
        groups=np.zeros(n, dtype=int),
        depth=(molecules**0.8).astype(np.int64),
        molecules=molecules,
    )
    assert plain > 0.2
    assert abs(rows_of(made)[OVER_ALL, "ifng"].adjusted.value) < 0.1


@pytest.mark.parametrize(
    ("effect", "padj", "said"),
    [
        (Effect(0.4, 0.1, 0.7), 0.01, Follows.YES),
        (Effect(-0.4, -0.7, -0.1), 0.01, Follows.OPPOSITE),
        (Effect(0.4, 0.1, 0.7), 0.2, Follows.UNCLEAR),
        (Effect(0.12, 0.08, 0.16), 0.001, Follows.NO),
        (Effect(0.15, 0.05, 0.25), 0.01, Follows.UNCLEAR),
        (Effect(), np.nan, Follows.UNCLEAR),
    ],
)
def test_verdicts(effect, padj, said):
    assert verdict(effect, padj) is said


def test_p_values_are_adjusted_within_their_sample():
    table = pd.DataFrame({"sample": ["", "", "s1", "s1"], "pval": [0.01, 0.04, 0.04, np.nan]})
    np.testing.assert_allclose(adjust(table), [0.02, 0.04, 0.04, np.nan])
