"""A result of other cells or labels is refused wherever it would be drawn, listed or built on."""

from __future__ import annotations

import inspect
import re

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData
from sameness import unchanged

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError, StaleResultError
from tmeatlas.results import (
    KINDS,
    Axes,
    CellPhoneDB,
    Comparison,
    Composition,
    Consensus,
    Coverage,
    Crosstalk,
    Drivers,
    DrugTargets,
    Enrichment,
    Niches,
    Phenotype,
    Quality,
    Scores,
)


def without_a_group(adata: AnnData, groupby: str) -> AnnData:
    labels = adata.obs[groupby]
    return adata[labels != labels.iloc[0]].copy()


def with_labels_permuted(adata: AnnData, groupby: str) -> AnnData:
    adata = adata.copy()
    labels = adata.obs[groupby]
    adata.obs[groupby] = labels.array[np.random.default_rng(0).permutation(adata.n_obs)]
    assert (adata.obs[groupby].value_counts() == labels.value_counts()).all()
    return adata


def with_a_category_renamed(adata: AnnData, groupby: str) -> AnnData:
    adata = adata.copy()
    labels = adata.obs[groupby]
    adata.obs[groupby] = labels.cat.rename_categories({labels.iloc[0]: "other"})
    return adata


def joined_with_others(adata: AnnData, groupby: str) -> AnnData:
    others = adata[:50].copy()
    others.uns.clear()
    joined = ad.concat(
        {"one": adata, "two": others}, index_unique="-", uns_merge="first", merge="same"
    )
    assert groupby in joined.obs
    assert "tmeatlas" in joined.uns
    return joined


CHANGES = {
    without_a_group: r"it is of \d+ cells, and there are \d+",
    joined_with_others: r"it is of \d+ cells, and there are \d+",
    with_labels_permuted: r"the labels in obs\['\w+'\] have changed since",
    with_a_category_renamed: r"the labels in obs\['\w+'\] have changed since",
}
each_change = pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)

READERS = {
    tme.tl.axes: (Crosstalk, ()),
    tme.pl.sankey: (Crosstalk, ()),
    tme.pl.chord: (Crosstalk, ()),
    tme.pl.crosstalk_matrix: (Crosstalk, ()),
    tme.pl.crosstalk_dotplot: (Crosstalk, ()),
    tme.get.crosstalk: (Crosstalk, ()),
    tme.get.liana: (Crosstalk, ()),
    tme.tl.drivers: (Axes, ()),
    tme.pl.drivers: (Drivers, ()),
    tme.get.drivers: (Drivers, ()),
    tme.tl.drug_targets: (Axes, ()),
    tme.pl.drug_targets: (DrugTargets, ()),
    tme.get.drug_targets: (DrugTargets, ()),
    tme.pl.axis_detail: (Axes, ("axis",)),
    tme.get.axes: (Axes, ()),
    tme.pl.enrich: (Enrichment, ("signature", "group")),
    tme.get.cellphonedb: (CellPhoneDB, ()),
    tme.pl.composition: (Composition, ()),
    tme.pl.phenotype: (Phenotype, ()),
    tme.get.phenotype: (Phenotype, ()),
    tme.pl.quality: (Quality, ()),
    tme.get.quality: (Quality, ()),
    tme.pl.niches: (Niches, ()),
    tme.get.niches: (Niches, ()),
    tme.pl.compare: (Comparison, ()),
    tme.get.compare: (Comparison, ()),
}
"""By function, what it reads, and the columns of which it takes a name."""
each_reader = pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__)


def names_for(read, adata: AnnData) -> dict[str, str]:
    """What the function has to be told, taken from the first row of the table."""
    kind, columns = READERS[read]
    return {column: str(adata.uns[kind.default_key][column].iloc[0]) for column in columns}


