"""What a command writes over, and what it refuses to."""

from __future__ import annotations

import csv
import os
import resource
from pathlib import Path

import anndata
import pandas as pd
import pytest

import tmeatlas as tme
from tmeatlas.shell import _writing as writing


@pytest.fixture(scope="module")
def tumour():
    return tme.datasets.simulated(300)


@pytest.fixture
def shell(shell, tumour):
    """The same in a folder with `cells.h5ad`."""
    tumour.write_h5ad("cells.h5ad")
    return shell


@pytest.fixture
def no_reading(monkeypatch):
    """Nothing is read: outputs are checked before."""

    def read(*_, **__):
        raise AssertionError("the input was read")

    monkeypatch.setattr("tmeatlas.shell._reading.read_cells", read)


COMMANDS = {
    "annotate": (),
    "score": (),
    "crosstalk": (),
    "phenotype": ("--sample-key", "sample"),
    "quality": (),
    "niches": (),
    "drug-targets": (),
    "compare": ("--condition-key", "condition", "--sample-key", "sample"),
    "cite": (),
}


@pytest.mark.usefixtures("no_reading")
@pytest.mark.parametrize("command", [*COMMANDS, "atlas"])
def test_the_input_is_not_written_over_unasked(shell, tmp_path, command):
    before = (tmp_path / "cells.h5ad").read_bytes()
    (tmp_path / "link.h5ad").symlink_to("cells.h5ad")
    (tmp_path / "link.html").symlink_to("cells.h5ad")
    outputs = ("cells.h5ad", tmp_path / "cells.h5ad", "link.h5ad", "link.html", "./cells.h5ad")
    for output in outputs:
        status, out, err = shell(
            command, "cells.h5ad", "-o", output, *COMMANDS.get(command, ("--groupby", "x"))
        )
        assert status == 1, output
        assert "Error: " in err
        assert "Unexpected" not in err
        assert "Wrote" not in out
    assert (tmp_path / "cells.h5ad").read_bytes() == before


@pytest.mark.usefixtures("no_reading")
@pytest.mark.parametrize("command", [*COMMANDS, "atlas", "demo"])
def test_what_cannot_be_written_is_found_before_the_work(shell, tmp_path, command):
    os.mkfifo(tmp_path / "pipe.csv")
    os.mkfifo(tmp_path / "pipe.html")
    read = () if command == "demo" else ("cells.h5ad", *COMMANDS.get(command, ()))
    ending = ".html" if command in ("atlas", "demo") else ".csv"
    for output in (
        f"pipe{ending}",
        f"no/x{ending}",
        f"x{ending}/",
        "x.pdf",
        f"{'x' * 255}{ending}",
    ):
        status, _, err = shell(command, *read, "-o", output)
        assert status == 1, output
        assert "Unexpected" not in err
        assert sum(line.startswith("Error:") for line in err.splitlines()) == 1
    assert {item.name for item in tmp_path.iterdir()} == {"cells.h5ad", "pipe.csv", "pipe.html"}


@pytest.mark.usefixtures("no_reading")
def test_pages_end_in_html(shell, tmp_path):
    for output in ("page.csv", "page", "page.h5ad", "page.html.gz"):
        for words in (("atlas", "cells.h5ad", "--groupby", "cell_type"), ("demo",)):
            status, _, err = shell(*words, "-o", output)
            assert status == 1
            assert "Expected an output ending in .html" in err
    assert [item.name for item in tmp_path.iterdir()] == ["cells.h5ad"]


