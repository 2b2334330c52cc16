"""The made-up database and data, and what the package makes of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import made_up as _made_up
import pandas as pd
import pytest

from tmeatlas.cellphonedb import DEGs, Simple, Statistical


@pytest.fixture(scope="session")
def made_up():
    return _made_up


@pytest.fixture(scope="session")
def database(made_up, tmp_path_factory) -> Path:
    return made_up.write_database(tmp_path_factory.mktemp("made_up") / "database.zip")


@pytest.fixture(scope="session")
def frozen(repository) -> dict[str, dict[str, pd.DataFrame]]:
    """By run and by name, the tables of the package."""
    runs: dict[str, dict[str, pd.DataFrame]] = {}
    with zipfile.ZipFile(repository / "tests" / "reference" / "cellphonedb.zip") as archive:
        for name in archive.namelist():
            if name.endswith(".csv"):
                run, table = name.removesuffix(".csv").split("/")
                text = io.StringIO(archive.read(name).decode())
                runs.setdefault(run, {})[table] = pd.read_csv(text, index_col=0)
    return runs


@pytest.fixture(scope="session")
def shared_database(shared_data) -> Path:
    """The release 5.0.0."""
    return shared_data / "crosstalk" / "cellphonedb-v5.0.0.zip"


@pytest.fixture(scope="session")
def our_options() -> Callable[[dict], dict]:
    """From the options of a run by the package's names to those of `tl.cellphonedb`."""

    def convert(theirs: dict) -> dict:
        options = dict(theirs)
        kind = {"statistical": Statistical, "simple": Simple, "degs": DEGs}[
            options.pop("method", "statistical")
        ]
        if "debug_seed" in options:
            options |= {"rng": options.pop("debug_seed"), "parity": True}
        own = {field.name for field in fields(kind)} & set(options)
        return {"method": kind(**{name: options.pop(name) for name in own}), **options}

    return convert
