"""Simulated cohorts: patients differ as told, conditions differ as planted and not else."""

from __future__ import annotations

import hashlib

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from scipy import stats

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError, TMEError
from tmeatlas.datasets._cohort_sampling import draw_negative_binomial

EFFECTS = {
    "programmes": {"interferon": {"Malignant": 0.4}},
    "composition": {"Treg": 3.0, "malignant_hypoxic": 4.0},
    "genes": {"SPP1": {"TAM C1Q": 4.0}},
    "axes": {"tgfb": 4.0},
}


@pytest.fixture(scope="module")
def null() -> ad.AnnData:
    return tme.datasets.simulated_cohort(30, n_cells=(30, 90), patient_effect=0.3)


@pytest.fixture(scope="module")
def planted() -> ad.AnnData:
    return tme.datasets.simulated_cohort(12, n_cells=250, effects=EFFECTS, rng=1)


def levels_of(adata: ad.AnnData, what: str) -> pd.DataFrame:
    """Samples × (feature, group): what is true of each sample."""
    table = adata.uns["truth_levels"]
    table = table[table["what"] == what]
    return table.pivot_table(
        index="sample", columns=["feature", "group"], values="value", observed=True
    )


def case_of(adata: ad.AnnData) -> np.ndarray:
    """Which samples are of the second condition, in their order."""
    of = adata.obs.drop_duplicates("sample").set_index("sample")["condition"]
    return (of.sort_index() == of.cat.categories[1]).to_numpy()


def differences(adata: ad.AnnData, what: str) -> pd.Series:
    """Mean of the second condition minus that of the first."""
    levels, case = levels_of(adata, what), case_of(adata)
    return levels[case].mean() - levels[~case].mean()


def digest(adata: ad.AnnData) -> str:
    found = hashlib.sha256(adata.obs.to_csv().encode())
    for part in ("data", "indices", "indptr"):
        found.update(getattr(adata.X, part).astype(np.int32).tobytes())
    return found.hexdigest()


def test_simulated_keeps_its_bytes():
    """Made before there were cohorts, which share its generator."""
    known = "8a3586532c9373688842a20461595b0d35e66a403059acfdd2f5eda252485d54"
    assert digest(tme.datasets.simulated(400, rng=7)) == known


def test_layout(null):
    assert null.X.dtype == np.float32
    assert (null.X.data >= 1).all()
    assert (null.X.data == np.round(null.X.data)).all()
    assert null.X.has_sorted_indices
    assert null.obs_names[0] == "sample01_0001"
    assert list(null.obs.columns[:5]) == [
        "sample", "patient", "condition", "cell_type", "true_state",
    ]  # fmt: skip
    assert "batch" not in null.obs
    sizes = null.obs["sample"].value_counts()
    assert len(sizes) == 60
    assert sizes.min() >= 30
    assert sizes.max() <= 90
    assert sizes.nunique() > 20
    assert null.obs.groupby("patient", observed=True)["sample"].nunique().eq(1).all()
    assert null.uns["truth_effects"].empty


def test_cells_are_those_of_the_simulated_tumour(planted):
    """Depth and sparsity, and the expression of each type, are those of `simulated`."""
    one = tme.datasets.simulated(2500)
    assert list(planted.var_names) == list(one.var_names)
    depth = np.asarray(planted.X.sum(axis=1)).ravel()
    assert 2000 < np.median(depth) < 3000
    assert 0.85 < 1 - planted.X.nnz / np.prod(planted.shape) < 0.92
    for cell_type in ("B", "Endothelial", "Plasma"):
        here, there = (
            np.asarray(of[of.obs["cell_type"] == cell_type].X.mean(axis=0)).ravel()
            for of in (one, planted)
        )
        high = here > 2
        assert high.sum() > 50
        assert np.median(np.abs(np.log2(there[high] / here[high]))) < 0.25


