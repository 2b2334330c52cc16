"""Processes that write a file, and wait in the middle of it to be told to go on."""

from __future__ import annotations

import os
import resource
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse as sp
import zarr
from anndata import AnnData, read_h5ad, read_zarr

import tmeatlas as tme
from tmeatlas import _h5ad as h5ad
from tmeatlas.atlas import atlas as page
from tmeatlas.matrix import open_matrix
from tmeatlas.shell import _writing as writing
from tmeatlas.shell._console import run

LARGE = 2**12
"""Bytes of a piece that h5py writes at once: data, and no header."""
FEW_KEYS = 9
"""Files of a store, of which it has more."""
FEW_BYTES = 100_000
"""Of blocks: less than the values of `cells` take."""
PATIENCE = 300
"""Seconds to wait for a process on a machine that is busy."""


def cells() -> AnnData:
    """400 cells × 500 genes, 240 kB of values."""
    values = sp.random(400, 500, 0.3, format="csr", dtype="f4", random_state=0)
    obs = pd.DataFrame({"group": ["a", "b"] * 200}, index=[f"cell{i}" for i in range(400)])
    return AnnData(values, obs=obs, var=pd.DataFrame(index=[f"G{i}" for i in range(500)]))


def table() -> pd.DataFrame:
    return pd.DataFrame(np.random.default_rng(0).normal(size=(400, 50)))


def write_results(path: Path) -> None:
    writing.write_results(cells(), {path: table()})


def write_two(path: Path) -> None:
    writing.write_results(cells(), {path: table(), beside(path): table()})


def beside(path: Path) -> Path:
    return path.with_stem(f"{path.stem}_axes")


def write_page(path: Path) -> None:
    page.page_parts = lambda payload, library: ["<html>", "x" * 300_000, "</html>\n"]
    page.Atlas(None).write_html(path)


def write_signatures(path: Path) -> None:
    tme.sig.write({"mine": [f"GENE{i}" for i in range(30_000)]}, path)


WRITES: dict[str, Callable[[Path], None]] = {
    "x.h5ad": write_results,
    "x.zarr": write_results,
    "x.csv": write_results,
    "x.tsv": write_results,
    "x.html": write_page,
    "x.json": write_signatures,
}
MOVES = {"two": write_two, "exchange": write_results}
"""What is put in place by more than one move, of which the first is done."""


def make_old(path: Path) -> None:
    """What lies at the path before."""
    if path.suffix == ".zarr":
        AnnData(np.ones((3, 2), dtype="f4")).write_zarr(path)
    else:
        path.write_text("old")


def is_old(path: Path) -> bool:
    """Whether it lies there still."""
    if path.suffix == ".zarr":
        return read_zarr(path).shape == (3, 2)
    return path.read_text() == "old"


def write(kind: str, path: str, said: str, pipe=None, room: int | None = None) -> None:
    """What a command does at its end, with what it says in the file `said`.

    With `pipe`, it says there that it is in the middle of its write and waits for an answer; with
    `room`, no file may grow beyond so many bytes.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    told = os.open(said, os.O_CREAT | os.O_WRONLY | os.O_TRUNC)
    os.dup2(told, 1)
    os.dup2(told, 2)
    if room is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
    if pipe is not None:
        pausing = Pausing(pipe)
        pausing.in_tables_and_pages()
        pausing.in_h5ad()
        pausing.in_zarr()
    if kind in MOVES:
        pausing.after_the_first("replace" if kind == "two" else "rename")
    command = MOVES[kind] if kind in MOVES else WRITES[kind]
    sys.exit(run(lambda: command(Path(path)), debug=False))


def sort_columns(file: str, temporary: str, pipe) -> None:
    """Open a matrix that lies in a file by columns, and wait while its scratch file is there."""
    tempfile.tempdir = temporary
    tme.settings._block_bytes = FEW_BYTES
    list(open_matrix(read_h5ad(file, backed="r")).blocks())
    pipe.send("in the middle")
    pipe.recv()


class Pausing:
    """Where a process waits, once."""

    def __init__(self, pipe) -> None:
        self._pipe = pipe
        self._has_waited = False

    def wait(self) -> None:
        if not self._has_waited:
            self._has_waited = True
            self._pipe.send("in the middle")
            self._pipe.recv()

    def in_tables_and_pages(self) -> None:
        usual = Path.open

        def opened(path, mode="r", *arguments, **options):
            file = usual(path, mode, *arguments, **options)
            return Halved(file, self.wait) if mode == "w" else file

        Path.open = opened

    def in_h5ad(self) -> None:
        usual = h5ad._Store._write_to_disk

        def write_to_disk(store, piece):
            if len(piece) > LARGE:
                usual(store, piece[: LARGE // 2])
                self.wait()
            usual(store, piece)

        h5ad._Store._write_to_disk = write_to_disk

    def in_zarr(self) -> None:
        usual = zarr.storage.LocalStore.set
        keys = []

        async def put(store, key, *arguments, **options):
            await usual(store, key, *arguments, **options)
            keys.append(key)
            if len(keys) == FEW_KEYS:
                self.wait()

        zarr.storage.LocalStore.set = put

    def after_the_first(self, move: str) -> None:
        self._has_waited = True
        usual = getattr(Path, move)

        def moved(path, target):
            done = usual(path, target)
            setattr(Path, move, usual)
            self._has_waited = False
            self.wait()
            return done

        setattr(Path, move, moved)


class Halved:
    """A file, of which half of the first text is on the disk when it waits."""

    def __init__(self, file, wait: Callable[[], None]) -> None:
        self._file = file
        self._wait = wait

    def __enter__(self):
        return self

    def __exit__(self, *raised) -> None:
        self._file.close()

    def writelines(self, parts) -> None:
        for part in parts:
            self._file.write(part[: len(part) // 2])
            self._file.flush()
            self._wait()
            self._file.write(part[len(part) // 2 :])
