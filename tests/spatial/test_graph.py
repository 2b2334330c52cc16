"""Neighbours in the tissue, counted by hand on small tissue."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from tmeatlas._errors import DependencyError, InputError
from tmeatlas.spatial import Tissue, build_graph, spacing

pytest.importorskip("squidpy")


def tissue_of(*sections, spots=False, mixed=False):
    """Sections of these places, one after the other or mixed up."""
    xy = np.concatenate(sections).astype(float)
    codes = np.repeat(np.arange(len(sections)), list(map(len, sections)))
    order = np.random.default_rng(0).permutation(len(codes)) if mixed else np.arange(len(codes))
    names = tuple("abcdef"[: len(sections)])
    return Tissue(xy[order], codes[order], names, spots=spots)


def grid(n_rows, n_columns, *, hexagonal=False, pitch=1.0):
    row, column = np.divmod(np.arange(n_rows * n_columns), n_columns)
    if hexagonal:
        return pitch * np.column_stack([column + row % 2 / 2, row * np.sqrt(3) / 2])
    return pitch * np.column_stack([column, row])


def brute(tissue, n):
    """The `n` nearest of each row in its section, by all distances."""
    apart = np.linalg.norm(tissue.coordinates[:, None] - tissue.coordinates[None], axis=2)
    apart[tissue.section[:, None] != tissue.section[None]] = np.inf
    np.fill_diagonal(apart, np.inf)
    return np.sort(np.argsort(apart, axis=1)[:, :n], axis=1)


@pytest.mark.parametrize("mixed", [False, True])
def test_nearest_within_sections_that_lie_on_top_of_each_other(mixed):
    rng = np.random.default_rng(1)
    tissue = tissue_of(rng.random((40, 2)), rng.random((30, 2)), mixed=mixed)
    graph = build_graph(tissue, n_neighbors=4)
    assert graph.told == "4 nearest cells"
    assert graph.edges.dtype == np.float32
    assert set(graph.edges.data) == {1.0}
    assert graph.edges.indices.reshape(70, 4).tolist() == brute(tissue, 4).tolist()


def test_ten_nearest_cells_unless_told_otherwise():
    tissue = tissue_of(np.random.default_rng(2).random((50, 2)))
    graph = build_graph(tissue)
    assert graph.told == "10 nearest cells"
    assert (graph.counts() == 10).all()


def test_small_sections_have_the_neighbours_that_there_are():
    rng = np.random.default_rng(3)
    tissue = tissue_of(rng.random((30, 2)), rng.random((4, 2)), rng.random((1, 2)))
    counts = build_graph(tissue, n_neighbors=6).counts()
    assert counts.tolist() == [6] * 30 + [3] * 4 + [0]


def test_cells_at_one_place_are_each_others_neighbours_and_not_their_own():
    places = np.array([[0, 0], [0, 0], [0, 0], [9, 9], [9, 8]])
    edges = build_graph(tissue_of(places), n_neighbors=2).edges.toarray()
    assert edges[:3, :3].tolist() == [[0, 1, 1], [1, 0, 1], [1, 1, 0]]
    assert (np.diag(edges) == 0).all()


@pytest.mark.parametrize(("hexagonal", "inner"), [(True, 6), (False, 8)])
def test_spots_have_those_that_touch_them_in_each_section_at_its_own_scale(hexagonal, inner):
    sections = [grid(7, 8, hexagonal=hexagonal), grid(6, 6, hexagonal=hexagonal, pitch=130.0)]
    graph = build_graph(tissue_of(*sections, spots=True))
    assert graph.told == "all spots within 1.5 times the spacing of spots"
    counts = graph.counts()
    assert counts[:56].reshape(7, 8)[1:-1, 1:-1].tolist() == [[inner] * 6] * 5
    assert counts[56:].reshape(6, 6)[1:-1, 1:-1].tolist() == [[inner] * 4] * 4
    assert counts.min() >= 2
    assert (graph.edges != graph.edges.T).nnz == 0


def test_a_radius_is_in_units_of_the_coordinates():
    graph = build_graph(tissue_of(grid(5, 5, pitch=10)), radius=10.5)
    assert graph.told == "all cells within 10.5 units of the coordinates"
    assert graph.counts().reshape(5, 5)[2].tolist() == [3, 4, 4, 4, 3]


def test_spacing_is_that_of_most():
    assert spacing(grid(6, 6, pitch=3.0)) == 3.0
    assert spacing(np.zeros((1, 2))) == 0.0


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"n_neighbors": 3, "radius": 2.0}, "found both"),
        ({"n_neighbors": 0}, "found 0"),
        ({"n_neighbors": True}, "found True"),
        ({"n_neighbors": 2.5}, "found 2.5"),
        ({"radius": -1.0}, "found -1.0"),
        ({"radius": float("nan")}, "found nan"),
        ({"radius": "50"}, "found '50'"),
        ({"radius": 0.01}, "100% of cells have no neighbour.*lie about 1 apart"),
        ({"radius": 100.0}, "899 cells on average, at most 500 are read.*lie about 1 apart"),
    ],
)
def test_what_cannot_be_meant_is_refused(options, said):
    with pytest.raises(InputError, match=said):
        build_graph(tissue_of(grid(30, 30)), **options)


def test_squidpy_says_nothing():
    """Neither in its import, which is what warns and sets up its log, nor later."""
    program = (
        "import numpy as np\n"
        "from tmeatlas.spatial import Tissue, build_graph\n"
        "xy, one = np.random.default_rng(0).random((20, 2)), np.zeros(20, int)\n"
        "for n in (2, 3):\n"
        "    build_graph(Tissue(xy, one, ('a',), spots=False), n_neighbors=n)\n"
        "import logging\n"
        "print(logging.getLogger('spatialdata._logging').level)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout.strip(), done.stderr) == ("20", "")


def test_without_squidpy_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "squidpy", None)
    with pytest.raises(DependencyError, match=r"pip install 'tmeatlas\[spatial\]'"):
        build_graph(tissue_of(grid(3, 3)), n_neighbors=2)
