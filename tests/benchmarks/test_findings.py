"""The list of known findings, the rules that decide, and the run on cohorts of one's own."""

from __future__ import annotations

import importlib
import shutil
import sys

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from anndata import AnnData

import tmeatlas as tme
from tmeatlas.lineages import tree

MODULES = (
    "cohorts",
    "findings",
    "findings_data",
    "findings_groups",
    "findings_looks",
    "findings_numbers",
    "findings_rows",
)


@pytest.fixture(scope="module")
def bench(repository):
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(repository / "benchmarks")
        yield {name: importlib.import_module(name) for name in MODULES}
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def known(bench):
    return bench["findings"].load_findings()


@pytest.fixture(scope="module")
def tumour(bench):
    """A simulated tumour after the default call, with its labels where findings look for them."""
    cohort = bench["findings_data"].Cohort(
        "simulated",
        "",
        "cell_type",
        "sample",
        "condition",
        "inflamed",
        labels={"fine": "cell_type"},
    )
    return bench["findings_data"].analysed(cohort, tme.datasets.simulated(2000)).adata


def verdict(bench, adata, **finding):
    return bench["findings_looks"].look_up(adata, finding)


def test_every_finding_says_who_says_so_where_it_was_read_and_what_decides(bench, known):
    assert 15 <= len(known) <= 25
    assert len({finding["id"] for finding in known}) == len(known)
    names = {cohort.name for cohort in bench["findings_data"].AT_HAND}
    for finding in known:
        assert finding["statement"]
        assert all(finding["study"][field] for field in ("cite", "read", "says"))
        assert finding["seen"] is False or isinstance(finding["seen"], str)
        assert finding["look"] in bench["findings_looks"].LOOKS
        assert set(finding["data"]) <= names


@pytest.mark.thorough
def test_the_rows_of_bulk_are_those_of_the_page(bench, known, repository, shared_data):
    """Of the two data sets that take seconds; the page has all of them."""
    page = (repository / "docs" / "findings.md").read_text(encoding="utf-8")
    data = bench["findings_data"]
    runs = [
        data.analysed(cohort, ad.read_h5ad(shared_data / "data" / cohort.path))
        for cohort in data.AT_HAND
        if cohort.name in ("guo2019", "mariathasan2018")
    ]
    rows = [" | ".join(row) for row in bench["findings"].verdicts(runs, known)]
    assert len(rows) == 4
    assert [row for row in rows if f"| {row} |" not in page] == []


def test_the_page_has_every_finding_where_it_is_looked_up(known, repository):
    page = (repository / "docs" / "findings.md").read_text(encoding="utf-8")
    places = [f"| {each['id']} | {data} |" for each in known for data in each["data"]]
    assert [place for place in places if page.count(place) != 1] == []


def test_what_findings_name_is_known_to_the_package(known):
    lists = tme.sig.load("core")
    interactions = tme.sig.interactions("tme")
    marks = {lists[name].marks for name in lists}
    axes = {each.axis for each in interactions}
    genes = {gene for each in interactions for gene in (*each.ligand_genes, *each.receptor_genes)}
    for finding in known:
        sides = ("from", "to", "not_from", "not_to", "within", "of")
        lineages = {each for side in sides for each in finding.get(side, ())} - {"tumour"}
        assert lineages <= set(tree())
        assert {finding.get("axis", "spp1")} <= axes
        assert {*finding.get("ligand", ()), *finding.get("receptor", ())} <= genes
        for column in (*finding.get("columns", ()), finding.get("column", "consensus/tls")):
            place, name = column.split("/")
            assert place != "scores" or name in lists
            assert place != "consensus" or name in marks


