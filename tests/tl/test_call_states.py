from __future__ import annotations

import inspect
import re

import anndata as ad
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
from sameness import same

import tmeatlas as tme
from tmeatlas._errors import CoverageError, InputError, MissingKeyError, TMEWarning
from tmeatlas.results import States
from tmeatlas.tl._call_states import call_states


@pytest.fixture(scope="module")
def tumour() -> ad.AnnData:
    """2,000 simulated cells with their states; not to be changed."""
    adata = tme.datasets.simulated(2000)
    call_states(adata, lineage_key="cell_type")
    return adata


@pytest.fixture
def cells() -> ad.AnnData:
    return tme.datasets.simulated(300)


def states_of(adata: ad.AnnData, **equal: str) -> pd.Series:
    """The states of the cells with these labels."""
    chosen = np.ones(adata.n_obs, dtype=bool)
    for column, label in equal.items():
        chosen &= (adata.obs[column].astype(str) == label).to_numpy()
    return adata.obs["tme_state"].astype(str)[chosen]


def test_writes_every_slot_and_no_scores_of_signatures(tumour):
    assert tumour.obs["tme_state"].dtype == "category"
    for name in ("tme_state_margin", "tme_state_m1_m2"):
        assert tumour.obs[name].dtype == np.float32
    scores, calls = tumour.obsm["tme_state_scores"], tumour.uns["tme_state_calls"]
    assert (scores.dtypes == np.float32).all()
    assert scores.index.equals(tumour.obs_names)
    assert set(calls["id"]) <= set(scores)
    assert {"tme_scores", "tme_scores_pval"}.isdisjoint(tumour.obsm)
    declared = {column.name: column.dtype for column in States.call_columns}
    assert {name: str(dtype) for name, dtype in calls.dtypes.items()} == declared
    assert tumour.uns["tmeatlas"]["tme_state"]["params"]["min_margin"] == 0.25


def test_every_column_stands_in_the_docstring():
    text = inspect.getdoc(call_states)
    returns = text[text.index("Returns\n---") : text.index("Raises\n---")]
    named = set(re.findall(r"``([^`]+)``", returns))
    assert {column.name for column in States.call_columns} <= named


def test_table_counts_what_the_cells_say(tumour):
    calls = tumour.uns["tme_state_calls"].astype({"lineage": str, "state": str})
    own = calls[~calls["set_aside"]]
    counted = tumour.obs["tme_state"].value_counts().drop(["unassigned", "not called"])
    by_name = own.groupby("state")["called"].sum()
    assert by_name[by_name > 0].to_dict() == counted[counted > 0].to_dict()
    np.testing.assert_allclose(calls["share"], calls["called"] / calls["cells"], rtol=1e-6)
    assert (calls.loc[calls["note"] != "", "called"] == 0).all()
    fibroblasts = calls[calls["lineage"] == "Fibroblasts"]
    assert set(fibroblasts["cells"]) == {int(tumour.obs["true_caf"].sum())}


@pytest.mark.parametrize(
    ("true", "state", "least"),
    [
        ("mycaf", "myCAF-like", 0.1),
        ("icaf", "iCAF-like", 0.15),
        ("cd8_exhausted", "Terminally exhausted", 0.15),
        ("treg", "Activated Treg", 0.2),
        ("malignant_hypoxic", "Hypoxic", 0.85),
        ("malignant_cycling", "Cycling", 0.85),
    ],
)
def test_true_states_are_found_and_called_nothing_else(tumour, true, state, least):
    found = states_of(tumour, true_state=true)
    assert (found == state).mean() >= least
    # Interferon runs in any lineage of the simulated tumour; other names would be wrong.
    wrong = ~found.isin([state, "unassigned", "Interferon response"])
    assert wrong.mean() <= 0.08
    of_state = tumour.obs["true_state"].astype(str)[tumour.obs["tme_state"] == state]
    assert (of_state == true).mean() >= 0.8


def test_margin_says_how_clear_a_call_is(tumour):
    margin = tumour.obs["tme_state_margin"].to_numpy()
    named = ~tumour.obs["tme_state"].isin(["unassigned", "not called"]).to_numpy()
    assert margin[named].min() >= 0.25
    strict = call_states(tumour, lineage_key="cell_type", min_margin=1.0, copy=True)
    same_margin = strict.obs["tme_state_margin"].to_numpy()
    np.testing.assert_array_equal(margin, same_margin)
    kept = ~strict.obs["tme_state"].isin(["unassigned", "not called"]).to_numpy()
    np.testing.assert_array_equal(kept, named & (margin >= 1))


