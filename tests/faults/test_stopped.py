"""A command that is stopped or killed in the middle of a write: the old output, or none."""

from __future__ import annotations

import signal

import anndata
import pytest
from made_faults import WRITES, beside, is_old, make_old

SAID = "Error: Stopped by {}: nothing is left half written."


def half_written(folder, target):
    """What lies beside the target."""
    (found,) = set(folder.iterdir()) - {target}
    assert found.name.startswith(".tmeatlas-")
    files = [found] if found.is_file() else [file for file in found.rglob("*") if file.is_file()]
    assert sum(file.stat().st_size for file in files) > 0
    return found


@pytest.mark.parametrize("there", [True, False], ids=["over an old file", "new"])
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("kind", WRITES)
def test_a_signal_leaves_what_was_there(writer, out, kind, name, there):
    target, number = out / kind, getattr(signal, name)
    if there:
        make_old(target)
    with writer.in_the_middle(kind, target) as signals:
        half_written(out, target)
        signals.append(number)
    assert list(out.iterdir()) == ([target] if there else [])
    assert not there or is_old(target)
    assert signals == [128 + number]
    assert writer.errors() == [SAID.format(name)]


@pytest.mark.parametrize("there", [True, False], ids=["over an old file", "new"])
@pytest.mark.parametrize("kind", WRITES)
def test_a_kill_leaves_what_was_there_and_the_next_run_clears_up(writer, out, kind, there):
    target = out / kind
    if there:
        make_old(target)
    with writer.in_the_middle(kind, target) as signals:
        signals.append(signal.SIGKILL)
    assert signals == [-signal.SIGKILL]
    half_written(out, target)
    assert target.exists() == there
    assert not there or is_old(target)
    assert writer.run(kind, target) == 0, writer.said.read_text()
    assert list(out.iterdir()) == [target]
    whole(target)


def whole(path):
    if path.suffix in (".h5ad", ".zarr"):
        read = anndata.read_h5ad if path.suffix == ".h5ad" else anndata.read_zarr
        assert read(path).shape == (400, 500)
    elif path.suffix in (".csv", ".tsv"):
        assert len(path.read_text().splitlines()) == 401
    else:
        assert path.read_text().rstrip().endswith(("</html>", "}", "]"))


def test_a_write_that_is_let_go_on_is_whole(writer, out):
    """The same process as above, without a signal: what is tested there is the signal."""
    for kind in WRITES:
        with writer.in_the_middle(kind, out / kind) as status:
            pass
        assert status == [0], writer.said.read_text()
        whole(out / kind)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL"])
def test_between_two_tables_of_one_command_both_are_whole(writer, out, name):
    """One is in its place, the other is not: a system has no call that moves two files."""
    first = out / "x.csv"
    first.write_text("old")
    beside(first).write_text("old")
    with writer.in_the_middle("two", first) as signals:
        signals.append(getattr(signal, name))
    assert signals != [0]
    states = {path.read_text() == "old" for path in (first, beside(first))}
    assert states == {True, False}
    whole(beside(first))
    assert writer.run("x.csv", first) == 0
    whole(first)
    assert set(out.iterdir()) == {first, beside(first)}


@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL"])
def test_between_the_moves_of_two_stores_the_old_one_is_kept(writer, out, name):
    target = out / "x.zarr"
    make_old(target)
    with writer.in_the_middle("exchange", target) as signals:
        signals.append(getattr(signal, name))
    assert signals != [0]
    if name == "SIGTERM":
        assert list(out.iterdir()) == [target]
        assert is_old(target)
    else:
        (aside,) = out.glob("x.zarr.before-*")
        assert anndata.read_zarr(aside).shape == (3, 2)
        assert writer.run("x.zarr", target) == 0
        assert set(out.iterdir()) == {target, aside}