def test_draws_are_negative_binomial():
    rng = np.random.default_rng(0)
    n = 40_000
    means = np.array([0.003, 0.2, 1.0, 5.0, 15.0, 40.0, 900.0])
    shapes = np.array([4.0, 1.0, 4.0, 10.0, 2.0, 4.0, 5.0])
    drawn = draw_negative_binomial(np.tile(means, (n, 1)).astype(np.float32), shapes, rng)
    drawn = drawn.toarray()
    for values, mean, shape in zip(drawn.T, means, shapes, strict=True):
        true = stats.nbinom(shape, shape / (shape + mean))
        # Classes of at least 40 expected draws, and what lies above them.
        last = int(true.ppf(1 - 40 / n))
        cuts = np.unique(np.linspace(0, last, 30).astype(int))
        expected = n * np.diff([0, *true.cdf(cuts), 1])
        found = np.histogram(values, bins=[-0.5, *(cuts + 0.5), np.inf])[0]
        assert stats.chisquare(found, expected).pvalue > 1e-3, (mean, shape)


def test_same_seed_same_bytes():
    one, other = (tme.datasets.simulated_cohort(3, n_cells=30, rng=7) for _ in range(2))
    assert digest(one) == digest(other)
    pd.testing.assert_frame_equal(one.uns["truth_levels"], other.uns["truth_levels"])
    assert digest(tme.datasets.simulated_cohort(3, n_cells=30, rng=8)) != digest(one)
    generator = tme.datasets.simulated_cohort(3, n_cells=30, rng=np.random.default_rng(7))
    assert digest(generator) == digest(one)


@pytest.fixture(scope="module")
def nulls() -> list[ad.AnnData]:
    return [
        tme.datasets.simulated_cohort(6, n_cells=10, patient_effect=0.3, rng=seed)
        for seed in range(25)
    ]


@pytest.mark.parametrize("what", ["programmes", "composition", "states", "genes"])
def test_conditions_do_not_differ_without_effects(nulls, what):
    """Over seeds, Welch's test of the true levels has its level."""
    pvals = []
    for adata in nulls:
        levels, case = levels_of(adata, what).to_numpy(), case_of(adata)
        pvals.append(stats.ttest_ind(levels[case], levels[~case], equal_var=False).pvalue)
    # What is true of one patient hangs together: each seed counts once.
    shares = np.mean(np.array(pvals) <= 0.05, axis=1)
    assert shares.mean() < 0.05 + 3 * shares.std() / np.sqrt(len(shares)) + 0.01


def test_intraclass_correlation_of_programmes(null):
    """A third of the variance is between samples, of what the cells run and not only in truth."""
    cells = null.obs[null.obs["cell_type"] == "Malignant"]
    groups = [x["true_interferon"].to_numpy() for _, x in cells.groupby("sample", observed=True)]
    n = np.array([len(x) for x in groups])
    mean = np.array([x.mean() for x in groups])
    within = sum(((x - x.mean()) ** 2).sum() for x in groups) / (n.sum() - len(n))
    between = (n * (mean - np.average(mean, weights=n)) ** 2).sum() / (len(n) - 1)
    size = (n.sum() - (n**2).sum() / n.sum()) / (len(n) - 1)
    variance = (between - within) / size
    assert 0.2 < variance / (variance + within) < 0.4


def test_patients_differ_in_genes(null):
    """log2 of a log-normal factor: variance dispersion × icc / (1 - icc), in bits."""
    levels = levels_of(null, "genes")
    spread = levels.drop(columns="Malignant", level="group").std().mean()
    assert spread == pytest.approx(np.sqrt(0.25 * 0.3 / 0.7) / np.log(2), rel=0.1)
    alike = tme.datasets.simulated_cohort(4, n_cells=10, patient_effect=0.0)
    assert levels_of(alike, "genes").drop(columns="Malignant", level="group").std().max() < 0.02


