from __future__ import annotations

import subprocess
import sys
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

import anndata
import made_tissue
import numpy as np
import pandas as pd
import pytest
import scanpy as sc

import tmeatlas as tme
from tmeatlas._errors import InputError
from tmeatlas.shell._reading import choose_groupby


@pytest.fixture(scope="module")
def tumour_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "tumour.h5ad"
    tme.datasets.simulated(600).write_h5ad(path)
    return path


def test_demo_writes_a_page_and_says_where(shell, tmp_path):
    status, out, _ = shell("demo", "--cells", 400)
    assert status == 0
    *findings, wrote = out.splitlines()
    assert wrote.startswith("Wrote tme_demo.html")
    assert any("(note)." in line for line in findings)
    html = (tmp_path / "tme_demo.html").read_text()
    assert "A simulated tumour" in html
    assert "simulated" in html.lower()


def test_atlas_of_a_file(shell, tumour_file, tmp_path):
    status, out, err = shell(
        *("atlas", tumour_file, "-o", "out.html", "--groupby", "cell_type"),
        *("--sample-key", "sample", "--title", "My <b>tumour</b>"),
    )
    assert status == 0
    assert "Wrote out.html" in out
    assert "raw counts" in err
    html = (tmp_path / "out.html").read_text()
    assert 'id="card-evidence"' in html
    assert 'id="card-agreement"' in html
    assert "My &lt;b&gt;tumour&lt;/b&gt;" in html
    assert "<b>tumour</b>" not in html


def test_the_usual_column_is_found(shell, tumour_file, tmp_path):
    status, _, err = shell("atlas", tumour_file)
    assert status == 0
    assert "obs['cell_type']" in err
    assert (tmp_path / "atlas.html").is_file()


