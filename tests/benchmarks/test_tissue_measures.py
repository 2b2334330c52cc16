"""Intervals and p-values of sections, in a quick form of the benchmarks."""

from __future__ import annotations

import importlib
import sys

import pytest

pytest.importorskip("squidpy")

MODULES = ("tissue_intervals", "tissue_overlay", "tissue_null")


@pytest.fixture(scope="module")
def benchmarks(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield {name: importlib.import_module(name) for name in MODULES}
    for name in MODULES:
        sys.modules.pop(name, None)


def test_intervals_hold_the_mean_of_sections_with_small_clumps(benchmarks, monkeypatch):
    module = benchmarks["tissue_intervals"]
    monkeypatch.setattr(module, "LENGTHS", (0.04,))
    monkeypatch.setattr(module, "CELLS", 1500)
    held = module.run(30)[0.04]
    assert len(held) == 5
    assert held.mean() >= 0.85
    assert held.min() >= 0.7


def test_cells_of_another_patient_lie_beside_nothing(benchmarks, shared_data, monkeypatch):
    module = benchmarks["tissue_overlay"]
    monkeypatch.setenv("TMEATLAS_SHARED", str(shared_data))
    cells = module.read_cells()
    laid = module.overlays(cells, 8)
    assert len(set(laid)) == 8
    assert all(patient != tissue for patient, _, tissue in laid)
    tables = [module.one_overlay(cells, each, 99, number) for number, each in enumerate(laid)]
    found = module.summary(module.pd.concat(tables))
    assert list(found.index) == ["shifts", "torus", "in tiles", "freely"]
    assert found.loc["shifts", "mean"] <= 0.065
    assert found.loc["freely", "mean"] > 0.1
    assert abs(found.loc["shifts", "median value"]) < 0.2
