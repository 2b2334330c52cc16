"""Measures of samples whose cells are known, and the list of measures."""

from __future__ import annotations

import numpy as np
import pytest

from tmeatlas.lineages import fits, tree
from tmeatlas.phenotypes import (
    PhenotypeCells,
    Profiles,
    incomplete,
    measure_cells,
    measure_profiles,
    measures_of_cells,
    measures_of_profiles,
    reference_lists,
    too_shallow,
)
from tmeatlas.phenotypes._profiles import ranks_among
from tmeatlas.sig import load

TUMOUR = {"malignant": 40, "fibroblast": 20, "endothelial": 10, "pericyte": 5, "macrophage": 25}


def cells_of(*samples: dict[str, int], unread=None, unknown=None) -> PhenotypeCells:
    """Samples with so many cells of each lineage; the score of each cell is its number."""
    lineages = tuple(each for each in tree() if any(each in sample for sample in samples))
    pairs = [
        (k, lineages.index(name))
        for k, sample in enumerate(samples)
        for name, n in sample.items()
        for _ in range(n)
    ]
    codes, lineage_codes = np.array(pairs, dtype=np.int32).T
    numbers = np.arange(len(pairs), dtype=np.float64)
    names = {name for m in measures_of_cells() for name in m.scores}
    return PhenotypeCells(
        samples=tuple(f"s{k}" for k in range(len(samples))),
        codes=codes,
        lineages=lineages,
        lineage_codes=lineage_codes,
        unknown=np.array(unknown or [0] * len(samples)),
        scores=dict.fromkeys(names - set(unread or {}), numbers),
        high={"hypoxia_gavish2023": numbers % 4 == 0},
        shown={"CD274": np.where(numbers % 2 == 0, 0.5, np.nan)},
        seen={"CD274": numbers % 4 == 0},
        unread=unread or {},
        depth=1000,
    )


def test_shares_are_of_all_cells_and_within_a_lineage():
    found = measure_cells(cells_of(TUMOUR | {"t_cd8": 30, "t_cd4": 60, "treg": 10}))
    assert found["t_cell_share"].value[0] == pytest.approx(0.5)
    assert found["cd8_share"].value[0] == pytest.approx(0.15)
    assert found["cd8_of_t_cells"].value[0] == pytest.approx(0.3)
    assert found["stroma_share"].value[0] == pytest.approx(35 / 200)
    assert found["treg_to_cd8"].value[0] == pytest.approx(np.log2(10.5 / 30.5))
    assert found["pericyte_coverage"].value[0] == pytest.approx(np.log2(5.5 / 10.5))
    assert found["t_cell_share"].cells[0] == 200
    assert found["cd8_of_t_cells"].cells[0] == 100


def test_cells_of_unknown_kind_are_as_the_others():
    known = measure_cells(cells_of(TUMOUR | {"t_cd8": 30, "t_cd4": 70}))
    half = measure_cells(cells_of(TUMOUR | {"t_cd8": 15, "t_cd4": 35, "t_cell": 50}))
    for name in ("cd8_share", "cd8_of_t_cells"):
        assert half[name].value[0] == pytest.approx(known[name].value[0])
        width = [(f[name].high - f[name].low)[0] for f in (known, half)]
        assert width[1] > 1.2 * width[0]
    ratio = [f["fibroblasts_to_cd8"].value[0] for f in (known, half)]
    assert ratio[1] == pytest.approx(ratio[0], abs=0.05)


def test_what_the_labels_do_not_tell_is_said():
    found = measure_cells(cells_of(TUMOUR | {"t_cell": 100}))
    for name in ("cd8_share", "cd8_of_t_cells", "treg_to_cd8", "fibroblasts_to_cd8"):
        assert np.isnan(found[name].value[0])
        assert found[name].note[0].startswith("the labels do not tell")
    assert found["cytotoxic"].note[0] == "the labels do not tell CD8 T cells"
    assert found["t_cell_share"].value[0] == pytest.approx(0.5)
    assert found["b_share"].value[0] == 0  # none, and no label that could hold them