def test_lineages_without_states_are_not_called(tumour):
    for label in ("Pericyte", "DC"):
        assert set(states_of(tumour, cell_type=label)) == {"not called"}
    assert "not called" not in set(states_of(tumour, cell_type="CAF iCAF"))


def test_mural_cells_among_fibroblasts_are_set_aside(tumour):
    mixed = tumour.copy()
    stroma = tumour.obs["cell_type"].isin(["CAF iCAF", "CAF myCAF", "Pericyte"])
    mixed.obs["lineage"] = np.where(stroma, "Fibroblasts", "unknown")
    with pytest.warns(TMEWarning, match="No lineage is known of the labels 'unknown'"):
        call_states(mixed, lineage_key="lineage")
    mural = states_of(mixed, cell_type="Pericyte")
    assert mural.isin(["myCAF-like", "iCAF-like"]).mean() <= 0.02
    calls = mixed.uns["tme_state_calls"].set_index("id")
    n_mural = int((tumour.obs["cell_type"] == "Pericyte").sum())
    assert calls.loc["mural", "set_aside"]
    assert calls.loc["mural", "called"] >= 0.6 * n_mural
    assert "Mural cells" not in set(mixed.obs["tme_state"])


def test_m1_m2_is_the_difference_of_both_poles_in_macrophages(tumour):
    scores, balance = tumour.obsm["tme_state_scores"], tumour.obs["tme_state_m1_m2"]
    macrophages = tumour.obs["cell_type"].isin(["TAM C1Q", "TAM SPP1", "Monocyte"])
    np.testing.assert_array_equal(balance.notna(), macrophages)
    difference = (scores["tam_m1"] - scores["tam_m2"])[macrophages]
    np.testing.assert_allclose(
        balance[macrophages], difference - difference.mean(), atol=1e-4, rtol=1e-4
    )


def test_lists_of_cd8_cells_are_read_in_these_and_in_t_cells_not_told_apart(tumour):
    scores = tumour.obsm["tme_state_scores"]["t_cytotoxic"]
    types = tumour.obs["cell_type"].astype(str)
    read = types.str.startswith("T CD8")
    np.testing.assert_array_equal(scores.notna(), read)
    merged = tumour.copy()
    merged.obs["lineage"] = types.where(~types.isin(["T CD4", "Treg"]), "T cells")
    call_states(merged, lineage_key="lineage")
    np.testing.assert_array_equal(
        merged.obsm["tme_state_scores"]["t_cytotoxic"].notna(),
        types.str.startswith("T") & ~types.str.startswith("TAM"),
    )


def same_states(one: ad.AnnData, other: ad.AnnData) -> bool:
    return (
        same(one.obs[[n for n in one.obs if "tme_state" in n]].astype({"tme_state": str}),
             other.obs[[n for n in other.obs if "tme_state" in n]].astype({"tme_state": str}))
        and same(one.obsm["tme_state_scores"], other.obsm["tme_state_scores"])
        and same(one.uns["tme_state_calls"], other.uns["tme_state_calls"])
    )  # fmt: skip


def test_storage_does_not_matter(tumour, storage):
    other = tumour.copy()
    other.X = storage(tumour.X.toarray())
    call_states(other, lineage_key="cell_type")
    assert same_states(tumour, other)


def test_backed_files_give_the_same(tumour, tmp_path):
    tumour.write_h5ad(tmp_path / "tumour.h5ad")
    backed = ad.read_h5ad(tmp_path / "tumour.h5ad", backed="r")
    call_states(backed, lineage_key="cell_type")
    assert same_states(tumour, backed)


def test_threads_and_blocks_do_not_matter(tumour, monkeypatch):
    monkeypatch.setattr("tmeatlas.methods._runner.n_threads", lambda: 1)
    monkeypatch.setattr("tmeatlas.methods._runner.BLOCK_ROWS", 37)
    other = call_states(tumour, lineage_key="cell_type", copy=True)
    assert same_states(tumour, other)