@pytest.mark.usefixtures("no_reading")
def test_files_of_signatures_and_interactions_are_read_too(shell, tmp_path):
    (tmp_path / "sets.csv").write_text("source,target\nmine,DCN\n")
    status, _, err = shell("score", "cells.h5ad", "-o", "sets.csv", "--signatures", "sets.csv")
    assert status == 1
    assert "is the file that is read" in err
    assert "`--overwrite`" in err
    (tmp_path / "talk_axes.csv").write_text("ligand,receptor\nCXCL12,CXCR4\n")
    words = ("crosstalk", "cells.h5ad", "-o", "talk.csv")
    status, _, err = shell(*words, "--database", "talk_axes.csv")
    assert status == 1
    assert "'talk_axes.csv' is the file that is read" in err
    (tmp_path / "talk_axes.csv").unlink()
    (tmp_path / "talk_axes.csv").symlink_to("talk.csv")
    status, _, err = shell(*words)
    assert status == 1
    assert "are one file" in err


def test_files_of_a_table_of_samples_are_read_too(shell, tmp_path):
    (tmp_path / "samples.csv").write_text("sample,path\none,cells.h5ad\n")
    before = (tmp_path / "cells.h5ad").read_bytes()
    status, _, err = shell("score", "samples.csv", "-o", "cells.h5ad")
    assert status == 1
    assert "'cells.h5ad' is the file that is read" in err
    assert (tmp_path / "cells.h5ad").read_bytes() == before


def test_the_input_is_written_over_when_asked(shell, tmp_path):
    (tmp_path / "cells.h5ad").chmod(0o600)
    words = ("score", "cells.h5ad", "-o", "cells.h5ad", "--signatures", "caf_pan", "--overwrite")
    status, out, err = shell(*words)
    assert (status, out) == (0, "Wrote cells.h5ad\n"), err
    assert "tme_scores" in anndata.read_h5ad(tmp_path / "cells.h5ad").obsm
    assert (tmp_path / "cells.h5ad").stat().st_mode & 0o777 == 0o600
    assert [item.name for item in tmp_path.iterdir()] == ["cells.h5ad"]


def test_a_store_is_written_read_and_written_over(shell, tmp_path, monkeypatch):
    from tmeatlas.readers import _in_place

    words = ("score", "cells.h5ad", "--signatures", "caf_pan", "-o")
    assert shell(*words, "a.h5ad")[:2] == (0, "Wrote a.h5ad\n")
    assert shell(*words, "a.zarr/")[:2] == (0, "Wrote a.zarr\n")
    one, other = anndata.read_h5ad(tmp_path / "a.h5ad"), anndata.read_zarr(tmp_path / "a.zarr")
    assert (one.X != other.X).nnz == 0
    assert other.obs.equals(one.obs)
    assert other.obsm["tme_scores"].equals(one.obsm["tme_scores"])
    assert shell("score", "a.zarr", "-o", "a.zarr")[0] == 1
    # Its matrices stay where they are, and are copied from there to what takes its place.
    monkeypatch.setattr(_in_place, "LARGE", 0)
    words = ("score", "a.zarr", "--signatures", "treg_pan", "-o", "a.zarr", "--overwrite")
    assert shell(*words)[0] == 0
    again = anndata.read_zarr(tmp_path / "a.zarr")
    assert (one.X != again.X).nnz == 0
    assert (one.layers["counts"] != again.layers["counts"]).nnz == 0
    assert "treg_pan" in again.obsm["tme_scores"]
    assert {item.name for item in tmp_path.iterdir()} == {"cells.h5ad", "a.h5ad", "a.zarr"}


def test_a_folder_of_that_name_is_not_replaced(shell, tmp_path):
    (tmp_path / "x.zarr").mkdir()
    (tmp_path / "x.zarr" / "mine.txt").write_text("mine")
    status, _, err = shell("score", "cells.h5ad", "-o", "x.zarr")
    assert status == 1
    assert "is no .zarr store of cells, so it is not replaced" in err
    assert (tmp_path / "x.zarr" / "mine.txt").read_text() == "mine"


