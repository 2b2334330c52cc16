"""Processes that are stopped, and disks that are full or read-only."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path
from typing import Any

import made_faults
import pytest
from made_faults import PATIENCE


@pytest.fixture(scope="session")
def processes():
    """Where processes come from that have imported everything already."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["made_faults"])
    made = str(Path(made_faults.__file__).parent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join([made, os.environ.get("PYTHONPATH", "")]))
        forkserver.ensure_running()
    return context


@dataclass
class Writer:
    """Runs what writes a kind of file in a process of its own."""

    context: Any
    said: Path

    def run(self, kind: str, path: Path, *, room: int | None = None) -> int:
        """The exit status."""
        process = self._started(kind, path, room=room)
        return self._status(process)

    @contextmanager
    def in_the_middle(self, kind: str, path: Path) -> Iterator[list[int]]:
        """A process that waits in the middle of its write; signals to send go into the list.

        After the block the list holds the exit status.
        """
        ours, theirs = self.context.Pipe()
        process = self._started(kind, path, pipe=theirs)
        theirs.close()
        assert ours.poll(PATIENCE)
        assert ours.recv() == "in the middle"
        numbers: list[int] = []
        yield numbers
        for number in numbers:
            os.kill(process.pid, number)
        with suppress(BrokenPipeError):
            ours.send("go on")
        numbers[:] = [self._status(process)]
        ours.close()

    def _started(self, kind: str, path: Path, **options: Any) -> Any:
        process = self.context.Process(
            target=made_faults.write,
            args=(kind, str(path), str(self.said)),
            kwargs=options,
            daemon=True,  # that waits for ever where a test fails
        )
        process.start()
        return process

    def _status(self, process: Any) -> int:
        process.join(PATIENCE)
        status = process.exitcode
        assert status is not None
        process.close()
        return status

    def errors(self) -> list[str]:
        """The lines that tell of an error."""
        lines = self.said.read_text().splitlines()
        return [line for line in lines if line.startswith("Error:")]


@pytest.fixture
def writer(processes, tmp_path):
    return Writer(processes, tmp_path / "said")


@pytest.fixture
def out(tmp_path):
    """An empty folder to write to."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def mounted(out):
    """A function that mounts a small disk in memory on the folder `out`."""
    done = []

    def mount(*options: str) -> Path:
        flags = [word for option in options for word in ("-o", option)]
        command = ["mount", *flags, *(() if done else ("-t", "tmpfs", "tmpfs")), str(out)]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            pytest.skip("this user mounts no file systems; the other way to fail is tested")
        done.append(out)
        return out

    yield mount
    if done:
        subprocess.run(["umount", str(out)], check=True)
