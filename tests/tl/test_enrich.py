from __future__ import annotations

import importlib
import logging

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scanpy as sc

import tmeatlas as tme
from tmeatlas._errors import CoverageError, InputError, MissingKeyError, TMEWarning
from tmeatlas.datasets import simulated
from tmeatlas.enrichment import Prerank
from tmeatlas.pp import prepare
from tmeatlas.tl._enrich import enrich

SIGNATURES = {"own": ["G0", "G1", "G2", "G3"], "mixed": ["G10", "G20", "G30", "G5-", "G6-"]}
FEW = Prerank(n_perms=20)


@pytest.fixture
def lognorm(small_counts):
    """Log-normalised, with genes 0 to 3 high in group alpha and 5 and 6 low."""
    counts = small_counts.X.toarray()
    counts[:20, :4] += 12
    counts[:20, 5:7] = 0
    small_counts.X = counts
    small_counts.layers["counts"] = counts.copy()
    sc.pp.normalize_total(small_counts, target_sum=1e4)
    sc.pp.log1p(small_counts)
    return small_counts


def row(adata, group, signature, direction="up"):
    table = adata.uns["tme_enrich"]
    chosen = (
        (table["group"] == group)
        & (table["signature"] == signature)
        & (table["direction"] == direction)
    )
    (found,) = table[chosen].to_dict("records")
    return found


def running_sum(values, hits):
    """GSEA's walk, written down from its definition (Subramanian et al., 2005)."""
    weight = np.abs(values) * hits
    return np.cumsum(weight / weight.sum() - ~hits / (~hits).sum())


def test_prerank_finds_the_planted_genes(lognorm):
    assert enrich(lognorm, "group", signatures=SIGNATURES, method=Prerank(n_perms=200)) is None
    table = lognorm.uns["tme_enrich"]
    assert len(table) == 9  # three groups; one list, and one with two sides
    assert list(table.columns) == [
        *("group", "signature", "direction", "es", "nes", "pval", "padj"),
        *("n_genes", "lead_genes"),
    ]
    found = row(lognorm, "alpha", "own")
    assert found["es"] > 0.8
    assert set(found["lead_genes"].split(",")) <= set(SIGNATURES["own"])
    assert found["pval"] == lognorm.uns["tme_enrich"]["pval"].min()
    assert found["pval"] < 0.05
    assert row(lognorm, "alpha", "mixed", "down")["es"] < 0
    assert row(lognorm, "beta", "own")["es"] < 0


def test_p_is_never_0_and_counts_permutations_of_the_same_sign(lognorm):
    enrich(lognorm, "group", signatures=SIGNATURES, method=Prerank(n_perms=99))
    table = lognorm.uns["tme_enrich"]
    assert table["pval"].min() > 1 / 100  # fewer than 99 have the sign of the score
    assert (table["padj"] >= table["pval"]).all()
    assert table["padj"].is_monotonic_increasing


def test_scores_are_those_of_gseapy(lognorm):
    gseapy = pytest.importorskip("gseapy")
    enrich(lognorm, "group", signatures=SIGNATURES, method=Prerank(n_perms=100, rng=3))
    ranking = lognorm.uns["tme_enrich_ranking"]
    lists = ranking["lists"]
    sets = {f"{s}/{d}": g.split(",") for s, d, g in lists.to_numpy()}
    for group, metric in zip(ranking["groups"], ranking["metric"], strict=True):
        series = pd.Series(metric.astype(float), index=ranking["genes"])
        theirs = gseapy.prerank(
            series.sort_values(ascending=False),
            sets,
            outdir=None,
            min_size=2,
            permutation_num=100,
            seed=3,
            ascending=None,
        ).results
        for name, expected in theirs.items():
            ours = row(lognorm, group, *name.split("/"))
            assert ours["es"] == pytest.approx(expected["es"], abs=1e-9)
            assert ours["nes"] == pytest.approx(expected["nes"], rel=1e-6)
            assert ours["lead_genes"] == expected["lead_genes"].replace(";", ",")
            assert ours["pval"] >= expected["pval"]
            assert ours["pval"] - expected["pval"] < 1 / 10  # at least ten of either sign


def test_stored_ranking_gives_the_score(lognorm):
    enrich(lognorm, "group", signatures=SIGNATURES, method=Prerank(n_perms=50))
    ranking = lognorm.uns["tme_enrich_ranking"]
    genes = np.asarray(ranking["genes"])
    for group, metric in zip(ranking["groups"], ranking["metric"], strict=True):
        order = np.argsort(-metric)
        assert (np.diff(metric[order]) < 0).all()
        walk = running_sum(metric[order].astype(float), np.isin(genes[order], SIGNATURES["own"]))
        assert row(lognorm, group, "own")["es"] == pytest.approx(
            walk[np.abs(walk).argmax()], abs=1e-9
        )