def test_order_of_cells_does_not_matter(tumour):
    order = np.random.default_rng(0).permutation(tumour.n_obs)
    other = tumour[order].copy()
    call_states(other, lineage_key="cell_type")
    back = other[tumour.obs_names].copy()
    assert back.obs["tme_state"].astype(str).equals(tumour.obs["tme_state"].astype(str))
    pd.testing.assert_frame_equal(
        back.obsm["tme_state_scores"], tumour.obsm["tme_state_scores"], rtol=1e-4, atol=1e-4
    )


def test_seed_decides_and_may_be_a_generator(cells):
    def run(rng):
        return call_states(cells, lineage_key="cell_type", rng=rng, copy=True)

    one, other = run(3), run(4)
    assert same_states(one, run(3))
    assert not same(one.obsm["tme_state_scores"], other.obsm["tme_state_scores"])
    assert same_states(run(np.random.default_rng(1)), run(np.random.default_rng(1)))


def test_genes_with_each_others_names_call_next_to_nothing(tumour):
    shares = []
    for seed in range(5):
        shuffled = tumour.copy()
        shuffled.var_names = np.random.default_rng(seed).permutation(shuffled.var_names)
        call_states(shuffled, lineage_key="cell_type")
        states = shuffled.obs["tme_state"]
        shares.append((~states.isin(["unassigned", "not called"])).mean())
    assert np.mean(shares) <= 0.03


def test_survives_a_file_and_is_read_on_a_part_of_the_cells(tumour, tmp_path):
    tumour.write_h5ad(tmp_path / "tumour.h5ad")
    found = States.read(ad.read_h5ad(tmp_path / "tumour.h5ad"))
    assert found.state.astype(str).equals(tumour.obs["tme_state"].astype(str))
    pd.testing.assert_frame_equal(found.scores, tumour.obsm["tme_state_scores"])
    assert len(found.calls) == len(tumour.uns["tme_state_calls"])
    part = States.read(tumour[:100].copy())
    assert len(part.state) == len(part.scores) == 100
    n_called = (~tumour.obs["tme_state"].isin(["unassigned", "not called"])).sum()
    assert found.summary().startswith(f"{n_called:,} cells in ")


def test_a_second_run_replaces_the_first(tumour):
    again = tumour.copy()
    call_states(again, lineage_key="cell_type", min_margin=1)
    assert list(again.obs) == list(tumour.obs)
    call_states(again, lineage_key="cell_type", key_added="mine")
    assert {"mine", "mine_margin", "mine_m1_m2"} <= set(again.obs)
    assert list(again.obs["mine"]) == list(tumour.obs["tme_state"])