def test_sorted_cells_have_no_shares_of_all_cells_but_those_within_a_lineage():
    sorted_cells = {"t_cd8": 60, "t_cd4": 40, "treg": 20}
    found = measure_cells(cells_of(TUMOUR | {"t_cd8": 30, "t_cd4": 70}, sorted_cells))
    for measure in measures_of_cells():
        if measure.of_all:
            assert np.isnan(found[measure.id].value[1])
            assert "T cells only: 120 of 120 cells are T cells" in found[measure.id].note[1]
    assert found["cd8_of_t_cells"].value[1] == pytest.approx(0.5)
    assert found["cytotoxic"].cells[1] == 60
    assert np.isnan(found["treg_to_cd8"].value[1])
    assert "the gate may have chosen among them" in found["treg_to_cd8"].note[1]
    assert np.isfinite(found["treg_to_cd8"].value[0])


def test_immune_cells_only_keep_the_ratios_within_the_gate():
    found = measure_cells(cells_of({"t_cd8": 60, "treg": 20, "macrophage": 100, "b_cell": 40}))
    assert found["t_cell_share"].note[0].startswith("immune cells only: ")
    assert found["treg_to_cd8"].value[0] == pytest.approx(np.log2(20.5 / 60.5))


def test_unknown_cells_prove_no_gate():
    found = measure_cells(cells_of({"t_cd8": 60, "treg": 20}, unknown=[40]))
    assert np.isfinite(found["treg_to_cd8"].value[0])
    assert "sorted cells, blood or too few cells" in found["t_cell_share"].note[0]


@pytest.mark.parametrize(
    ("without", "expected"),
    [
        ({"malignant"}, "no malignant or epithelial cells"),
        ({"fibroblast", "endothelial", "pericyte"}, "no stromal cells"),
        ({"macrophage"}, "no immune cells"),
        (set(), ""),
    ],
)
def test_parts_that_a_tumour_has(without, expected):
    sample = {name: n for name, n in TUMOUR.items() if name not in without}
    assert expected in incomplete(cells_of(sample))[0]
    assert bool(incomplete(cells_of(sample))[0]) is bool(expected)


def test_a_few_strays_are_no_part_of_a_tumour():
    assert "12 mali" in incomplete(cells_of(TUMOUR | {"fibroblast": 3000, "malignant": 12}))[0]
    assert incomplete(cells_of(TUMOUR | {"macrophage": 2}))[0].startswith("2 immune cells")


def test_programmes_are_read_in_their_lineage():
    cells = cells_of(TUMOUR | {"t_cd8": 10})
    found = measure_cells(cells)
    cd8 = cells.within(["t_cd8"])
    assert found["cytotoxic"].value[0] == cells.scores["exhaustion_core"][cd8].mean()
    assert (found["cytotoxic"].cells[0], found["cytotoxic"].lineage) == (10, "CD8 T cells")
    assert found["m1_m2"].value[0] == 0
    assert found["angiogenesis"].cells[0] == 110
    assert found["hypoxic_share"].value[0] == pytest.approx(0.25)


def test_normal_epithelium_is_not_mixed_with_malignant_cells():
    both = measure_cells(cells_of(TUMOUR | {"epithelial": 30}))["glycolysis"]
    assert (both.cells[0], both.lineage) == (40, "Malignant cells")
    sample = {name: n for name, n in TUMOUR.items() if name != "malignant"}
    without = measure_cells(cells_of(sample | {"epithelial": 30}))["glycolysis"]
    assert (without.cells[0], without.lineage) == (30, "Epithelial cells")


