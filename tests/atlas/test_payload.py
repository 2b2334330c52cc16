"""The payload, tested as data."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.atlas import build_payload
from tmeatlas.atlas.genes import (
    BYTES_PER_GENE,
    BYTES_PER_VALUE,
    genes_named,
    room_for_genes,
)
from tmeatlas.atlas.page import render_page
from tmeatlas.atlas.panels.dots.panel import similar_orders
from tmeatlas.cells._colours import NEUTRAL
from tmeatlas.cells._families import FAMILY_PALETTES
from tmeatlas.results import Coverage


def test_categories_shown_together_are_counted_one_by_one(adata):
    adata.obs["g"] = [f"c{i % 250:03}" for i in range(adata.n_obs)]
    payload = build_payload(adata, groupby="g", sample_key="g")
    assert len(payload.groups.labels) == 200
    assert payload.summary[1:3] == ["250 groups by group (g)", "250 samples"]
    html = render_page(payload)
    assert html.count("250, of which the 51 smallest are shown together") == 2
    assert "Composition per sample (g)" in html


def test_unit_of_scores_is_what_their_method_says(adata, payload):
    units = {feature.kind: feature.unit for feature in payload.features}
    assert units["signature"].startswith("UCell score; 0")
    assert units["consensus"].startswith("consensus; about 1")
    assert units["gene"] == "log-normalised expression"
    del adata.uns["tmeatlas"]["tme_scores"]["provenance"]["unit"]
    assert build_payload(adata, groupby="cell_type").signatures[0].unit == ""


PAIR_GENES = (("TGFB1", "TGFBR1", "TGFBR2"), ("CXCL12", "CXCR4"), ("CD274", "PDCD1"))


def test_cells_groups_samples_and_conditions_are_those_of_the_data(adata, payload):
    assert sorted(payload.rows) == list(range(adata.n_obs))
    for category, key in (
        (payload.groups, "cell_type"),
        (payload.sample, "sample"),
        (payload.condition, "condition"),
    ):
        column = adata.obs[key].iloc[payload.rows]
        assert [category.labels[code] for code in category.codes] == list(column)
        assert sorted(category.labels) == sorted(adata.obs[key].cat.categories)
    assert payload.cell_names == list(adata.obs_names[payload.rows])


def test_coordinates_within_half_a_step(adata, payload):
    exact = adata.obsm["X_umap"][payload.rows].astype(float)
    for codes, (low, high), column in (
        (payload.maps[0].x, payload.maps[0].x_range, 0),
        (payload.maps[0].y, payload.maps[0].y_range, 1),
    ):
        back = low + codes.astype(float) * (high - low) / 65535
        assert np.abs(back - exact[:, column]).max() <= (high - low) / 65535 / 2 * (1 + 1e-6)


def test_scores_and_their_means(adata, payload):
    scores = adata.obsm["tme_scores"]
    assert [feature.id for feature in payload.signatures] == [f"s:{name}" for name in scores]
    for feature in payload.signatures:
        exact = scores[feature.id[2:]].to_numpy(dtype=float)
        means = pd.Series(exact).groupby(adata.obs["cell_type"].to_numpy(), observed=False).mean()
        np.testing.assert_allclose(feature.mean, means[payload.groups.labels], rtol=1e-12)
        assert feature.mean_all == pytest.approx(exact.mean())
        assert feature.spread_all == pytest.approx(exact.std())
        back = feature.low + feature.steps.astype(float) * (feature.high - feature.low) / 254
        step = (feature.high - feature.low) / 254
        off = np.abs(back - exact[payload.rows])
        assert off.max() <= step * (1 + 1e-6)
        far = off > step / 2 * (1 + 1e-6)  # moved, so that the steps tell which cells are high
        assert set(feature.steps[far]) <= {feature.threshold, feature.threshold + 1}
        high = exact > np.quantile(exact, 0.75)
        shares = pd.Series(high).groupby(adata.obs["cell_type"].to_numpy(), observed=False).mean()
        np.testing.assert_allclose(feature.share, shares[payload.groups.labels], rtol=1e-12)
        np.testing.assert_array_equal(feature.steps > feature.threshold, high[payload.rows])


def test_signature_names_compartments_and_genes(payload):
    first = payload.signatures[0]
    assert (first.name, first.compartment) == ("CAF, pan-cancer", "CAF")
    assert first.genes == ["COL1A1", "DCN", "SPP1"]


def test_genes_are_those_of_interactions_and_signatures(adata, payload):
    genes = {f.name: f for f in payload.features if f.kind == "gene"}
    assert set(genes) <= set(adata.var_names)
    assert {"TGFB1", "TGFBR1", "COL1A1"} <= set(genes)
    exact = np.asarray(adata[:, "TGFB1"].X.todense()).ravel()[payload.rows]
    gene = genes["TGFB1"]
    assert gene.low == 0
    assert ((gene.steps == 0) == (exact == 0)).all()


def test_genes_asked_for_are_there_and_must_be_in_the_data(adata, monkeypatch):
    other = "OTHER"
    adata.var_names = [other if name == "TGFB1" else name for name in adata.var_names]
    del adata.uns["tme_crosstalk"], adata.uns["tme_coverage"]
    monkeypatch.setattr("tmeatlas.atlas.page_genes.MARKERS_OF_GROUP", 0)
    plain = {f.name for f in build_payload(adata, groupby="cell_type").features}
    assert other not in plain
    asked = build_payload(adata, groupby="cell_type", genes=[other])
    assert {f.name for f in asked.features} == plain | {other}
    with pytest.raises(MissingKeyError, match=r"'OTHERx'.*'OTHER'"):
        build_payload(adata, groupby="cell_type", genes=["OTHERx"])
    with pytest.raises(InputError, match=r"\['OTHER'\]"):
        build_payload(adata, groupby="cell_type", genes="OTHER")
    adata.X = adata.X.ceil()
    with pytest.raises(InputError, match="log-normalised"):
        build_payload(adata, groupby="cell_type", genes=[other])


def test_genes_are_known_by_the_symbols_of_a_column(adata, payload):
    adata.var["name"] = adata.var_names.to_numpy()
    adata.var_names = [str(i) for i in range(adata.n_vars)]
    by_number = build_payload(adata, groupby="cell_type", genes=["TGFB1", "cxcl12"])
    expected = {f.name for f in payload.features if f.kind == "gene"}
    found = {f.name for f in by_number.features if f.kind == "gene"}
    assert found == {*expected, "cxcl12"} - {"CXCL12"}


def test_room_for_genes_grows_with_the_page_and_less_where_it_is_large():
    assert room_for_genes(200) == 256_000
    assert room_for_genes(10_000) == 550_000
    assert room_for_genes(100_000) == 780_000
    assert room_for_genes(10**6) == room_for_genes(10**7) == 2_400_000


def test_markers_come_first_and_listed_pairs_before_most_of_the_signatures(payload, adata):
    coverage = Coverage(adata.uns["tme_coverage"].assign(genes="A1, A2-, A3"))
    of_panels = list(payload.panels["crosstalk"].gene_names())
    named = genes_named(["EPCAM", "CD274"], ["GROUP1", "EPCAM"], of_panels, coverage)
    assert named[:3] == ["EPCAM", "CD274", "GROUP1"]
    rest = genes_named([], [], of_panels, coverage)
    first = payload.panels["crosstalk"].rows.iloc[0]
    strongest = {payload.panels["crosstalk"].names["ligand"][int(first["ligand"])]}
    assert rest[0] in strongest
    assert [gene for gene in rest if gene.startswith("A")] == ["A1", "A2", "A3"]  # down genes too
    assert rest.index("A1") == 3
    assert rest.index("A2") == 7
    assert set(rest) - {"A1", "A2", "A3"} == {gene for pair in PAIR_GENES for gene in pair}


def test_genes_end_where_the_room_does(adata, monkeypatch):
    """Those asked for are there whatever the room, and those that no cell shows take none."""
    adata.X.data[adata.X.indices == adata.var_names.get_loc("CXCL12")] = 0
    adata.X.eliminate_zeros()
    everything = build_payload(adata, groupby="cell_type")
    names = [f.name for f in everything.features if f.kind == "gene"]
    assert "CXCL12" not in names
    cells = (adata.X > 0).sum(axis=0).A1
    cost = dict(zip(adata.var_names, BYTES_PER_GENE + BYTES_PER_VALUE * cells, strict=True))
    monkeypatch.setattr("tmeatlas.atlas.genes.BYTES_PER_CELL", 0)
    monkeypatch.setattr("tmeatlas.atlas.genes.SMALL_PAGE_BYTES", 1400)
    short = build_payload(adata, groupby="cell_type", genes=["SPP1", "CXCL12"])
    kept = [f.name for f in short.features if f.kind == "gene"]
    assert {"SPP1", "CXCL12"} < set(kept)
    unasked = [name for name in kept if name != "CXCL12"]
    assert sum(cost[name] for name in unasked) <= 1400
    assert len(unasked) < len(names)
    assert any(f"coloured by {len(kept)} genes" in note for note in short.about.notes)


def test_no_genes_from_counts(adata):
    adata.X = adata.X.ceil()
    payload = build_payload(adata, groupby="cell_type")
    kinds = {feature.kind for feature in payload.features}
    assert kinds == {"signature", "consensus", "confidence"}
    assert "Colour by gene" in str(payload.about.absent)


def test_signature_without_any_score_is_listed_but_not_shown(adata):
    adata.obsm["tme_scores"]["treg_tumour"] = np.float32("nan")
    payload = build_payload(adata, groupby="cell_type")
    assert "s:treg_tumour" not in [feature.id for feature in payload.features]
    assert [row.shown for row in payload.about.signatures if row.id == "treg_tumour"] == [False]
    assert any("Tumour Treg" in note for note in payload.about.notes)


def test_missing_scores_of_some_cells(adata):
    scores = adata.obsm["tme_scores"]
    scores.iloc[:100, 0] = np.nan
    feature = build_payload(adata, groupby="cell_type").signatures[0]
    assert (feature.steps == 255).sum() == 100
    assert feature.mean_all == pytest.approx(scores.iloc[100:, 0].astype(float).mean())


def test_scores_of_another_kind_are_refused(adata):
    adata.obsm["tme_scores"] = adata.obsm["tme_scores"].to_numpy()
    with pytest.raises(InputError, match=r"tme\.tl\.score"):
        build_payload(adata, groupby="cell_type")


@pytest.mark.parametrize(
    ("keys", "chosen", "name"),
    [
        (["X_pca", "spatial", "X_umap"], "spatial", "Position in the tissue"),
        (["X_pca", "X_tsne", "X_umap"], "X_umap", "UMAP"),
        (["X_pca", "X_tsne"], "X_tsne", "t-SNE"),
        (["X_pca", "spatial"], "spatial", "Position in the tissue"),
        (["X_other", "X_pca"], "X_pca", "PCA"),
        (["X_draw_graph_fa"], "X_draw_graph_fa", "draw graph fa"),
    ],
)
def test_choice_of_the_embedding(adata, keys, chosen, name):
    plane = adata.obsm["X_umap"]
    del adata.obsm["X_umap"]
    for i, key in enumerate(keys):
        adata.obsm[key] = plane * (i + 1)
    payload = build_payload(adata, groupby="cell_type")
    assert payload.maps[0].name == name
    width = np.ptp(adata.obsm[chosen][:, 0])
    assert payload.maps[0].x_range[1] - payload.maps[0].x_range[0] == pytest.approx(width)


def test_basis_with_and_without_prefix(adata):
    adata.obsm["X_mine"] = np.column_stack([np.arange(adata.n_obs)] * 3)
    for basis in ("X_mine", "mine"):
        payload = build_payload(adata, groupby="cell_type", basis=basis)
        assert payload.maps[0].x_range == (0, adata.n_obs - 1)
    assert any("first two dimensions" in note for note in payload.about.notes)


def test_all_planar_embeddings_are_offered_after_the_chosen_one(adata):
    plane = adata.obsm["X_umap"]
    adata.obsm["X_tsne"] = plane * 2
    adata.obsm["spatial"] = plane[:, ::-1].copy()
    adata.obsm["X_pca"] = np.repeat(plane, 5, axis=1)
    adata.obsm["X_gaps"] = np.where(np.arange(adata.n_obs)[:, None] == 3, np.nan, plane)
    maps = build_payload(adata, groupby="cell_type", basis="umap").maps
    assert [entry.key for entry in maps] == ["X_umap", "X_tsne", "spatial"]
    assert maps[1].x_range[0] == pytest.approx(2 * maps[0].x_range[0])
    np.testing.assert_array_equal(maps[1].x, maps[0].x)
    notes = build_payload(adata, groupby="cell_type").about.notes
    assert any("X_gaps" in note for note in notes)
    spatial_first = build_payload(adata, groupby="cell_type").maps
    assert [entry.key for entry in spatial_first] == ["spatial", "X_umap", "X_tsne"]
    named = build_payload(adata, groupby="cell_type", basis=["pca", "umap"]).maps
    assert [entry.key for entry in named] == ["X_pca", "X_umap"]
    with pytest.raises(InputError, match="empty list"):
        build_payload(adata, groupby="cell_type", basis=[])


def test_unknown_basis_names_the_nearest(adata):
    with pytest.raises(MissingKeyError, match=r"'X_umap'.*basis="):
        build_payload(adata, groupby="cell_type", basis="umpa")


def test_no_embedding(adata):
    del adata.obsm["X_umap"]
    with pytest.raises(InputError, match=r"tme\.pp\.prepare\(adata\)"):
        build_payload(adata, groupby="cell_type")


def test_cells_without_coordinates_are_not_drawn(adata):
    adata.obsm["X_umap"][:7, 0] = np.nan
    adata.obsm["X_umap"][8, 1] = np.inf
    payload = build_payload(adata, groupby="cell_type", sample_key="sample")
    assert payload.n_cells == 592
    assert not set(payload.rows) & {0, 1, 2, 3, 4, 5, 6, 8}
    assert payload.summary[0] == "592 of 600 cells (8 have no coordinates)"
    cells = dict(payload.about.facts)["Cells"]
    assert cells.startswith("600; 8 cells without coordinates left out of the map and of all")


def test_no_cell_with_coordinates(adata):
    adata.obsm["X_umap"][:] = np.nan
    with pytest.raises(InputError, match="no cell with finite coordinates"):
        build_payload(adata, groupby="cell_type")


def test_all_cells_in_one_place(adata):
    adata.obsm["X_umap"][:] = 3
    payload = build_payload(adata, groupby="cell_type")
    assert set(payload.maps[0].x) == {0}
    assert payload.maps[0].aspect == (1, 1)


def test_cells_without_a_group_are_kept_as_unlabelled(adata):
    adata.obs.loc[adata.obs_names[:10], "cell_type"] = np.nan
    adata.obs.loc[adata.obs_names[:5], "sample"] = np.nan
    payload = build_payload(adata, groupby="cell_type", sample_key="sample")
    assert payload.n_cells == 600
    assert payload.groups.labels[-1] == "unlabelled"
    assert payload.groups.colours[-1] == NEUTRAL
    assert (payload.groups.codes == len(payload.groups.labels) - 1).sum() == 10
    assert payload.sample.labels[-1] == "unlabelled"


def test_more_than_200_categories(make_adata):
    groups = [f"g{i}" for i in range(260)]
    adata = make_adata(3000, groups=groups, pairs=())
    payload = build_payload(adata, groupby="cell_type")
    labels = payload.groups.labels
    assert len(labels) == 200
    assert labels[-1] == "other (61 categories)"
    sizes = adata.obs["cell_type"].value_counts()
    shown = np.bincount(payload.groups.codes)
    assert shown[:-1].min() >= sizes.sort_values().iloc[60]
    assert dict(zip(labels[:-1], shown[:-1], strict=True)) == {g: sizes[g] for g in labels[:-1]}
    assert any("61 smallest" in note for note in payload.about.notes)
    assert len(set(payload.groups.colours)) == 200


def test_colours_of_the_user(adata):
    # scanpy stores a colour for every category, those without a cell included
    adata = adata[adata.obs["cell_type"] != "CAF"].copy()
    adata.obs["cell_type"] = adata.obs["cell_type"].cat.add_categories("CAF")
    adata.obs["cell_type"] = adata.obs["cell_type"].cat.reorder_categories(
        ["Malignant", "CAF", "Macrophage", "T cell", "B cell", "Endothelial"]
    )
    adata.uns["cell_type_colors"] = ["#111", "#222", "#333", "#444", "#555", "#666"]
    groups = build_payload(adata, groupby="cell_type").groups
    assert groups.own_colours
    assert dict(zip(groups.labels, groups.colours, strict=True)) == {
        "Malignant": "#111111",
        "Macrophage": "#333333",
        "T cell": "#444444",
        "B cell": "#555555",
        "Endothelial": "#666666",
    }


def test_colours_that_are_no_colours_give_way_to_ours(adata):
    adata.uns["cell_type_colors"] = ["red", "url(javascript:x)", "#333", "#444", "#555", "#666"]
    payload = build_payload(adata, groupby="cell_type")
    assert not payload.groups.own_colours
    assert payload.groups.colours[3] == FAMILY_PALETTES["myeloid"][0]
    assert any("uns['cell_type_colors']" in note for note in payload.about.notes)


def test_labels_stand_among_the_cells_of_their_group(adata, payload):
    x, y = payload.maps[0].x.astype(float), payload.maps[0].y.astype(float)
    for code, (label_x, label_y) in enumerate(payload.maps[0].labels_xy):
        own = payload.groups.codes == code
        near = np.hypot(x - label_x, y - label_y) < 4000
        assert near.sum() > 20
        assert own[near].mean() > 0.9


def test_label_of_a_group_in_two_places_is_at_the_larger(adata):
    plane = adata.obsm["X_umap"]
    caf = np.flatnonzero(adata.obs["cell_type"] == "CAF")
    plane[caf] = plane[caf[0]] + np.random.default_rng(0).normal(0, 0.1, (len(caf), 2))
    plane[caf[: len(caf) // 3]] += 100
    payload = build_payload(adata, groupby="cell_type")
    low, high = payload.maps[0].x_range
    label_x = low + payload.maps[0].labels_xy[1, 0] * (high - low) / 65535
    assert label_x == pytest.approx(plane[caf[-1], 0], abs=(high - low) / 20)


def test_names_of_cells_give_way_to_places_in_large_data(adata, monkeypatch):
    monkeypatch.setattr("tmeatlas.atlas.cells.MAX_CELL_NAMES", 599)
    assert build_payload(adata, groupby="cell_type").cell_names is None


def test_simulated_data_say_so(adata, payload):
    assert payload.about.simulated == ""
    adata.uns["tme_simulated"] = "simulated, seed 1"
    assert build_payload(adata, groupby="cell_type").about.simulated == "simulated, seed 1"


def test_input_is_not_changed(adata):
    before = adata.copy()
    build_payload(adata, groupby="cell_type", sample_key="sample", condition_key="condition")
    assert set(adata.uns) == set(before.uns)
    assert set(adata.obsm) == set(before.obsm)
    pd.testing.assert_frame_equal(adata.obs, before.obs)
    np.testing.assert_array_equal(adata.obsm["X_umap"], before.obsm["X_umap"])


def test_runs_and_versions(payload):
    runs = {run.key: dict(run.params) for run in payload.about.runs}
    assert runs["tme_scores"] == {"Method": "ucell"}
    assert runs["tme_crosstalk"] == {"Groups by": "cell_type"}
    assert "schema_version" not in runs
    assert {"tmeatlas", "numpy"} <= dict(payload.about.versions).keys()


def test_backed_data(adata, tmp_path):
    import anndata

    adata.write_h5ad(tmp_path / "adata.h5ad")
    backed = anndata.read_h5ad(tmp_path / "adata.h5ad", backed="r")
    payload = build_payload(backed, groupby="cell_type", sample_key="sample")
    assert len(payload.features) == len(build_payload(adata, groupby="cell_type").features)
    backed.file.close()


def test_consensus_of_each_compartment_is_a_colour(adata, payload):
    combined = [f for f in payload.features if f.kind == "consensus"]
    assert [(f.id, f.name) for f in combined] == [
        ("c:caf", "CAF, consensus"),
        ("c:tam", "TAM, consensus"),
    ]
    exact = adata.obsm["tme_consensus"]["caf"].to_numpy(float)
    assert combined[0].mean_all == pytest.approx(exact.mean())
    assert "tme.tl.consensus" not in str(payload.about.absent)


def test_a_consensus_stands_under_its_compartment_unless_it_is_of_one_signature(adata):
    adata.obsm["tme_consensus"] = adata.obsm["tme_consensus"].rename(
        columns={"caf": "caf_mycaf", "tam": "tam_spp1"}
    )
    agreement = adata.uns["tme_agreement"]
    agreement["consensus"] = agreement["consensus"].replace({"caf": "caf_mycaf", "tam": "tam_spp1"})
    agreement.loc[agreement["consensus"] == "tam_spp1", "n_signatures"] = 1
    features = build_payload(adata, groupby="cell_type").features
    combined = [(f.id, f.name, f.compartment) for f in features if f.kind == "consensus"]
    assert combined == [("c:caf_mycaf", "myCAF, consensus", "CAF")]


def test_agreement_is_what_the_consensus_found(adata):
    names = list(adata.obsm["tme_scores"].columns[:2])
    adata.uns["tme_agreement_pairs"] = pd.DataFrame(
        [
            ("caf", "caf", *pair)
            for pair in zip(names * 2, [*names, *names[::-1]], [1, 1, 0.2, 0.3], strict=True)
        ]
        + [("tam", "tam", "not_shown", "not_shown", 1.0)],
        columns=["consensus", "compartment", "signature", "other", "spearman"],
    )
    (entry,) = build_payload(adata, groupby="cell_type").panels["agreement"]
    assert entry.name == "CAF"
    assert entry.features == [f"s:{name}" for name in names]
    np.testing.assert_array_equal(entry.spearman, [[1, 0.2], [0.3, 1]])


def test_without_a_consensus_the_page_says_which_call_makes_it(adata):
    del adata.uns["tme_agreement_pairs"]
    payload = build_payload(adata, groupby="cell_type")
    assert "agreement" not in payload.panels
    assert "tme.tl.consensus(adata)" in str(payload.about.absent)


def test_similar_orders_put_like_beside_like():
    def feature(mean):
        return SimpleNamespace(mean=np.array(mean, dtype=float), mean_all=0.0, spread_all=1.0)

    features = [feature(m) for m in ([5, 0, 5, 0], [0, 5, 0, 5], [4, 0, 5, 1], [1, 4, 0, 5])]
    rows, columns = similar_orders(features)
    assert {tuple(sorted(rows[:2])), tuple(sorted(rows[2:]))} == {(0, 2), (1, 3)}
    assert {tuple(sorted(columns[:2])), tuple(sorted(columns[2:]))} == {(0, 2), (1, 3)}


def test_labels_are_shown_as_people_write_them(adata):
    adata.obs["cell_type"] = [
        label.replace(" ", "_") for label in adata.obs["cell_type"].astype(str)
    ]
    payload = build_payload(adata, groupby="cell_type")
    assert "B cell" in payload.groups.labels
    assert "B_cell" in payload.groups.raw_labels


def test_points_have_the_room_that_a_typical_cell_has(adata):
    alone = build_payload(adata, groupby="cell_type").maps[0].crowd
    adata.obsm["X_umap"][:, :] = np.repeat(adata.obsm["X_umap"][:60], 10, axis=0)
    assert build_payload(adata, groupby="cell_type").maps[0].crowd > 2 * alone