def test_one_label_for_all_cells_is_no_division(tumour_file):
    adata = anndata.read_h5ad(tumour_file)
    adata.obs["region"] = adata.obs["cell_type"].astype(str)
    adata.obs["cell_type"] = "all"
    assert choose_groupby(adata, None) == "region"
    assert choose_groupby(adata, "cell_type") == "cell_type"  # asked for, so tried
    adata.obs = adata.obs.rename(columns={"region": "place"})[["cell_type", "place"]]
    assert choose_groupby(adata, None) == "place"  # the only one that divides the cells
    adata.obs["batch"] = ["a", "b"] * (adata.n_obs // 2) + ["a"] * (adata.n_obs % 2)
    with pytest.raises(InputError, match=r"Candidates: 'place', 'batch'\.$"):
        choose_groupby(adata, None)
    adata.obs = adata.obs[["cell_type"]]
    with pytest.raises(InputError, match=r"none has two or more groups.*tmeatlas annotate"):
        choose_groupby(adata, None)


def test_plotlyjs_of_the_user_is_in_the_page(shell, tumour_file, tmp_path):
    installed = files("plotly").joinpath("package_data", "plotly.min.js").read_text("utf-8")
    own = f"{installed}\nwindow.own = true;\n"
    (tmp_path / "own.js").write_text(own, encoding="utf-8")
    assert shell("atlas", tumour_file, "--plotlyjs", "own.js")[0] == 0
    digest = b64encode(sha256(own.encode()).digest()).decode()
    assert digest in (tmp_path / "atlas.html").read_text()


def test_score_writes_what_the_python_call_gives(shell, tumour_file, tmp_path):
    assert shell("score", tumour_file, "-o", "scores.csv")[0] == 0
    written = pd.read_csv(tmp_path / "scores.csv", index_col=0)
    adata = anndata.read_h5ad(tumour_file)
    tme.pp.prepare(adata, embed=False)
    tme.tl.score(adata)
    expected = adata.obsm["tme_scores"]
    np.testing.assert_allclose(written[expected.columns], expected, rtol=1e-5)
    assert shell("score", tumour_file, "-o", "scored.h5ad", "--signatures", "caf_pan")[0] == 0
    assert "tme_caf_pan" in anndata.read_h5ad(tmp_path / "scored.h5ad").obs


def test_crosstalk_writes_the_tables_of_the_python_calls(shell, tumour_file, tmp_path):
    status, out, _ = shell("crosstalk", tumour_file, "-o", "talk.tsv")
    assert status == 0
    assert "Wrote talk.tsv" in out
    assert "Wrote talk_axes.tsv" in out
    adata = anndata.read_h5ad(tumour_file)
    tme.pp.prepare(adata, embed=False)
    tme.tl.crosstalk(adata, "cell_type")
    tme.tl.axes(adata)
    for name, expected in (("talk", tme.get.crosstalk(adata)), ("talk_axes", tme.get.axes(adata))):
        table = pd.read_csv(tmp_path / f"{name}.tsv", sep="\t", low_memory=False)
        assert set(table) == set(expected)
        assert table["verdict"].fillna("").tolist() == expected["verdict"].tolist()
        np.testing.assert_allclose(table["score"], expected["score"], rtol=1e-5)


def test_crosstalk_of_a_whole_file_keeps_axes_and_samples(shell, tumour_file, tmp_path):
    options = ("--groupby", "cell_type", "--sample-key", "sample", "--by-sample")
    assert shell("crosstalk", tumour_file, "-o", "talk.h5ad", *options)[0] == 0
    adata = anndata.read_h5ad(tmp_path / "talk.h5ad")
    for key in ("tme_crosstalk", "tme_axes"):
        table = adata.uns[key]
        assert {"", "sample1"} <= set(table["sample"])
        assert (table["n_samples"] >= 0).all()
    assert not list(tmp_path.glob("*_axes*"))


def test_crosstalk_of_other_interactions_and_of_a_layer(shell, tumour_file, tmp_path):
    adata = anndata.read_h5ad(tumour_file)
    tme.pp.prepare(adata, embed=False)
    adata.layers["mine"] = adata.X.copy()
    adata.X = adata.layers["counts"].copy()
    path = write(tmp_path / "layers.h5ad", adata)
    assert shell("crosstalk", path, "-o", "talk.h5ad", "--layer", "mine")[0] == 0
    record = anndata.read_h5ad(tmp_path / "talk.h5ad").uns["tmeatlas"]["tme_crosstalk"]
    assert record["params"]["layer"] == "mine"
    status, _, err = shell("crosstalk", path, "-o", "talk.csv", "--database", "tmee")
    assert status == 1
    assert "'tme'" in err
    assert not (tmp_path / "talk.csv").exists()


def test_interactions_without_axes_are_tested_without_them(
    shell, tumour_file, tmp_path, monkeypatch
):
    pairs = pd.DataFrame({"ligand": ["CXCL12"], "receptor": ["CXCR4"]})
    mine = tme.sig.interactions(pairs)
    monkeypatch.setattr(tme.sig, "interactions", lambda database: mine)
    status, _, err = shell("crosstalk", tumour_file, "-o", "talk.csv", "--database", "mine")
    assert status == 0
    assert "Warning: Left out: the axes. No interaction of" in err
    assert set(pd.read_csv(tmp_path / "talk.csv")["ligand_complex"]) == {"CXCL12"}
    assert not (tmp_path / "talk_axes.csv").exists()


def test_options_that_are_gone_are_taken_with_a_word(shell, tumour_file):
    status, _, err = shell(
        *("crosstalk", tumour_file, "-o", "talk.csv", "--n-perms", 200, "--seed", 3)
    )
    assert status == 0
    warned = [line for line in err.splitlines() if "has no effect" in line]
    assert warned == [
        "Warning: --n-perms has no effect: p-values are exact, nothing is permuted",
        "Warning: --seed has no effect: p-values are exact, nothing is drawn at random",
    ]
    _, out, _ = shell("crosstalk", "--help")
    assert "--database" in out
    assert "--n-perms" not in out
    assert "--seed" not in out


def test_signatures_are_listed_and_shown(shell):
    status, out, _ = shell("signatures", "--compartment", "caf", "--tier", "core")
    assert status == 0
    assert "caf_pan" in out
    assert "finds" in out
    assert "tam_pan" not in out
    status, out, _ = shell("signatures", "caf_mycaf")
    assert status == 0
    assert "purpose: state" in out
    assert "genes" in out
    assert "source" in out


def test_labels_are_no_formulas_and_no_markup(shell, tumour_file, tmp_path):
    adata = anndata.read_h5ad(tumour_file)
    adata.obs["cell_type"] = adata.obs["cell_type"].cat.rename_categories(
        {"Malignant": "=HYPERLINK(1)", "Endothelial": "[/bold]"}
    )
    path = write(tmp_path / "hostile.h5ad", adata)
    assert shell("crosstalk", path, "-o", "talk.csv", "--min-cells", 20)[0] == 0
    table = pd.read_csv(tmp_path / "talk.csv")
    assert "'=HYPERLINK(1)" in set(table["source"]) | set(table["target"])
    assert "=HYPERLINK(1)" not in set(table["source"]) | set(table["target"])
    adata.var_names = [f"[/x]g{i}" for i in range(adata.n_vars)]
    status, _, err = shell("atlas", write(path, adata))
    assert status == 1
    assert "Unexpected" not in err


def write(path, adata):
    adata.write_h5ad(path)
    return path


@pytest.fixture
def bad_files(tmp_path, tumour_file):
    """Files that cannot be used, each with what the error has to say."""
    good = anndata.read_h5ad(tumour_file)
    (tmp_path / "text.h5ad").write_text("not HDF5")
    nan = good.copy()
    nan.X.data[0] = np.nan
    negative = good.copy()
    negative.X.data[0] = -3
    scaled = good.copy()
    scaled.X = scaled.X.toarray()
    sc.pp.normalize_total(scaled)
    sc.pp.log1p(scaled)
    sc.pp.scale(scaled)
    foreign = good.copy()
    foreign.var_names = [f"Gene{i}" for i in range(foreign.n_vars)]
    one = good.copy()
    one.obs["cell_type"] = "one"
    cases = {
        "nan": (nan, "NaN"),
        "negative": (negative, "below 0"),
        "scaled": (scaled, "looks scaled"),
        "foreign": (foreign, "Gene0"),
        "one": (one, "at least two groups"),
        "empty": (good[:0].copy(), "0"),
    }
    files = {
        name: (write(tmp_path / f"{name}.h5ad", adata), message)
        for name, (adata, message) in cases.items()
    }
    files["text"] = (tmp_path / "text.h5ad", "no HDF5 file")
    files["absent"] = (tmp_path / "absent.h5ad", "No file")
    (tmp_path / "values.csv").write_text(",A,B\ncell,1,2\n")
    files["csv"] = (tmp_path / "values.csv", "a table of samples")
    return files


@pytest.mark.filterwarnings("ignore:Variable names are not unique")
@pytest.mark.filterwarnings("ignore:Observation names are not unique")
def test_bad_files_are_refused_in_one_line(shell, bad_files, tmp_path):
    for name, (path, message) in bad_files.items():
        status, out, err = shell("atlas", path, "-o", "page.html", "--groupby", "cell_type")
        errors = [line for line in err.splitlines() if line.startswith("Error:")]
        assert status == 1, name
        assert len(errors) == 1, (name, err)
        assert message in errors[0], (name, err)
        assert "Traceback" not in err, name
        assert "Wrote" not in out, name
        assert not (tmp_path / "page.html").exists(), name
        assert not list(tmp_path.glob(".page*")), name


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--groupby", "celltype"], "'cell_type'"),
        (["--groupby", "cell_type", "--sample-key", "samples"], "'sample'"),
        (["--groupby", "cell_type", "--signatures", "cor"], "'core'"),
        (["--groupby", "cell_type", "--method", "ucel"], "'ucell'"),
        (["--groupby", "cell_type", "--basis", "X_tnse"], "tnse"),
        (["-o", "no/folder/page.html"], "does not exist"),
        (["--plotlyjs", "plotly-basic.min.js"], "no such file"),
    ],
)
def test_bad_options_are_refused_with_the_remedy(shell, tumour_file, tmp_path, words, message):
    status, _, err = shell("atlas", tumour_file, *words)
    assert status == 1
    assert message in err
    assert not list(tmp_path.glob("*.html"))