class TestBadInput:
    def test_a_column_that_is_not_there(self, cells, untouched):
        with untouched(cells), pytest.raises(MissingKeyError, match=r"tme\.tl\.annotate"):
            call_states(cells)
        with untouched(cells), pytest.raises(MissingKeyError, match="cell_type"):
            call_states(cells, lineage_key="celltype")

    def test_labels_of_no_lineage(self, cells, untouched):
        cells.obs["cluster"] = pd.Categorical(np.arange(300) % 3)
        with untouched(cells), pytest.raises(InputError, match="labels that name lineages"):
            call_states(cells, lineage_key="cluster")

    def test_lineages_without_states(self, cells, untouched):
        cells.obs["lineage"] = "Mast cells"
        with untouched(cells), pytest.raises(InputError, match="lineage that has states") as error:
            call_states(cells, lineage_key="lineage")
        for words in ("Mast cells (Mast cells)", "Fibroblasts", "labels={'Mast cells':"):
            assert words in str(error.value)

    def test_one_cell_and_a_few_cells_of_a_lineage(self, cells):
        labels = np.full(300, "Malignant cells", dtype=object)
        labels[0], labels[1:8] = "Fibroblasts", "Endothelial cells"
        cells.obs["lineage"] = labels
        call_states(cells, lineage_key="lineage")
        assert set(cells.obs["tme_state"][:8]) == {"not called"}
        assert cells.obs["tme_state_margin"][:8].isna().all()
        calls = cells.uns["tme_state_calls"].set_index("lineage")
        assert set(calls.loc["Fibroblasts", "note"]) == {"too few cells"}
        assert set(calls.loc["Malignant cells", "note"]) != {"too few cells"}

    def test_scores_that_do_not_vary(self, cells):
        row = cells.X[0].toarray()
        cells.X = sp.csr_matrix(np.repeat(row, 300, axis=0))
        call_states(cells, lineage_key="cell_type")
        notes = cells.uns["tme_state_calls"]["note"].astype(str)
        assert set(notes) <= {"scores do not vary", "too few cells"}
        assert set(cells.obs["tme_state"]) == {"not called"}

    def test_too_few_genes(self, cells):
        genes = tme.sig.load("all")["proliferation_g2m"].genes
        kept = cells[:, cells.var_names.isin([*genes, *cells.var_names[:50]])].copy()
        with pytest.warns(TMEWarning, match="too few genes of .*caf_mycaf"):
            call_states(kept, lineage_key="cell_type")
        calls = kept.uns["tme_state_calls"].set_index("id")
        assert calls.loc["caf_mycaf", "note"] == "too few of its genes in the data"
        assert calls.loc["caf_mycaf", "genes"] == 0
        assert calls.loc["malignant_cycling", "genes"] > 0
        assert kept.obsm["tme_state_scores"]["caf_mycaf"].isna().all()

    def test_no_gene_of_any_state(self, cells, untouched):
        cells.var_names = [f"x{i}" for i in range(cells.n_vars)]
        with untouched(cells), pytest.raises(CoverageError, match="Expected gene names such as"):
            call_states(cells, lineage_key="cell_type")

    def test_a_lineage_without_a_list(self, cells):
        genes = tme.sig.load("all")["treg_tumour"].genes
        kept = cells[:, cells.var_names.isin([*genes, *cells.var_names[:50]])].copy()
        with pytest.warns(TMEWarning, match="too few genes"):
            call_states(kept, lineage_key="cell_type")
        assert set(states_of(kept, cell_type="CAF iCAF")) == {"not called"}
        assert kept.obsm["tme_state_scores"]["t_treg_activated"].notna().any()

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"n_null": 5}, "19 or more"),
            ({"min_margin": -1}, "`min_margin=?`"),
            ({"min_coverage": 2}, "`min_coverage=?`"),
            ({"rng": None}, "`rng=?`"),
            ({"key_added": "tme_scores"}, "another result"),
            ({"key_added": "cell_type"}, "cell_type"),
            ({"layer": "nothing"}, "nothing"),
        ],
    )
    def test_options(self, cells, untouched, options, message):
        with untouched(cells), pytest.raises((InputError, MissingKeyError), match=message):
            call_states(cells, lineage_key="cell_type", **options)

    def test_a_column_of_the_users(self, cells, untouched):
        cells.obs["tme_state_margin"] = 1.0
        with untouched(cells), pytest.raises(InputError, match="tme_state_margin"):
            call_states(cells, lineage_key="cell_type")

    def test_scaled_values(self, cells, untouched):
        cells.X = cells.X.toarray() - 1.0
        with untouched(cells), pytest.raises(InputError):
            call_states(cells, lineage_key="cell_type")


def test_states_of_real_fibroblasts_and_endothelium(shared_data):
    adata = ad.read_h5ad(shared_data / "data" / "wu2021_tnbc_CID4465.h5ad")
    call_states(adata, lineage_key="cell_type")
    minor = adata.obs["celltype_minor"].astype(str)
    caf = adata.obs["tme_state"].astype(str)[minor.str.startswith("CAFs")]
    inflammatory = minor[caf.index].str.contains("iCAF")
    called = caf.isin(["myCAF-like", "iCAF-like"])
    right = caf == np.where(inflammatory, "iCAF-like", "myCAF-like")
    accuracy = [right[called & group].mean() for group in (inflammatory, ~inflammatory)]
    assert called.mean() >= 0.45
    assert np.mean(accuracy) >= 0.92
    for label, state in (("ACKR1", "Venous"), ("CXCL12", "Arterial")):
        found = minor[adata.obs["tme_state"] == state]
        assert found.str.contains(label).mean() >= 0.85


def test_response_to_interferon_is_called_in_treated_cells(shared_data):
    adata = ad.read_h5ad(shared_data / "data" / "kang2018_pbmc_ifnb_2donors.h5ad")
    call_states(adata, lineage_key="cell_type", min_coverage=0.2)
    responds = adata.obs["tme_state"] == "Interferon response"
    treated = adata.obs["condition"] == "stim"
    assert responds[treated].mean() >= 0.9
    assert responds[~treated].mean() <= 0.02