def test_the_same_seed_gives_the_same_whatever_the_order(lognorm):
    enrich(lognorm, "group", signatures=SIGNATURES, method=Prerank(n_perms=100, rng=1))
    first = lognorm.uns["tme_enrich"]
    cells = np.random.default_rng(0).permutation(lognorm.n_obs)
    mixed = lognorm[cells, ::-1].copy()
    enrich(mixed, "group", signatures=SIGNATURES, method=Prerank(n_perms=100, rng=1))
    pd.testing.assert_frame_equal(mixed.uns["tme_enrich"], first, check_exact=False, rtol=1e-5)
    enrich(lognorm, "group", signatures=SIGNATURES, method=Prerank(n_perms=100, rng=2))
    assert not np.array_equal(lognorm.uns["tme_enrich"]["nes"], first["nes"])


def test_samples_are_compared_within_themselves(lognorm):
    # A gene that is high in one sample in all groups is not of any group.
    values = lognorm.X.copy()
    sample = (lognorm.obs["sample"] == "s1").to_numpy()
    values[sample, 30] += 5
    lognorm.X = values
    keep = ~((lognorm.obs["group"] == "alpha") & ~sample & (np.arange(60) % 4 != 1)).to_numpy()
    unequal = lognorm[keep].copy()
    metric = {}
    for key in (None, "sample"):
        enrich(
            unequal,
            "group",
            signatures=SIGNATURES,
            method=FEW,
            sample_key=key,
            min_cells=2,
        )
        ranking = unequal.uns["tme_enrich_ranking"]
        metric[key] = ranking["metric"][0, list(ranking["genes"]).index("G30")]
    assert metric[None] - metric["sample"] > 0.5


def test_genes_as_scanpy_ranked_them(lognorm):
    sc.tl.rank_genes_groups(lognorm, "group", method="t-test")
    enrich(lognorm, "group", signatures=SIGNATURES, method=Prerank(50, "rank_genes_groups"))
    ranking = lognorm.uns["tme_enrich_ranking"]
    theirs = sc.get.rank_genes_groups_df(lognorm, "beta").set_index("names")["scores"]
    ours = pd.Series(ranking["metric"][1], index=ranking["genes"])
    np.testing.assert_allclose(ours, theirs[ours.index], rtol=1e-5)
    assert list(ranking["groups"]) == ["alpha", "beta", "gamma"]
    assert row(lognorm, "alpha", "own")["es"] > 0.8


def test_rankings_of_scanpy_that_cannot_be_used(lognorm, untouched):
    options = {"signatures": SIGNATURES, "method": Prerank(20, "rank_genes_groups")}
    with pytest.raises(MissingKeyError, match=r"sc\.tl\.rank_genes_groups"):
        enrich(lognorm, "group", **options)
    sc.tl.rank_genes_groups(lognorm, "sample")
    with untouched(lognorm), pytest.raises(InputError, match=r"'sample'.*'group'"):
        enrich(lognorm, "group", **options)
    sc.tl.rank_genes_groups(lognorm, "group", n_genes=5)
    with pytest.raises(InputError, match="top 5 genes"):
        enrich(lognorm, "group", **options)
    for wrong in ({"sample_key": "sample"}, {"layer": "counts"}):
        with pytest.raises(InputError, match="rank_key"):
            enrich(lognorm, "group", **options, **wrong)


@pytest.mark.parametrize("method", ["ssgsea", "gsva"])
@pytest.mark.parametrize("sample_key", [None, "sample"])
def test_profiles(lognorm, method, sample_key):
    enrich(lognorm, "group", signatures=SIGNATURES, method=method, sample_key=sample_key)
    table = lognorm.uns["tme_enrich"]
    n_profiles = 3 if sample_key is None else 6
    assert len(table) == 3 * n_profiles
    assert table["n_cells"].iloc[::3].sum() == 60
    assert set(table["sample"]) == ({""} if sample_key is None else {"s1", "s2"})
    assert ("nes" in table) == (method == "ssgsea")
    own = table[table["signature"] == "own"].groupby("group", observed=True)["es"].mean()
    assert own.idxmax() == "alpha"
    assert "tme_enrich_ranking" not in lognorm.uns


@pytest.mark.parametrize("method", ["ssgsea", "gsva"])
def test_counts_are_summed_and_scaled(lognorm, method):
    enrich(lognorm, "group", signatures=SIGNATURES, method=method, layer="counts")
    counts = lognorm.uns["tme_enrich"]
    lognorm.layers["counts"] = lognorm.layers["counts"] * 2
    enrich(lognorm, "group", signatures=SIGNATURES, method=method, layer="counts")
    np.testing.assert_allclose(lognorm.uns["tme_enrich"]["es"], counts["es"], rtol=1e-6)


