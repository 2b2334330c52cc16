from __future__ import annotations

import shutil
import zipfile

import pandas as pd
import pytest

from tmeatlas._errors import InputError
from tmeatlas.interactions._cellphonedb_release import NEEDED, SYNONYMS, read_cellphonedb
from tmeatlas.interactions._given import as_interactions


def test_a_zip_gives_its_tables_as_they_are(made_up_tables, write_cellphonedb):
    tables = read_cellphonedb(write_cellphonedb(made_up_tables))
    assert tables.version == ""
    assert tables.name.startswith("made_up.zip (SHA-256 ")
    read = {
        "gene_table": tables.genes,
        "protein_table": tables.proteins,
        "multidata_table": tables.multidata,
        "complex_table": tables.complexes,
        "complex_composition_table": tables.composition,
        "interaction_table": tables.interactions,
        "gene_synonym_to_gene_name": tables.synonyms,
        "receptor_to_transcription_factor": tables.transcription_factors,
    }
    assert read.keys() == made_up_tables.keys()
    for name, frame in read.items():
        pd.testing.assert_frame_equal(frame, made_up_tables[name])


def test_a_folder_and_another_zip_of_the_same_tables_are_the_same_database(
    made_up_tables, write_cellphonedb, tmp_path
):
    path = write_cellphonedb(made_up_tables)
    again = write_cellphonedb(made_up_tables, "again.zip", folder="somewhere/inside/")
    folder = tmp_path / "folder"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    digests = {read_cellphonedb(found).name.split()[-1] for found in (path, again, str(folder))}
    assert len(digests) == 1
    made_up_tables["gene_table"].loc[0, "ensembl"] = "ENSG00000000013"
    other = read_cellphonedb(write_cellphonedb(made_up_tables, "other.zip"))
    assert other.name.split()[-1] not in digests


def test_a_folder_with_a_release_in_it_stands_for_that(made_up_tables, write_cellphonedb, tmp_path):
    write_cellphonedb(made_up_tables, "cellphonedb.zip")
    (tmp_path / "gene_input.csv").write_text("not looked at")
    assert read_cellphonedb(tmp_path).name.startswith("cellphonedb.zip ")


def test_the_additions_of_later_versions_may_be_missing(made_up_tables, write_cellphonedb):
    few = {name: made_up_tables[name] for name in NEEDED}
    tables = read_cellphonedb(write_cellphonedb(few))
    assert tables.synonyms is None
    assert tables.transcription_factors is None


def test_nothing_there_says_what_to_pass(tmp_path):
    with pytest.raises(InputError, match=r"No file or folder .*absent\.zip.*'cellphonedb'"):
        read_cellphonedb(tmp_path / "absent.zip")


@pytest.mark.parametrize("kept", [0.2, 0.9])
def test_a_truncated_zip_is_told_from_other_files(made_up_tables, write_cellphonedb, kept):
    path = write_cellphonedb(made_up_tables)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(InputError, match=r"truncated zip \([\d,]+ bytes\).*again"):
        read_cellphonedb(path)


def test_a_zip_with_changed_bytes_is_damaged(made_up_tables, write_cellphonedb):
    path = write_cellphonedb(made_up_tables)
    content = bytearray(path.read_bytes())
    content[60:90] = bytes(30)
    path.write_bytes(content)
    with pytest.raises(InputError, match="damaged zip"):
        read_cellphonedb(path)


def test_a_zip_is_unpacked_to_a_limit(made_up_tables, write_cellphonedb, monkeypatch):
    path = write_cellphonedb(made_up_tables)
    with zipfile.ZipFile(path) as archive:
        sizes = {info.filename: info.file_size for info in archive.infolist()}
    for limit in (sum(sizes.values()) - 1, max(sizes.values()) - 1, 0):
        monkeypatch.setattr("tmeatlas.interactions._cellphonedb_release.MOST_BYTES", limit)
        with pytest.raises(InputError, match=r"holds more than .* MB, unpacked"):
            read_cellphonedb(path)


def test_a_table_of_too_many_cells_is_refused(made_up_tables, write_cellphonedb, monkeypatch):
    monkeypatch.setattr("tmeatlas.interactions._cellphonedb_release.MOST_CELLS", 30)
    with pytest.raises(InputError, match=r"gene_table\.csv of .* holds more than 30 cells"):
        read_cellphonedb(write_cellphonedb(made_up_tables))


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00", b"<html>not found</html>"])
def test_other_files_are_no_zip(tmp_path, content):
    path = tmp_path / "database.zip"
    path.write_bytes(content)
    with pytest.raises(InputError, match="is not a zip"):
        read_cellphonedb(path)