def test_a_contrast_is_found_missed_contradicted_and_not_readable(bench, tumour):
    rule = {
        "look": "contrast",
        "column": "consensus/caf_mycaf",
        "higher": {"fine": ["CAF myCAF"]},
        "lower": {"fine": ["CAF iCAF"]},
    }
    assert verdict(bench, tumour, **rule).word == "found"
    turned = rule | {"higher": rule["lower"], "lower": rule["higher"]}
    assert verdict(bench, tumour, **turned).word == "contradicted"
    halves = np.where(np.arange(tumour.n_obs) % 2, "one", "other")
    tumour.obs["half"] = halves
    alike = rule | {"higher": {"half": ["one"]}, "lower": {"half": ["other"]}}
    assert verdict(bench, tumour, **alike).word == "missed"
    nobody = verdict(bench, tumour, **rule | {"lower": {"fine": ["Fat cell"]}})
    assert (nobody.word, "against 0" in nobody.detail) == ("not readable", True)
    lacking = verdict(bench, tumour, **rule | {"lower": {"region": ["Stroma"]}})
    assert (lacking.word, lacking.detail) == ("not readable", "no column 'region'")
    unscored = verdict(bench, tumour, **rule | {"column": "consensus/of_nothing"})
    assert (unscored.word, "was not computed" in unscored.detail) == ("not readable", True)


def test_blocks_are_compared_within_themselves(bench):
    """A shift between blocks makes no contrast, and a block with too few rows does not count."""
    values = np.r_[np.arange(20.0), 100 + np.arange(20.0), [999.0]]
    higher = np.r_[np.tile([True, False], 20), True]
    blocks = np.repeat([0, 1, 2], [20, 20, 1])
    value, low, high = bench["findings_numbers"].auroc_in_blocks(
        values, higher, ~higher, blocks, 10
    )
    assert value == pytest.approx(0.45)
    assert low < value < high


def test_correlation_and_its_sign(bench, tumour):
    rule = {"look": "correlation", "within": ["monocyte_macrophage"], "sign": "negative"}
    apart = verdict(bench, tumour, columns=["states/tam_spp1", "states/tam_c1q"], **rule)
    assert apart.word == "found"
    together = rule | {"sign": "positive"}
    assert verdict(
        bench, tumour, columns=["states/tam_spp1", "states/tam_c1q"], **together
    ).word == ("contradicted")


def test_measures_of_samples_and_the_worst_of_them(bench, tumour):
    for measures, word in (
        (["t_cell_share", "b_share"], "found"),
        (["b_share", "t_cell_share"], "contradicted"),
        (["t_cell_share", "myeloid_share"], "missed"),
    ):
        assert verdict(bench, tumour, look="above", measures=measures).word == word
    unmeasured = verdict(bench, tumour, look="above", measures=["t_cell_share", "charm"])
    assert unmeasured.word == "not readable"
    assert bench["findings_looks"].worst(["not readable", "found"]) == "found"


def test_a_share_is_small_and_not_nothing(bench, tumour):
    rule = {"look": "share", "state": "Cycling", "of": ["malignant"]}
    assert verdict(bench, tumour, **rule, most=0.5).word == "found"
    assert verdict(bench, tumour, **rule, most=0.01).word == "contradicted"
    assert verdict(bench, tumour, look="share", state="Asleep", of=["malignant"], most=1).word == (
        "not readable"
    )


def test_a_difference_between_conditions(bench, tumour):
    rule = {"look": "compare", "what": "phenotype", "condition": "excluded"}
    share = rule | {"feature": "fibroblasts_to_cd8"}
    assert verdict(bench, tumour, **share, sign="positive").word == "found"
    assert verdict(bench, tumour, **share, sign="negative").word == "contradicted"
    assert verdict(bench, tumour, **rule, feature="m1_m2", sign="positive").word == "missed"
    assert verdict(bench, tumour, **rule, feature="charm", sign="positive").word == "not readable"


@pytest.fixture(scope="module")
def crossed():
    """A small tumour with its crosstalk, whose verdicts tests write as they need them."""
    adata = tme.datasets.simulated(800)
    tme.pp.prepare(adata, embed=False)
    tme.tl.crosstalk(adata, "cell_type")
    return adata