def test_wrong_usage_is_status_2(shell):
    assert shell("atlas")[0] == 2
    assert shell("atlas", "x.h5ad", "--no-such-option")[0] == 2


def test_debug_shows_the_traceback(shell):
    assert "Traceback" in shell("atlas", "no.h5ad", "--debug")[2]


@pytest.mark.parametrize("module", ["tmeatlas", "tmeatlas.cli"])
def test_the_command_is_installed(module):
    done = subprocess.run([sys.executable, "-m", module, "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "demo" in done.stdout


@pytest.fixture(scope="module")
def cohort_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "cohort.h5ad"
    tme.datasets.simulated_cohort(3, n_cells=100, rng=5).write_h5ad(path)
    return path


def test_annotate_writes_what_the_python_call_gives(shell, tumour_file, tmp_path):
    status, out, err = shell("annotate", tumour_file, "-o", "out.csv", "--groupby", "cell_type")
    assert status == 0
    assert "Wrote out.csv" in out
    assert "Telling the lineages" in err
    written = pd.read_csv(tmp_path / "out.csv", index_col=0)
    adata = anndata.read_h5ad(tumour_file)
    tme.pp.prepare(adata, embed=False)
    tme.tl.annotate(adata, "cell_type")
    assert list(written["tme_lineage"]) == list(adata.obs["tme_lineage"].astype(str))
    assert set(written["tme_lineage"]) >= {"T cells", "Fibroblasts"}


def test_phenotype_writes_one_row_per_sample(shell, tumour_file, tmp_path):
    words = ("-o", "out.tsv", "--sample-key", "sample", "--groupby", "cell_type")
    status, out, _ = shell("phenotype", tumour_file, *words)
    assert status == 0
    assert "Wrote out.tsv" in out
    written = pd.read_csv(tmp_path / "out.tsv", sep="\t", index_col=0)
    assert len(written) == 8
    assert {"call", "margin"} <= set(written)
    assert written["use"].str.contains("Not a diagnostic").all()


def test_quality_writes_one_row_per_sample(shell, tumour_file, tmp_path):
    words = ("--sample-key", "sample", "--groupby", "cell_type", "--condition-key", "condition")
    status, out, _ = shell("quality", tumour_file, "-o", "out.csv", *words)
    assert status == 0
    assert "Wrote out.csv" in out
    written = pd.read_csv(tmp_path / "out.csv", index_col=0)
    assert list(written.index) == [f"sample{i}" for i in range(1, 9)]
    assert {"remarks", "forbids", "depth", "stress"} <= set(written)
    assert (written["known_lineage"] == 1).all()


@pytest.mark.parametrize("words", [(), ("--bulk", "--sample-key", "sample")])
def test_phenotype_wants_samples_or_bulk(shell, tumour_file, tmp_path, words):
    status, _, err = shell("phenotype", tumour_file, "-o", "out.csv", *words)
    assert status == 1
    assert "--sample-key" in err
    assert not (tmp_path / "out.csv").exists()


def test_niches_need_places_and_no_genes(shell, tumour_file, tmp_path):
    made_tissue.banded(2).write_h5ad("bands.h5ad")
    words = ("-o", "niches.csv", "--groupby", "cell_type", "--sample-key", "section")
    status, out, _ = shell("niches", "bands.h5ad", *words, "--n-niches", "3", "--n-shifts", "39")
    assert status == 0
    assert "Wrote niches.csv" in out
    table = pd.read_csv(tmp_path / "niches.csv")
    shares = table[table["measure"] == "share of niche"]
    assert shares.groupby("sample")["value"].sum().round(6).tolist() == [1, 1]
    status, _, err = shell("niches", tumour_file, "-o", "out.csv", "--groupby", "cell_type")
    assert status == 1
    assert "obsm['spatial'] is not there" in err


@pytest.mark.parametrize("what", ["composition", "consensus", "states", "phenotype", "axes"])
def test_compare_writes_the_differences(shell, cohort_file, tmp_path, what):
    status, out, _ = shell(
        *("compare", cohort_file, "-o", "out.csv", "--what", what, "--groupby", "cell_type"),
        *("--condition-key", "condition", "--sample-key", "sample", "--reference", "control"),
        *("--min-cells", 3),
    )
    assert status == 0
    assert "Wrote out.csv" in out
    written = pd.read_csv(tmp_path / "out.csv")
    assert set(written["what"]) == {what}
    assert set(written["condition"]) == {"case"}
    assert (written["n"] <= 3).all()


@pytest.mark.parametrize("what", ["niches", "colocalisation", "composition"])
def test_what_needs_no_genes_is_compared_without(shell, tmp_path, what):
    adata = made_tissue.banded(6)
    assert adata.n_vars == 0
    first = adata.obs["section"].isin(adata.obs["section"].unique()[:3])
    adata.obs["condition"] = np.where(first, "control", "case")
    adata.write_h5ad("bands.h5ad")
    status, _, err = shell(
        *("compare", "bands.h5ad", "-o", "out.csv", "--what", what, "--groupby", "cell_type"),
        *("--condition-key", "condition", "--sample-key", "section", "--reference", "control"),
    )
    assert status == 0, err
    assert set(pd.read_csv(tmp_path / "out.csv")["what"]) == {what}


def test_compare_refuses_what_it_cannot_compare(shell, cohort_file, tmp_path):
    keys = ("--condition-key", "condition", "--sample-key", "sample")
    for words, message in (
        (("--condition-key", "condition"), "--sample-key"),
        ((*keys, "--reference", "contorl"), "'control'"),
        ((*keys, "--what", "compositon"), "'composition'"),
    ):
        status, _, err = shell("compare", cohort_file, "-o", "out.csv", *words)
        assert status == 1
        assert message in err
    assert not (tmp_path / "out.csv").exists()


@pytest.fixture(scope="module")
def bulk_file(tmp_path_factory):
    """Twelve tumours as rows: the counts of all cells of a patient added up."""
    cells = tme.datasets.simulated_cohort(6, n_cells=100, rng=5)
    names = cells.obs["sample"].unique()
    sums = [
        np.asarray(cells.X[(cells.obs["sample"] == name).to_numpy()].sum(axis=0)) for name in names
    ]
    bulk = anndata.AnnData(np.vstack(sums).astype(np.float32))
    bulk.obs_names, bulk.var_names = names, cells.var_names
    first = cells.obs.drop_duplicates("sample").set_index("sample")
    bulk.obs["condition"] = first.loc[names, "condition"].astype(str).to_numpy()
    path = tmp_path_factory.mktemp("data") / "bulk.h5ad"
    bulk.write_h5ad(path)
    return path


@pytest.mark.parametrize("what", ["scores", "genes", "phenotype"])
def test_bulk_is_compared(shell, bulk_file, what):
    words = ("-o", "out.csv", "--what", what, "--condition-key", "condition", "--bulk")
    assert shell("compare", bulk_file, *words, "--reference", "control")[0] == 0
    written = pd.read_csv("out.csv", low_memory=False)
    assert set(written["what"]) == {what}
    assert written["n"].max() == 6


@pytest.mark.parametrize("what", ["genes", "scores"])
def test_all_cells_are_compared_without_groups(shell, cohort_file, what):
    keys = ("--condition-key", "condition", "--sample-key", "sample", "--reference", "control")
    assert shell("compare", cohort_file, "-o", "out.csv", "--what", what, *keys)[0] == 0
    written = pd.read_csv("out.csv", low_memory=False)
    assert set(written["group"].fillna("")).isdisjoint({"Malignant"})
    assert (written["n"] == 3).all()
    assert (
        shell(
            "compare",
            cohort_file,
            "-o",
            "each.csv",
            "--what",
            what,
            *keys,
            "--groupby",
            "cell_type",
        )[0]
        == 0
    )
    assert set(pd.read_csv("each.csv", low_memory=False)["group"]) == {"Malignant"}


def test_lineages_are_the_same_without_a_map(shell, tumour_file):
    assert shell("annotate", tumour_file, "-o", "out.h5ad")[0] == 0
    written = anndata.read_h5ad("out.h5ad")
    assert list(written.obsm) == ["X_pca"]
    adata = anndata.read_h5ad(tumour_file)
    tme.pp.prepare(adata)
    tme.tl.annotate(adata)
    assert list(written.obs["tme_lineage"]) == list(adata.obs["tme_lineage"])
    np.testing.assert_allclose(
        written.obs["tme_lineage_confidence"], adata.obs["tme_lineage_confidence"], rtol=1e-5
    )


def test_labels_and_thresholds_are_given_one_by_one(shell, tumour_file):
    words = ("--groupby", "cell_type", "--label", "Malignant=unassigned", "--label", "NK=T cells")
    assert shell("annotate", tumour_file, "-o", "out.csv", *words)[0] == 0
    lineages = pd.read_csv("out.csv", index_col="cell")["tme_lineage"]
    cells = anndata.read_h5ad(tumour_file).obs["cell_type"]
    assert set(lineages[(cells == "NK").to_numpy()]) == {"T cells"}
    assert set(lineages[(cells == "Malignant").to_numpy()]) == {"unassigned"}
    keys = ("--sample-key", "sample", "--groupby", "cell_type")
    calls = []
    for t_cells in ("0.05", "1"):
        words = (*keys, "--threshold", f"t_cells={t_cells}", "--threshold", "least_cells=1")
        assert shell("phenotype", tumour_file, "-o", "out.csv", *words)[0] == 0
        calls.append(set(pd.read_csv("out.csv")["call"]))
    assert calls[0] != calls[1]