def test_ssgsea_is_that_of_gseapy(lognorm):
    gseapy = pytest.importorskip("gseapy")
    enrich(lognorm, "group", signatures=SIGNATURES, method="ssgsea")
    frame = pd.DataFrame(lognorm.X.astype(float), columns=lognorm.var_names)
    profiles = frame.groupby(lognorm.obs["group"].to_numpy()).mean().T
    theirs = gseapy.ssgsea(profiles, {"own": SIGNATURES["own"]}, outdir=None, min_size=2).res2d
    for name, es in zip(theirs["Name"], theirs["ES"], strict=True):
        assert row(lognorm, name, "own")["es"] == pytest.approx(float(es), rel=1e-4)


@pytest.mark.parametrize("format_", ["h5ad", "zarr"])
@pytest.mark.parametrize("method", ["prerank", "ssgsea", "gsva"])
def test_survives_writing(lognorm, tmp_path, format_, method):
    lognorm.obs["group"] = lognorm.obs["group"].cat.rename_categories({"alpha": "CD4/CD8 α"})
    enrich(lognorm, "group", signatures=SIGNATURES, method=method)
    path = tmp_path / f"tested.{format_}"
    getattr(lognorm, f"write_{format_}")(path)
    again = ad.read_h5ad(path) if format_ == "h5ad" else ad.read_zarr(path)
    pd.testing.assert_frame_equal(
        again.uns["tme_enrich"], lognorm.uns["tme_enrich"], check_categorical=False
    )
    if method == "prerank":
        stored, read = (a.uns["tme_enrich_ranking"] for a in (lognorm, again))
        np.testing.assert_array_equal(read["metric"], stored["metric"])
        assert list(read["groups"]) == list(stored["groups"])
        pd.testing.assert_frame_equal(read["lists"], stored["lists"])


def test_is_silent_and_writes_no_file(lognorm, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tme.settings, "verbosity", 0)
    # Ties everywhere, which gseapy would warn of.
    lognorm.X[:, 7:20] = lognorm.X[:, [7]]
    enrich(lognorm, "group", signatures=SIGNATURES, method=FEW)
    enrich(lognorm, "group", signatures=SIGNATURES, method="gsva")
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_small_groups_and_short_lists_are_named(lognorm):
    lognorm.obs["group"] = ["rare"] * 3 + ["a"] * 27 + ["b"] * 30
    signatures = {**SIGNATURES, "short": ["G8"], "missing": ["G9", "N1", "N2"]}
    with pytest.warns(TMEWarning) as warned:
        enrich(lognorm, "group", signatures=signatures, method=FEW)
    text = " ".join(str(w.message) for w in warned)
    assert "rare (3 cells)" in text
    assert "short (1 gene expressed)" in text
    assert "missing (1 of 3 genes)" in text
    assert set(lognorm.uns["tme_enrich"]["group"]) == {"a", "b"}
    facts = lognorm.uns["tmeatlas"]["tme_enrich"]["provenance"]
    assert list(facts["groups_left_out"]) == ["rare (3 cells)"]


@pytest.mark.parametrize("method", ["ssgsea", "gsva"])
def test_small_profiles_are_named(lognorm, method):
    lognorm.obs["sample"] = [*["s1"] * 17, *["s2"] * 3, *["s1", "s2"] * 20]
    options = {"signatures": SIGNATURES, "method": method, "sample_key": "sample"}
    told = r"Profiles of a group.*\(1\).*'alpha in s2 \(3 cells\)'.*min_cells=5"
    with pytest.warns(TMEWarning, match=told):
        enrich(lognorm, "group", **options, min_cells=5)
    found = set(lognorm.uns["tme_enrich"][["group", "sample"]].itertuples(index=False, name=None))
    assert ("alpha", "s1") in found
    assert ("alpha", "s2") not in found
    facts = lognorm.uns["tmeatlas"]["tme_enrich"]["provenance"]
    assert list(facts["profiles_left_out"]) == ["alpha in s2 (3 cells)"]
    enrich(lognorm, "group", **options, min_cells=3)
    assert len(lognorm.uns["tme_enrich"]) == 18


@pytest.mark.parametrize(
    "key", ["prepare", "schema_version", "tmeatlas", "neighbors", "tme_scores", "tme_coverage"]
)
def test_key_added_that_cannot_be_used(lognorm, untouched, key):
    lognorm.uns["neighbors"] = {"params": "of scanpy"}
    with untouched(lognorm), pytest.raises(InputError, match="key_added"):
        enrich(lognorm, "group", signatures=SIGNATURES, method=FEW, key_added=key)