VEGF = {"look": "rows", "ligand": ["VEGFA"], "receptor": ["KDR"], "to": ["endothelial"]}


@pytest.mark.parametrize(
    ("verdicts", "against", "word"),
    [
        ({"Endothelial": "specific"}, ["dendritic"], "found"),
        ({"Endothelial": "specific", "DC": "specific"}, ["dendritic"], "contradicted"),
        ({"Endothelial": "specific", "DC": "specific"}, ["tumour"], "found"),
        ({"Endothelial": "not specific"}, ["dendritic"], "missed"),
        ({"Endothelial": "specific, mostly ambient"}, ["dendritic"], "not readable"),
        ({}, ["dendritic"], "not readable"),
    ],
)
def test_rows_between_groups_decide(bench, crossed, verdicts, against, word):
    """`verdicts`: what is said of VEGFA and KDR, by the target; else there are too few cells."""
    adata = crossed.copy()
    table = adata.uns["tme_crosstalk"]
    words = table["verdict"].astype(str)
    pair = table["ligand_complex"].astype(str).eq("VEGFA")
    pair &= table["receptor_complex"].astype(str).str.contains("KDR") & words.ne("")
    words[pair] = table.loc[pair, "target"].astype(str).map(verdicts).fillna("too few cells")
    assert set(verdicts) <= set(table.loc[pair, "target"])
    table["verdict"] = pd.Categorical(words)
    assert verdict(bench, adata, **VEGF, not_to=against).word == word


def test_groups_and_genes_that_are_not_there_are_no_miss(bench, tumour):
    lacking = verdict(bench, tumour, **VEGF | {"to": ["mast"]})
    assert (lacking.word, lacking.detail) == ("not readable", "no group of mast")
    unmeasured = verdict(bench, tumour, **VEGF | {"ligand": ["NOGENE"]})
    assert (unmeasured.word, unmeasured.detail) == ("not readable", "genes missing")


@pytest.fixture(scope="module")
def mine(tmp_path_factory):
    """A file of cells with column names of its own."""
    adata = tme.datasets.simulated(800)
    adata.obs = adata.obs[["sample", "condition", "cell_type"]].rename(
        columns={"cell_type": "Type", "sample": "Donor"}
    )
    file = tmp_path_factory.mktemp("mine") / "mine.h5ad"
    adata.write_h5ad(file)
    return file


@pytest.fixture
def folder(tmp_path, mine):
    """A folder with a cohort and its table, as `cohorts.py` takes it."""
    shutil.copy(mine, tmp_path)
    (tmp_path / "cohorts.tsv").write_text(
        "cohort\tpath\tgroups\tsamples\tconditions\tlabels\n"
        "mine\tmine.h5ad\tType\tDonor\tcondition\tcelltype_minor=Type\n"
    )
    return tmp_path


def test_a_cohort_of_ones_own_is_run_and_every_finding_looked_up(bench, known, folder, capsys):
    module = bench["cohorts"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["cohorts.py", str(folder), "--tsv", str(folder / "out.tsv")])
        assert module.main() == 0
    table = pd.read_csv(folder / "out.tsv", sep="\t")
    general = [finding["id"] for finding in known if "about" not in finding]
    assert table["finding"].to_list() == general
    assert len(general) == len(known) - 2
    assert set(table["verdict"]) <= set(bench["findings_looks"].VERDICTS)
    assert (table["data"] == "mine").all()
    region = table.set_index("finding").loc["tgfb_in_stroma"]
    assert (region["verdict"], region["what was found"]) == ("not readable", "no column 'region'")
    assert "| mine | 800 | 7,50" in capsys.readouterr().out