def test_no_function_that_reads_a_result_between_groups_is_left_out():
    keys = {kind.default_key for kind in KINDS if not kind.by_cell}
    readers = {
        function
        for part in (tme.tl, tme.pl, tme.get)
        for function in map(part.__dict__.get, part.__all__)
        if inspect.isfunction(function)
        and getattr(inspect.signature(function).parameters.get("key"), "default", None) in keys
    }
    by_what = {tme.pl.compare, tme.get.compare}  # their key is named after what was compared
    of_several = {tme.tl.drug_targets}  # has a key for each
    assert readers | by_what | of_several == set(READERS)


@each_reader
@each_change
def test_results_between_groups_do_not_outlive_their_cells(read, change, full):
    kind, _ = READERS[read]
    adata = full(kind)
    groupby = kind.read(adata).groupby
    names, stale = names_for(read, adata), change(adata, groupby)
    place = re.escape(f"uns[{kind.default_key!r}]")
    options = rf"(, (groupby=)?'{groupby}')?(, what)?(, \w+=\.\.\.)*"
    remedy = rf"Run tme\.tl\.\w+\(adata{options}\) again\."
    message = f"^{place} no longer belongs to these cells: {CHANGES[change]}. {remedy}$"
    with unchanged(stale), pytest.raises(StaleResultError, match=message):
        read(stale, **names)


@each_reader
def test_they_hold_in_another_order_and_on_a_copy(read, kept):
    kind, _ = READERS[read]
    adata = kept(kind)
    groupby = kind.read(adata).groupby
    names = names_for(read, adata)
    order = np.random.default_rng(0).permutation(adata.n_obs)
    labels = adata.obs[groupby]
    adata.obs[groupby] = labels.cat.reorder_categories(labels.cat.categories[::-1])
    read(adata[order].copy(), **names)


@each_change
def test_run_again_they_are_read_again(change, full, verbs):
    for kind, read in ((Crosstalk, tme.get.crosstalk), (CellPhoneDB, tme.get.cellphonedb)):
        adata = full(kind)
        stale = change(adata, kind.read(adata).groupby)
        with pytest.raises(StaleResultError):
            read(stale)
        verbs(kind, stale)
        assert len(read(stale))


def test_other_samples_are_other_labels(kept, verbs):
    adata = kept(Crosstalk)
    verbs(Crosstalk, adata, sample_key="sample")
    assert len(tme.get.crosstalk(adata))
    adata.obs["sample"] = adata.obs["sample"].array[::-1]
    with pytest.raises(StaleResultError, match=r"the labels in obs\['sample'\] have changed"):
        tme.get.crosstalk(adata)


def test_groups_that_are_gone_are_missed(kept):
    adata = kept(Crosstalk)
    del adata.obs["cell_type"]
    with pytest.raises(StaleResultError, match=r"the labels in obs\['cell_type'\] are gone"):
        tme.get.crosstalk(adata)


@pytest.mark.parametrize("column", ["cell_type", "sample", "condition"])
def test_a_comparison_does_not_outlive_its_groups_samples_or_conditions(column, kept):
    """Of crosstalk, whose groups nobody named again."""
    adata = kept(Comparison)
    assert len(Comparison.read(adata).table)
    adata.obs[column] = adata.obs[column].array[::-1]
    words = rf"the labels in obs\['{column}'\] have changed since"
    with pytest.raises(StaleResultError, match=words):
        Comparison.read(adata)


def test_what_is_stale_is_bad_input():
    assert issubclass(StaleResultError, InputError)


# Rows of cells hold on a part of the cells.

AMONG = "scored among 300 cells"


@pytest.mark.parametrize("kind", [Scores, Consensus], ids=lambda kind: kind.kind)
def test_rows_of_cells_hold_on_a_part_of_them(kind, tumour):
    part = tumour[::3].copy()
    found = kind.read(part)
    pd.testing.assert_frame_equal(found.table, kind.read(tumour).table.iloc[::3])
    assert found.record.cells.n_cells == tumour.n_obs
    relabelled = with_labels_permuted(tumour, "cell_type")
    pd.testing.assert_frame_equal(kind.read(relabelled).table, kind.read(tumour).table)