def test_genes_are_read_in_cells_that_are_deep_enough():
    found = measure_cells(cells_of(TUMOUR, TUMOUR | {"malignant": 12}))["cd274_tumour"]
    assert found.value[0] == pytest.approx(0.5)
    assert (found.cells[0], found.note[0]) == (
        20,
        "20 of 40 cells have 1,000 molecules; as they are, 10 of 40 show it (25%)",
    )
    assert np.isnan(found.value[1])
    assert found.note[1] == (
        "not readable at this depth: 6 of 12 cells have 1,000 molecules, 20 are needed; "
        "as they are, 3 of 12 show it (25%)"
    )


def test_few_cells_and_lists_that_are_not_covered_are_said():
    unread = {"caf_ecm_mycaf": "5 of 40 genes of caf_ecm_mycaf are in the data"}
    found = measure_cells(cells_of(TUMOUR | {"t_cd8": 4}, unread=unread))
    assert found["caf"].note[0] == unread["caf_ecm_mycaf"]
    assert found["cytotoxic"].note[0] == "4 cells, 5 are needed"


def test_ranks_are_shares_of_the_reference_below():
    values = np.array([[1.0, 2.0, 3.0, 4.0, 2.5, 2.0]])
    found = ranks_among(values, np.array([4, 5]), np.arange(4))
    assert found.tolist() == [[0.5, 0.375]]  # 2 of 4 below; 1 of 4 below and 1 equal


def profiles(values: np.ndarray) -> Profiles:
    lists = sorted({name for m in measures_of_profiles() for name in m.scores})
    columns = {name: np.array([k % 5, 5 + k % 7]) for k, name in enumerate(lists)}
    return Profiles(values, np.arange(12), columns, {})


def test_ranks_do_not_depend_on_other_samples_or_on_units():
    values = np.random.default_rng(0).lognormal(size=(4, 15))
    found = measure_profiles(profiles(values))
    logged = measure_profiles(profiles(np.log2(7 * values + 1)))
    alone = measure_profiles(profiles(values[2:3]))
    for name, of_all in found.items():
        np.testing.assert_array_equal(of_all.value, logged[name].value)
        assert alone[name].value[0] == of_all.value[2]
        assert np.isnan(of_all.low).all()


def test_shallow_profiles_have_no_ranks():
    values = np.random.default_rng(0).lognormal(size=(2, 15))
    values[1, :8] = 0
    found = profiles(values)
    assert too_shallow(found) == ["", "shows 33% of the reference genes, 50% are needed"]
    assert np.isnan(measure_profiles(found)["tls"].value).tolist() == [False, True]


@pytest.mark.parametrize(
    "measure", [*measures_of_cells(), *measures_of_profiles()], ids=lambda m: m.id
)
def test_measures_name_lists_and_lineages_that_there_are(measure):
    library = load("all")
    asked = (*measure.lineages, *measure.against, *measure.read_in)
    assert set(asked) <= set(tree())
    assert measure.among in ("", *tree())
    assert {name for name in measure.scores if name != measure.id} <= set(library)
    assert measure.scale[0] < measure.scale[1]
    for name in (measure.signature, measure.minus):
        if name and measure.kind == "programme" and measure.read_in:
            assert fits(library[name].scored_in, measure.read_in[0]), name


def test_ids_and_names_are_unique():
    for measures in (measures_of_cells(), measures_of_profiles()):
        for field in ("id", "name"):
            found = [getattr(measure, field) for measure in measures]
            assert len(set(found)) == len(found)


def test_the_reference_is_of_lists_that_the_bulk_tumours_have_whole(shared_data):
    import anndata as ad

    bulk = ad.read_h5ad(shared_data / "data" / "mariathasan2018_imvigor210_bulk_dev.h5ad")
    library = load("all")
    lists = [library[name] for name in reference_lists()]
    genes = {gene for each in lists for gene in (*each.genes, *each.down)}
    assert len(genes) == 308
    assert genes <= set(bulk.var_names)
    assert not [name for name in reference_lists() if "mariathasan" in name]