def test_no_output_of_a_store_is_inside_it(shell, tmp_path, tumour):
    tumour.write_zarr("cells.zarr")
    for output in ("cells.zarr/scores.csv", "cells.zarr/obs/scores.h5ad", "cells.zarr"):
        status, _, err = shell("score", "cells.zarr", "-o", output)
        assert status == 1
        assert "zarr" in err
    assert not list(tmp_path.rglob("scores*"))


def test_names_of_signatures_are_no_formulas(shell, tmp_path):
    sets = {"=1+1": "DCN\tLUM\tCOL1A1", "+2;x": "CD3D\tCD3E\tCD2", "@SUM": "CD68\tCD14"}
    lines = [f"{name}\tna\t{genes}\n" for name, genes in sets.items()]
    (tmp_path / "sets.gmt").write_text("".join(lines))
    for ending, separator in ((".csv", ","), (".tsv", "\t")):
        status, _, err = shell(
            "score", "cells.h5ad", "-o", f"x{ending}", "--signatures", "sets.gmt"
        )
        assert status == 0, err
        text = (tmp_path / f"x{ending}").read_text()
        assert '"\'+2;x"' in text
        header, *rows = csv.reader(text.splitlines(), delimiter=separator)
        assert header[1:] == ["'=1+1", "'+2;x", "'@SUM"]
        assert len(rows) == 300


def contents(path: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in (path, *path.rglob("*")) if file.is_file()}


@pytest.mark.parametrize("ending", [".csv", ".h5ad", ".zarr"])
def test_a_full_disk_is_one_line(shell, tmp_path, ending):
    if ending == ".zarr":
        anndata.AnnData(obs=pd.DataFrame(index=["old"])).write_zarr(tmp_path / "x.zarr")
    else:
        (tmp_path / f"x{ending}").write_text("old")
    old = contents(tmp_path / f"x{ending}")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, before[1]))
    try:
        status, out, err = shell(
            "score", "cells.h5ad", "-o", f"x{ending}", "--signatures", "caf_pan"
        )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert status == 1
    assert out == ""
    errors = [line for line in err.splitlines() if line.startswith("Error:")]
    assert errors == [
        f"Error: No room to write 'x{ending}': File too large. Nothing was written there. Free "
        "some space, or write elsewhere."
    ]
    assert contents(tmp_path / f"x{ending}") == old
    assert len(list(tmp_path.iterdir())) == 2


def test_of_two_tables_none_is_written_without_the_other(tmp_path, tumour):
    first, second = tmp_path / "a.csv", tmp_path / "b.csv"
    first.write_text("old")
    small = pd.DataFrame({"x": [1]})
    odd = pd.DataFrame({"x": [Unwritable()]})
    with pytest.raises(RuntimeError, match="no text"):
        writing.write_results(tumour, {first: small, second: odd})
    assert first.read_text() == "old"
    assert list(tmp_path.iterdir()) == [first]


class Unwritable:
    def __str__(self):
        raise RuntimeError("no text")


def test_an_anndata_that_h5ad_cannot_hold_is_said(tmp_path, tumour):
    adata = tumour[:20].copy()
    adata.uns["odd"] = object()
    with pytest.raises(tme.TMEError, match=r"cannot be written as 'x\.h5ad'"):
        writing.write_results(adata, {tmp_path / "x.h5ad": pd.DataFrame()})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("x.csv", "Wrote x.csv\n"),
        ("a\nb.csv", "Wrote 'a\\nb.csv'\n"),
        ("\x1b[31m.csv", "Wrote '\\x1b[31m.csv'\n"),
        ("[bold]x.csv", "Wrote [bold]x.csv\n"),
        ("\udc80.csv", "Wrote '\\udc80.csv'\n"),
    ],
)
def test_names_are_said_as_they_are(monkeypatch, capfd, tmp_path, tumour, name, said):
    monkeypatch.chdir(tmp_path)
    writing.write_results(tumour, {Path(name): pd.DataFrame({"x": [1]})})
    assert capfd.readouterr().out == said
    assert Path(name).read_text() == ",x\n0,1\n"