def test_missing_tables_are_listed(made_up_tables, write_cellphonedb):
    del made_up_tables["gene_table"], made_up_tables["interaction_table"]
    message = r"lacks 'gene_table\.csv', 'interaction_table\.csv', and holds 'protein_table\.csv'"
    with pytest.raises(InputError, match=message):
        read_cellphonedb(write_cellphonedb(made_up_tables))


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("data/interaction_input.csv", "create_db"),
        ("data/cellphonedb.zip", r"Extract the cellphonedb\.zip"),
        ("__MACOSX/._gene_table.csv", "holds '._gene_table.csv'"),
    ],
)
def test_other_zips_of_the_project_say_what_to_do(tmp_path, inside, message):
    path = tmp_path / "source.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(inside, "")
    with pytest.raises(InputError, match=message):
        read_cellphonedb(path)


def test_an_empty_folder_holds_nothing(tmp_path):
    with pytest.raises(InputError, match="and holds nothing"):
        read_cellphonedb(tmp_path)


def test_databases_from_before_version_5_are_refused(made_up_tables, write_cellphonedb):
    old = made_up_tables["interaction_table"].drop(columns=["directionality", "classification"])
    made_up_tables["interaction_table"] = old.drop(columns="is_ppi")
    message = r"before version 5.*no 'is_ppi', 'directionality', 'classification'.*told from"
    with pytest.raises(InputError, match=message):
        read_cellphonedb(write_cellphonedb(made_up_tables))


@pytest.mark.parametrize(
    ("table", "column"),
    [("gene_table", "ensembl"), ("multidata_table", "is_complex"), (SYNONYMS, "Gene Name")],
)
def test_missing_columns_are_named(made_up_tables, write_cellphonedb, table, column):
    made_up_tables[table] = made_up_tables[table].drop(columns=column)
    with pytest.raises(InputError, match=rf"{table}\.csv .* lacks the columns '{column}'; found"):
        read_cellphonedb(write_cellphonedb(made_up_tables))


def test_a_table_that_is_no_table_is_named(made_up_tables, write_cellphonedb, tmp_path):
    with zipfile.ZipFile(write_cellphonedb(made_up_tables)) as archive:
        archive.extractall(tmp_path / "folder")
    for content in (b"", b"\xff\xfe\x00id"):
        (tmp_path / "folder" / "gene_table.csv").write_bytes(content)
        with pytest.raises(InputError, match=r"gene_table\.csv of .* cannot be read"):
            read_cellphonedb(tmp_path / "folder")
    shutil.rmtree(tmp_path / "folder")


@pytest.mark.parametrize("side", ["multidata_1_id", "multidata_2_id"])
def test_an_interaction_of_a_partner_that_is_not_defined(made_up_tables, write_cellphonedb, side):
    made_up_tables["interaction_table"].loc[1, side] = 999
    message = rf"interactions 'CPI-2' name partners \({side} '999'\).*does not define"
    with pytest.raises(InputError, match=message):
        read_cellphonedb(write_cellphonedb(made_up_tables))


def test_a_complex_without_subunits_is_not_defined(made_up_tables, write_cellphonedb):
    composition = made_up_tables["complex_composition_table"]
    made_up_tables["complex_composition_table"] = composition.iloc[:2]
    with pytest.raises(InputError, match="complexes 'Molecule_byGENE4' are not defined"):
        read_cellphonedb(write_cellphonedb(made_up_tables))


def test_a_complex_of_a_protein_that_is_not_defined(made_up_tables, write_cellphonedb):
    made_up_tables["complex_composition_table"].loc[0, "protein_multidata_id"] = 999
    with pytest.raises(InputError, match=r"'big_complex' have subunits that protein_table\.csv"):
        read_cellphonedb(write_cellphonedb(made_up_tables))


@pytest.mark.parametrize(
    ("table", "column", "value", "message"),
    [
        ("interaction_table", "id_cp_interaction", "CPI-1", "gives 'CPI-1' twice"),
        ("interaction_table", "id_cp_interaction", None, "has empty cells"),
        ("multidata_table", "id_multidata", 100, "gives '100' twice"),
    ],
)
def test_ids_name_one_row_each(made_up_tables, write_cellphonedb, table, column, value, message):
    made_up_tables[table].loc[1, column] = value
    with pytest.raises(InputError, match=rf"{table}\.csv .*: {column} {message}"):
        read_cellphonedb(write_cellphonedb(made_up_tables))


def test_the_real_release_is_recognised_however_it_is_packed(shared_data, tmp_path):
    path = shared_data / "crosstalk" / "cellphonedb-v5.0.0.zip"
    tables = read_cellphonedb(path)
    assert (tables.name, tables.version) == ("cellphonedb v5.0.0", "v5.0.0")
    assert len(tables.interactions) == 2911
    assert len(tables.complexes) == 362
    assert tables.genes["hgnc_symbol"].nunique() == 1354
    assert tables.synonyms is not None
    assert tables.transcription_factors is not None
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    assert read_cellphonedb(tmp_path).version == "v5.0.0"


def test_the_release_is_fetched_once_and_read(made_up_tables, write_cellphonedb, serve):
    asked = serve({"cellphonedb": write_cellphonedb(made_up_tables).read_bytes()})
    assert len(read_cellphonedb("cellphonedb").interactions) == 3
    assert len(as_interactions("cellphonedb")) == 3
    assert asked == ["/cellphonedb-v5.0.0.zip"]