def test_scores_are_read_after_joining_without_records(tumour):
    halves = {"one": tumour[:100], "two": tumour[100:]}
    joined = ad.concat(halves, index_unique="-")
    assert not joined.uns
    found = Scores.read(joined)
    np.testing.assert_array_equal(found.table, tumour.obsm["tme_scores"])
    assert (found.method, found.unit, found.among(joined)) == ("", "", "")
    table = tme.get.scores(joined, "caf_pan", obs="cell_type")
    np.testing.assert_array_equal(table["score"], tumour.obsm["tme_scores"]["caf_pan"])
    assert tme.pl.dotplot(joined, groupby="cell_type", signatures="caf_pan").data


def hand_made_scores(adata: AnnData, **facts: str) -> Scores:
    table = pd.DataFrame({"a": np.arange(adata.n_obs, dtype=np.float32)}, index=adata.obs_names)
    record = Scores.new_record(adata, params={"method": "mine"}, facts=facts)
    Scores(record=record, key="mine", table=table, coverage=Coverage()).write(adata)
    return Scores.read(adata, "mine")


def test_scores_that_rest_on_other_cells_say_among_how_many(kept):
    adata = kept(Scores)
    for facts in ({}, {"depends_on": ""}, {"depends_on": "the cell's own genes"}):
        found = hand_made_scores(adata, **facts)
        assert found.among(adata) == found.among(adata[:10]) == ""
    found = hand_made_scores(adata, depends_on="other cells")
    assert found.among(adata) == found.among(adata[::-1]) == ""
    assert found.among(adata[:10]) == AMONG
    others = adata.copy()
    others.obs_names = [f"other{i}" for i in range(300)]
    assert found.among(others) == AMONG


@pytest.mark.parametrize(
    ("method", "among"),
    [("ucell", ""), ("mean", ""), ("zscore", AMONG), ("score_genes", AMONG)],
)
def test_each_method_says_whether_its_scores_rest_on_other_cells(kept, verbs, method, among):
    adata = kept(Scores)
    verbs(Scores, adata, signatures="caf_pan", method=method, obs=False)
    assert Scores.read(adata).among(adata) == ""
    assert Scores.read(adata[:100]).among(adata[:100]) == among


@pytest.mark.parametrize("draw", [tme.pl.violin, tme.pl.dotplot, tme.pl.heatmap])
def test_figures_of_groups_say_so(draw, kept, verbs):
    adata = kept(Scores)
    verbs(Scores, adata, signatures="caf_pan", method="zscore", obs=False)
    subtitles = [
        draw(cells, "cell_type", "caf_pan").layout.title.subtitle.text
        for cells in (adata, adata[:100])
    ]
    assert AMONG not in subtitles[0]
    assert subtitles[1].endswith(AMONG)


def test_a_consensus_rests_on_all_its_cells(tumour):
    found = Consensus.read(tumour)
    assert found.among(tumour) == found.among(tumour[::-1]) == ""
    assert found.among(tumour[:100]) == AMONG


@pytest.mark.parametrize("change", [without_a_group, joined_with_others])
def test_the_agreement_of_other_cells_is_refused(change, tumour):
    stale = change(tumour, "cell_type")
    message = r"agreement in .* among other cells: .*Run tme\.tl\.consensus\(adata\) again"
    with unchanged(stale), pytest.raises(StaleResultError, match=message):
        tme.pl.agreement(stale, "caf")


def test_the_agreement_does_not_ask_for_labels(tumour):
    assert tme.pl.agreement(with_labels_permuted(tumour, "cell_type"), "caf").data


def test_a_consensus_without_its_agreement_says_so(tumour):
    joined = ad.concat({"one": tumour[:100], "two": tumour[100:]}, index_unique="-")
    with pytest.raises(MissingKeyError, match=r"No agreement .*Run tme\.tl\.consensus\(adata\)"):
        tme.pl.agreement(joined, "caf")
