"""pydeseq2 through our design against pydeseq2 through its own formula."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from made_samples import made_design, made_table

from tmeatlas._errors import DependencyError
from tmeatlas.cohort import compare, joined

N_GENES = 60


@pytest.fixture(scope="module")
def counts() -> np.ndarray:
    """Nine samples with a depth each; the first ten genes differ in the last three samples."""
    rng = np.random.default_rng(0)
    mean = rng.gamma(2.0, 40.0, size=N_GENES) * rng.uniform(0.5, 2, size=(9, 1))
    mean[6:, :10] *= 3
    return rng.negative_binomial(8, 8 / (8 + mean)).astype(float)


def table_of(counts, group=""):
    return made_table(np.log2(counts + 0.5), counts=counts, group=group)


def by_formula(counts, metadata, design, contrast):
    dds = pytest.importorskip("pydeseq2.dds")
    from pydeseq2.ds import DeseqStats

    names = [f"s{i}" for i in range(len(counts))]
    table = pd.DataFrame(counts.astype(int), names, [f"f{i}" for i in range(N_GENES)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = dds.DeseqDataSet(
            counts=table, metadata=metadata.set_axis(names), design=design, quiet=True, n_cpus=1
        )
        fitted.deseq2()
        stats = DeseqStats(fitted, contrast=contrast, quiet=True, n_cpus=1)
        stats.summary()
    return stats.results_df


def test_two_conditions(counts):
    pytest.importorskip("pydeseq2")
    compared = compare(table_of(counts[:8]), made_design("aaaabbbb"), method="pydeseq2")
    found = compared.table.set_index("feature")
    metadata = pd.DataFrame({"condition": [*"aaaabbbb"]})
    expected = by_formula(counts[:8], metadata, "~condition", ["condition", "b", "a"])
    expected = expected.loc[found.index]
    np.testing.assert_allclose(found["pval"], expected["pvalue"], rtol=1e-4)
    np.testing.assert_allclose(found["effect"], expected["log2FoldChange"], rtol=1e-4)
    half = (found["high"] - found["low"]) / 2
    np.testing.assert_allclose(half, 1.959964 * expected["lfcSE"], rtol=1e-4)
    assert set(found["test"]) == {"pydeseq2"}
    assert (found["pval"] > 0).all()


def test_pairs_are_a_factor(counts):
    pytest.importorskip("pydeseq2")
    pairs = [*"wxyz"] * 2
    design = made_design("aaaabbbb", pair=pairs, options={"paired_by": "pair"})
    found = compare(table_of(counts[:8]), design, method="pydeseq2").table.set_index("feature")
    metadata = pd.DataFrame({"condition": [*"aaaabbbb"], "pair": pairs})
    expected = by_formula(counts[:8], metadata, "~pair + condition", ["condition", "b", "a"])
    np.testing.assert_allclose(found["pval"], expected["pvalue"].loc[found.index], rtol=1e-3)
    assert set(found["test"]) == {"pydeseq2 with pairs"}


def test_three_conditions_together_whatever_the_reference(counts):
    pytest.importorskip("pydeseq2")
    overall = []
    for reference in "ac":
        compared = compare(
            table_of(counts), made_design("aaabbbccc", reference=reference), method="pydeseq2"
        )
        rows = compared.table.drop_duplicates("feature").set_index("feature")
        overall.append(rows["overall_pval"].sort_index())
        assert len(compared.table) == 2 * len(rows)
    np.testing.assert_allclose(overall[0], overall[1], rtol=1e-3)
    changed = overall[0].index.isin([f"f{i}" for i in range(10)])
    assert overall[0][changed].median() < 0.01 < overall[0][~changed].median()


def test_groups_are_fitted_by_themselves(counts):
    pytest.importorskip("pydeseq2")
    few = table_of(counts[:8], group="B")
    few.values[:3] = np.nan  # noqa: PD011
    both = joined([table_of(counts[:8], group="T"), few])
    both = made_counts(both, np.hstack([counts[:8], counts[:8]]))
    compared = compare(both, made_design("aaaabbbb"), method="pydeseq2")
    alone = compare(table_of(counts[:8]), made_design("aaaabbbb"), method="pydeseq2")
    found = compared.table.set_index("feature")["pval"].sort_index()
    pd.testing.assert_series_equal(found, alone.table.set_index("feature")["pval"].sort_index())
    assert compared.left_out["group"].tolist() == ["B"]
    again = compare(both, made_design("aaaabbbb"), method="pydeseq2")
    pd.testing.assert_frame_equal(compared.table, again.table)


@pytest.mark.parametrize("lacking", ["x", "z"])
def test_a_batch_without_cells_is_left_out_whichever_it_is(counts, lacking):
    pytest.importorskip("pydeseq2")
    conditions, batch = np.array([*"abababaab"]), np.array([*"xxyyzzxyz"])
    there = batch != lacking
    options = {"options": {"covariates": ["batch"]}}
    rest = made_design(conditions[there], batch=batch[there], **options)
    expected = compare(table_of(counts[there]), rest, method="pydeseq2").table
    table = table_of(np.where(there[:, None], counts, 0.0))
    table.values[~there] = np.nan  # noqa: PD011
    found = compare(table, made_design(conditions, batch=batch, **options), method="pydeseq2").table
    pd.testing.assert_series_equal(
        *(each.set_index("feature")["pval"].sort_index() for each in (found, expected))
    )


def made_counts(table, counts):
    from dataclasses import replace

    return replace(table, counts=counts)


def test_without_the_package_it_is_refused(counts, monkeypatch):
    monkeypatch.setattr("tmeatlas.cohort._deseq.find_spec", lambda name: None)
    with pytest.raises(DependencyError, match=r"pip install 'tmeatlas\[de\]'"):
        compare(table_of(counts[:8]), made_design("aaaabbbb"), method="pydeseq2")


def test_the_logs_by_default(counts):
    compared = compare(table_of(counts[:8]), made_design("aaaabbbb"))
    assert set(compared.table["test"]) == {"Welch's t-test"}
    assert compared.cautions == []