def test_cells_carry_the_true_levels():
    """Pseudobulks of each sample follow the level that is true of it."""
    adata = tme.datasets.simulated_cohort(10, n_cells=300, patient_effect=0.5, rng=2)
    truth, sample = levels_of(adata, "genes"), adata.obs["sample"]
    depth = pd.Series(np.asarray(adata.X.sum(axis=1)).ravel(), index=adata.obs_names)
    for gene, cell_type in (("CXCL12", "CAF iCAF"), ("VEGFA", "Malignant"), ("CXCR4", "T CD4")):
        own = adata.obs_names[adata.obs["cell_type"] == cell_type]
        counts = adata[own, gene].to_df()[gene].groupby(sample[own], observed=True).sum()
        found = np.log2(1e4 * counts / depth[own].groupby(sample[own], observed=True).sum())
        true = truth[gene, cell_type].loc[found.index]
        assert abs((found - true).mean()) < 0.3, gene
        assert np.corrcoef(found, true)[0, 1] > 0.85, gene


def test_paired_samples_share_their_patient():
    adata = tme.datasets.simulated_cohort(40, n_cells=10, paired=True, patient_effect=0.3)
    of = adata.obs.drop_duplicates("sample").set_index("sample").sort_index()
    assert of["patient"].nunique() == 40
    assert of.groupby("patient", observed=True)["condition"].nunique().eq(2).all()
    for what in ("programmes", "composition", "genes"):
        levels = levels_of(adata, what)
        if what == "composition":
            levels = np.log(levels)
        before, after = levels.iloc[:40].to_numpy(), levels.iloc[40:].to_numpy()
        assert (of["patient"].iloc[:40].to_numpy() == of["patient"].iloc[40:].to_numpy()).all()
        correlation = [np.corrcoef(*pair)[0, 1] for pair in zip(before.T, after.T, strict=True)]
        assert 0.65 < np.median(correlation) < 0.85, what


def test_planted_effects_are_in_truth(planted):
    table = planted.uns["truth_effects"]
    assert set(table["condition"]) == {"case"}
    assert table["what"].value_counts().to_dict() == {
        "axes": 3, "composition": 2, "programmes": 1, "genes": 1,
    }  # fmt: skip
    programmes = differences(planted, "programmes")
    assert programmes["interferon", "Malignant"] == pytest.approx(0.4, abs=0.1)
    assert programmes.drop(("interferon", "Malignant")).abs().max() < 0.12
    genes = differences(planted, "genes")
    raised = [
        ("SPP1", "TAM C1Q"),
        ("TGFB1", "TAM SPP1"),
        ("TGFBR1", "CAF myCAF"),
        ("TGFBR2", "CAF myCAF"),
    ]
    assert np.allclose(genes[raised], 2.0, atol=0.35)
    assert genes.drop(raised).abs().max() < 0.8
    shares = np.log(levels_of(planted, "composition"))
    case = case_of(planted)
    assert (shares[case].mean() - shares[~case].mean()).idxmax()[0] == "Treg"
    assert differences(planted, "states").idxmax()[0] == "malignant_hypoxic"


def test_planted_effects_are_in_cells(planted):
    obs = planted.obs
    share = obs["cell_type"].eq("Treg").groupby(obs["condition"], observed=True).mean()
    assert share["case"] > 1.7 * share["control"]
    malignant = obs[obs["cell_type"] == "Malignant"]
    activity = malignant.groupby("condition", observed=True)["true_interferon"].mean()
    assert activity["case"] - activity["control"] == pytest.approx(0.4, abs=0.1)


def test_groups_of_unequal_size_and_spread():
    adata = tme.datasets.simulated_cohort(
        {"small": 30, "large": 60},
        conditions=("small", "large"),
        spread={"small": 3.0},
        patient_effect=0.2,
        n_cells=10,
    )
    of = adata.obs.drop_duplicates("sample")["condition"].value_counts()
    assert of.to_dict() == {"small": 30, "large": 60}
    levels = levels_of(adata, "genes").drop(columns="Malignant", level="group")
    large = case_of(adata)
    assert (levels[~large].std() / levels[large].std()).mean() == pytest.approx(3.0, rel=0.1)


def test_three_conditions_only_the_second_differs():
    adata = tme.datasets.simulated_cohort(
        10,
        conditions=("untreated", "one", "two"),
        n_cells=10,
        effects={"programmes": {"interferon": 0.5}},
    )
    of = adata.obs.drop_duplicates("sample").set_index("sample")["condition"].sort_index()
    levels = levels_of(adata, "programmes")["interferon"].mean(axis=1).groupby(of, observed=True)
    assert levels.mean().idxmax() == "one"
    assert abs(levels.mean()["two"] - levels.mean()["untreated"]) < 0.1


