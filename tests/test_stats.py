from __future__ import annotations

import numpy as np

from tmeatlas._stats import benjamini_hochberg, fisher_combined, permutation_pvalue


def test_a_permutation_pvalue_is_never_zero():
    np.testing.assert_allclose(permutation_pvalue([0, 9, 99], 99), [0.01, 0.1, 1.0])


def test_benjamini_hochberg_by_hand():
    # Four tests: 0.01*4/1, 0.02*4/2, 0.03*4/3 and 0.5*4/4, made monotone from the right.
    adjusted = benjamini_hochberg([0.03, 0.01, 0.5, 0.02])
    np.testing.assert_allclose(adjusted, [0.04, 0.04, 0.5, 0.04])


def test_benjamini_hochberg_equals_scipy():
    from scipy.stats import false_discovery_control

    pvalues = np.random.default_rng(0).uniform(size=200) ** 2
    np.testing.assert_allclose(benjamini_hochberg(pvalues), false_discovery_control(pvalues))


def test_tests_that_are_not_listed_count_as_one():
    listed = [0.001, 0.02, 0.3]
    whole = benjamini_hochberg([*listed, *np.ones(97)])
    np.testing.assert_allclose(benjamini_hochberg(listed, n_tests=100), whole[:3])


def test_untested_rows_do_not_count():
    adjusted = benjamini_hochberg([0.01, np.nan, 0.02])
    np.testing.assert_allclose(adjusted, [0.02, np.nan, 0.02])
    assert benjamini_hochberg([]).shape == (0,)


def test_combined_pvalues_equal_scipy():
    from scipy.stats import combine_pvalues

    for pvalues in ([0.03], [0.2, 0.6, 1.0], [1e-4] * 50):
        expected = combine_pvalues(pvalues, method="fisher").pvalue
        found = fisher_combined(np.log(pvalues).sum(), len(pvalues))
        np.testing.assert_allclose(found, expected, rtol=1e-8)
    assert fisher_combined(-2000.0, 3) > 0
