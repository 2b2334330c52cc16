"""The made-up database and data, and what the package makes of them."""

from __future__ import annotations

import importlib.util
import io
import zipfile
from pathlib import Path

import pandas as pd
import pytest


@pytest.fixture(scope="session")
def made_up():
    path = Path(__file__).with_name("made_up.py")
    spec = importlib.util.spec_from_file_location("made_up", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


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