def test_missing_cell_types():
    adata = tme.datasets.simulated_cohort(
        2, n_cells=400, missing={"sample02": ["Treg", "Malignant"], "sample03": "B"}
    )
    table = pd.crosstab(adata.obs["sample"], adata.obs["cell_type"])
    assert table.loc["sample02", ["Treg", "Malignant"]].tolist() == [0, 0]
    assert table.loc["sample03", "B"] == 0
    assert (table > 0).to_numpy().sum() >= table.size - 6
    shares = levels_of(adata, "composition")
    assert shares["Treg"].loc["sample02"].item() == 0
    assert np.allclose(shares.sum(axis=1), 1)


def test_batches_take_turns():
    adata = tme.datasets.simulated_cohort(4, n_cells=60, batches=2, patient_effect=0.0)
    of = adata.obs.drop_duplicates("sample")
    assert pd.crosstab(of["batch"], of["condition"]).to_numpy().tolist() == [[2, 2], [2, 2]]
    levels = levels_of(adata, "genes").drop(columns="Malignant", level="group")
    batch = of.set_index("sample")["batch"].sort_index()
    assert levels.groupby(batch, observed=True).std().max().max() < 0.05
    assert levels.std().mean() > 0.1


def test_round_trip(tmp_path, planted):
    for name, adata in (
        ("planted", planted[:200].copy()),
        ("null", tme.datasets.simulated_cohort(2, n_cells=20)),
    ):
        adata.write_h5ad(tmp_path / f"{name}.h5ad")
        again = ad.read_h5ad(tmp_path / f"{name}.h5ad")
        for key in ("truth_effects", "truth_levels"):
            assert list(again.uns[key]) == list(adata.uns[key])
            assert len(again.uns[key]) == len(adata.uns[key])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n_patients": 0}, "n_patients"),
        ({"n_patients": {"control": 3}}, "n_patients.*'case'"),
        ({"n_patients": {"control": 3, "case": 4}, "paired": True}, "every condition"),
        ({"conditions": "case"}, "conditions=\\('control', 'case'\\)"),
        ({"conditions": ("case",)}, "two or more"),
        ({"conditions": ("case", "case")}, "different"),
        ({"patient_effect": 1.0}, "patient_effect"),
        ({"n_cells": 3}, "n_cells"),
        ({"n_cells": (50, 20)}, "least, most"),
        ({"n_cells": "many"}, "n_cells"),
        ({"spread": {"cases": 2}}, "'case'"),
        ({"missing": {"sample99": ["B"]}}, "sample04"),
        ({"missing": {"sample01": ["Tregs"]}}, "'Treg'"),
        ({"batches": 0}, "batches"),
        ({"effects": ["tgfb"]}, "dict"),
        ({"effects": {"axis": {"tgfb": 2.0}}}, "'axes'"),
        ({"effects": {"axes": {"tgf": 2.0}}}, "'tgfb'"),
        ({"effects": {"axes": {"tgfb": {"ligands": 2.0}}}}, "'ligand'"),
        ({"effects": {"axes": {"tgfb": 0}}}, "factor"),
        ({"effects": {"composition": {"Tregs": 2.0}}}, "'Treg'"),
        ({"effects": {"programmes": {"ifn": 0.1}}}, "'interferon'"),
        ({"effects": {"genes": {"SPP": 2.0}}}, "'SPP1'"),
        ({"effects": {"genes": {"SPP1": {"TAM": 2.0}}}}, "'TAM C1Q'"),
        ({"rng": -1}, "seed"),
    ],
)
def test_bad_input(options, words):
    given = {"n_patients": 2, "n_cells": 20, **options}
    with pytest.raises(TMEError, match=words) as error:
        tme.datasets.simulated_cohort(given.pop("n_patients"), **given)
    assert isinstance(error.value, (InputError, MissingKeyError))