def test_what_is_said_of_one_cancer_is_looked_up_in_that_alone(bench, known):
    cohort = bench["findings_data"].Cohort("mine", "", about="colon; oligodendroglioma")
    run = bench["findings_data"].Analysed(cohort, None, "not there", (), 0.0)
    rows = list(bench["findings"].verdicts([run], known, everywhere=True))
    names = [row[0] for row in rows]
    assert "cycling_is_rare_in_oligodendroglioma" in names
    assert "ifn_with_t_cells" not in names
    assert {row[2:4] for row in rows} == {("not readable", "not there")}


def test_a_file_that_cannot_be_read_does_not_stop_the_others(bench, folder, capsys):
    (folder / "broken.h5ad").write_bytes(b"no cells")
    table = (folder / "cohorts.tsv").read_text()
    (folder / "cohorts.tsv").write_text(table + "other\tbroken.h5ad\tType\t\t\t\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["cohorts.py", str(folder)])
        patch.setattr(bench["cohorts"], "load_findings", lambda: [])
        patch.setattr(bench["cohorts"], "analysed", lambda cohort, adata: ran(bench, cohort, adata))
        assert bench["cohorts"].main() == 1
    out = capsys.readouterr().out
    assert "| mine | 800 |" in out
    assert "broken.h5ad" in out


def ran(bench, cohort, adata: AnnData):
    return bench["findings_data"].Analysed(cohort, adata, "", (), 1.0)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (None, "a table with tabs between its columns cohort, path"),
        ("cohort,path\na,b.h5ad\n", "known are cohort, path"),
        ("cohort\tfile\na\tb.h5ad\n", "has a column 'file'"),
        ("cohort\tpath\tsample\na\tb.h5ad\tx\n", "Did you mean 'samples'?"),
        ("cohort\tgroups\na\tb\n", "lacks the column 'path'"),
        ("cohort\tpath\na\tmine.h5ad\na\tmine.h5ad\n", "two rows of the cohort 'a'"),
        ("cohort\tpath\na\tgone.h5ad\n", "there is no such file"),
        ("cohort\tpath\na\t\n", "a row without a cohort or a path"),
        ("cohort\tpath\tlabels\na\tmine.h5ad\tregion\n", "expected `name=column`"),
    ],
)
def test_a_table_that_cannot_be_meant_says_what_is_wrong(bench, folder, table, said):
    file = folder / "cohorts.tsv"
    file.unlink() if table is None else file.write_text(table)
    with pytest.raises(bench["cohorts"].TableError, match=said.replace("?", r"\?")):
        bench["cohorts"].read_cohorts(folder)


def test_what_is_known_of_cells_may_lie_beside_them(bench, folder, capsys):
    """As studies give it away: a matrix, and a table of its cells."""
    module = bench["cohorts"]
    adata = module.tme.read(folder / "mine.h5ad")
    known = adata.obs[["Type"]].rename(columns={"Type": "Author's type"}).iloc[::-1]
    known.iloc[:-2].to_csv(folder / "cells.csv.gz")
    module.add_cells(adata, folder / "cells.csv.gz")
    said = adata.obs["Author's type"]
    assert said.iloc[2:].to_list() == adata.obs["Type"].astype(str).iloc[2:].to_list()
    assert said.iloc[:2].isna().all()
    assert "lacks 2 of 800 cells" in capsys.readouterr().out
    for index, word in ((["other", "cell"], "names none"), ([adata.obs_names[0]] * 2, "two rows")):
        known.iloc[:2].set_axis(index).to_csv(folder / "cells.tsv", sep="\t")
        with pytest.raises(tme.TMEError, match=word):
            module.add_cells(adata, folder / "cells.tsv")


def test_a_column_of_labels_that_is_not_there_fails_that_cohort(bench, folder):
    cohort = bench["findings_data"].Cohort("mine", "mine.h5ad", labels={"region": "Pathology"})
    run = bench["cohorts"].run_one(cohort, folder)
    assert run.adata is None
    assert "'Pathology'" in run.failed
    assert "Type" in run.failed