def test_what_lies_beside_is_not_overwritten(lognorm, untouched):
    lognorm.uns["mine_ranking"] = "of the user"
    with untouched(lognorm), pytest.raises(InputError, match="mine_ranking"):
        enrich(lognorm, "group", signatures=SIGNATURES, method=FEW, key_added="mine")


@pytest.mark.parametrize("threads", [1, 3])
def test_any_number_of_threads_gives_the_same(lognorm, monkeypatch, threads):
    enrich(lognorm, "group", signatures=SIGNATURES, method=Prerank(n_perms=100))
    first = lognorm.uns["tme_enrich"]
    module = importlib.import_module("gseapy.gsea")
    asked, theirs = [], module.prerank_rs

    def counted(*arguments):
        asked.append(arguments[-2])
        return theirs(*arguments)

    monkeypatch.setattr(module, "prerank_rs", counted)
    monkeypatch.setattr("tmeatlas.enrichment._gseapy.n_threads", lambda: threads)
    enrich(lognorm, "group", signatures=SIGNATURES, method=Prerank(n_perms=100))
    assert asked == [threads] * 3
    pd.testing.assert_frame_equal(lognorm.uns["tme_enrich"], first)


def test_copy_and_another_key(lognorm, untouched):
    with untouched(lognorm):
        done = enrich(lognorm, "group", signatures=SIGNATURES, method=FEW, copy=True)
    assert "tme_enrich" in done.uns
    enrich(lognorm, "group", signatures=SIGNATURES, method=FEW, key_added="second")
    assert {"second", "second_ranking"} <= set(lognorm.uns)
    assert "tme_enrich" not in lognorm.uns


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"groupby": "groups"}, MissingKeyError, "'group'"),
        ({"method": "gsea"}, MissingKeyError, "'gsva'|'ssgsea'"),
        ({"sample_key": "samples"}, MissingKeyError, "'sample'"),
        ({"method": Prerank}, InputError, r"such as tme\.enrichment\.Prerank\(.*found Prerank"),
        ({"min_cells": 0}, InputError, "min_cells"),
        ({"min_coverage": 50}, InputError, "from 0 to 1"),
        ({"min_coverage": "half"}, InputError, "from 0 to 1, found 'half'"),
        ({"key_added": "a/b"}, InputError, "key_added"),
        ({"key_added": 5}, InputError, "text as `key_added=?`"),
        ({"layer": "counts"}, InputError, r"log-normalised.*raw counts"),
        ({"signatures": {"x": ["N1", "N2", "N3"]}}, CoverageError, r"x \(0 of 3"),
        ({"method": "gsva", "sample_key": "sample", "min_cells": 15}, InputError, "profiles"),
    ],
)
def test_what_cannot_be_used(lognorm, untouched, options, error, match):
    with untouched(lognorm), pytest.raises(error, match=match):
        enrich(lognorm, **{"groupby": "group", "signatures": SIGNATURES, **options})


def test_a_generator_gives_a_seed_that_is_on_record(lognorm):
    method = Prerank(n_perms=50, rng=np.random.default_rng(3))
    enrich(lognorm, "group", signatures=SIGNATURES, method=method)
    seed = lognorm.uns["tmeatlas"]["tme_enrich"]["params"]["seed"]
    first = lognorm.uns["tme_enrich"]
    enrich(lognorm, "group", signatures=SIGNATURES, method=Prerank(n_perms=50, rng=seed))
    pd.testing.assert_frame_equal(lognorm.uns["tme_enrich"], first)


def test_group_that_shares_no_sample(lognorm):
    lognorm.obs["sample"] = lognorm.obs["group"].astype(str)
    with pytest.raises(InputError, match=r"beside another group.*sample_key=None"):
        enrich(lognorm, "group", signatures=SIGNATURES, sample_key="sample")


def test_finds_the_cells_of_the_simulated_tumour(caplog):
    adata = simulated(800)
    prepare(adata, embed=False)
    own = {"pericyte_pan": "Pericyte", "endothelium_pan": "Endothelial"}
    with caplog.at_level(logging.INFO, logger="tmeatlas"):
        enrich(
            adata,
            "cell_type",
            signatures=list(own),
            method=Prerank(n_perms=100),
            sample_key="sample",
        )
    assert "uns['tme_enrich']" in caplog.text
    for signature in own:
        table = adata.uns["tme_enrich"]
        best = table[table["signature"] == signature].sort_values("nes").iloc[-1]
        assert best["group"] == own[signature]
