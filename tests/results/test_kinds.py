"""What all results share: reading, writing, and refusing what is not theirs."""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache

import anndata as ad
import numpy as np
import pandas as pd
import pytest
from sameness import same, unchanged
from thorough import some_of

import tmeatlas as tme
from tmeatlas._errors import InputError, MissingKeyError
from tmeatlas.results import KINDS, CellPhoneDB, Comparison, Record, Result, Scores, records

each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
each_with_a_table = pytest.mark.parametrize(
    "kind", [kind for kind in KINDS if kind.slot != "obs"], ids=lambda kind: kind.kind
)


def verb(kind: type[Result]) -> str:
    """The call that makes it, as part of a pattern."""
    return re.escape(kind.call.partition(",")[0].removesuffix(")"))


def plain(value: object) -> object:
    """Parts of a result as dicts and tables that can be compared, whatever a file made of text."""
    if isinstance(value, pd.DataFrame):
        words = value.select_dtypes(exclude=["number", "bool"]).columns
        return value.astype(dict.fromkeys(words, object)).reset_index(drop=True)
    if isinstance(value, Record):
        return {"kind": value.kind, "cells": value.cells, **value.params, **value.facts}
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {name: plain(part) for name, part in value.items()}
    return value


def check_same(one: object, two: object, where: str = "") -> None:
    if isinstance(one, dict):
        assert list(one) == list(two), where
        for name in one:
            check_same(one[name], two[name], f"{where}.{name}")
    else:
        assert same(one, two), where


WRITTEN_ONLY = ("weights", "in_obs")


def parts(result: Result) -> dict[str, object]:
    """What is read of a result."""
    return {name: part for name, part in plain(result).items() if name not in WRITTEN_ONLY}


def test_every_kind_has_its_verb():
    for kind in KINDS:
        name = re.match(r"tme\.tl\.(\w+)\(adata", kind.call)[1]
        assert name in tme.tl.__all__
    assert len({kind.kind for kind in KINDS}) == len(KINDS)
    assert len({kind.default_key for kind in KINDS}) == len(KINDS)


@each_kind
def test_verbs_record_their_kind_and_cells(kind, full):
    adata = full(kind)
    record = dict(records(adata))[kind.default_key]
    assert record.kind == kind.kind
    assert record.cells.n_cells == adata.n_obs
    assert record.cells.difference(adata) == ""
    grouped = "" if kind.by_cell else {300: "cell_type", 73: "group"}[adata.n_obs]
    assert record.cells.groupby == grouped


@each_kind
def test_what_was_written_is_read(kind, full, kept):
    result = kind.read(full(kind))
    bare = kept(kind)
    bare.uns.clear()
    bare.obsm.clear()
    bare.obs = bare.obs.filter(regex="^(?!tme_)")
    assert kind.find(bare) is None
    result.write(bare)
    check_same(parts(kind.read(bare)), parts(result))
    for slot, name in kind.slots(kind.default_key):
        assert name in getattr(bare, slot) or slot == "varm"
    assert kind.find(bare).summary() == result.summary()


@pytest.fixture(scope="module")
def from_file(full, tmp_path_factory):
    """By kind and format, the same cells read from a file, which is written once."""
    folder = tmp_path_factory.mktemp("files")

    @cache
    def read(file_format: str, cellphonedb: bool) -> ad.AnnData:
        path = folder / f"{cellphonedb}.{file_format}"
        getattr(full(CellPhoneDB if cellphonedb else Scores), f"write_{file_format}")(path)
        return getattr(ad, f"read_{file_format}")(path)

    return lambda kind, file_format: read(file_format, kind is CellPhoneDB)


@each_kind
@pytest.mark.parametrize("file_format", some_of(["h5ad", "zarr"], 1))
def test_files_keep_it(kind, full, from_file, file_format):
    before, back = kind.read(full(kind)), kind.read(from_file(kind, file_format))
    assert back.summary() == before.summary()
    assert back.record.cells == before.record.cells
    for name, part in parts(before).items():
        if isinstance(part, pd.DataFrame):
            check_same(parts(back)[name], part, name)


@each_kind
def test_nothing_under_the_key(kind, full):
    message = rf"No {kind.noun} in {kind.slot}\['mine'\]\. Run {verb(kind)}.*key_added='mine'"
    with pytest.raises(MissingKeyError, match=message):
        kind.read(full(kind), "mine")
    assert kind.find(full(kind), "mine") is None


def change_record(adata, key, **changes):
    """Change an entry of the records, or take it out with None."""
    entry = adata.uns["tmeatlas"][key]
    entry |= changes
    for name in [name for name, value in changes.items() if value is None]:
        del entry[name]


@each_kind
def test_another_kind_is_refused_by_its_name(kind, kept):
    adata = kept(kind)
    for other in KINDS:
        change_record(adata, kind.default_key, kind=other.kind)
        if other is kind:
            assert kind.read(adata).record.kind == kind.kind
            continue
        with pytest.raises(InputError, match=rf"found {other.kind}\. .*{verb(kind)}"):
            kind.read(adata)


@each_kind
def test_a_record_of_an_earlier_version_is_refused(kind, kept):
    adata = kept(kind)
    change_record(adata, kind.default_key, kind=None, cells=None)
    with pytest.raises(InputError, match=rf"earlier version of tmeatlas.* Run {verb(kind)}.*again"):
        kind.read(adata)


@each_kind
def test_records_of_a_later_version_are_refused(kind, kept):
    adata = kept(kind)
    adata.uns["tmeatlas"]["schema_version"] = 99
    for call in (kind.read, lambda a: kind.check_key(a, kind.default_key)):
        with pytest.raises(InputError, match=r"later version of tmeatlas \(schema 99.*--upgrade"):
            call(adata)


@each_kind
def test_records_that_are_not_ours_are_refused(kind, kept):
    adata = kept(kind)
    adata.uns["tmeatlas"] = "my notes"
    for call in (kind.read, lambda a: kind.check_key(a, kind.default_key)):
        with pytest.raises(InputError, match=r"uns\['tmeatlas'\], found str.*uns\['mine'\]"):
            call(adata)


@each_kind
def test_only_rows_of_cells_do_without_a_record(kind, kept):
    adata = kept(kind)
    del adata.uns["tmeatlas"]
    if kind.by_cell:
        found, stored = kind.read(adata), getattr(adata, kind.slot)[kind.default_key]
        if kind.slot == "obs":
            pd.testing.assert_series_equal(found.cells[kind.default_key], stored)
        else:
            pd.testing.assert_frame_equal(found.table, stored)
        return
    with pytest.raises(InputError, match=rf"no record of .*was lost\. Run {verb(kind)}.*again"):
        kind.read(adata)


@each_with_a_table
def test_something_else_in_its_place_is_refused(kind, kept):
    adata = kept(kind)
    getattr(adata, kind.slot)[kind.default_key] = np.zeros((adata.n_obs, 2))
    with pytest.raises(InputError, match=rf"Expected a DataFrame .*found ndarray.*{verb(kind)}"):
        kind.read(adata)


@each_with_a_table
def test_a_table_without_a_column_that_its_kind_has_is_refused(kind, kept):
    adata = kept(kind)
    table = getattr(adata, kind.slot)[kind.default_key]
    always = [column.name for column in kind.columns if column.always]
    assert bool(always) is not kind.by_cell
    for name in always:
        getattr(adata, kind.slot)[kind.default_key] = table.drop(columns=name)
        with pytest.raises(InputError, match=rf"it lacks '{name}'\. {verb(kind)}"):
            kind.read(adata)


SLASH = "Expected a name without '/'"


REFUSED_NAMES = [
    ("a/b", SLASH),
    ("", SLASH),
    ("tmeatlas", SLASH),
    ("prepare", SLASH),
    ("schema_version", SLASH),
    (3, "Expected text as `key_added=?`, found 3"),
    (4, "Expected text as `key_added=?`, found 4"),
    (None, "Expected text as `key_added=?`, found None"),
    ("others", "'others' is the name of another kind of result"),
    ("foreign", r"\['foreign'\] holds something that is no result of ours"),
]


@each_kind
def test_verbs_refuse_names_that_cannot_be_theirs(kind, kept, verbs):
    adata = kept(kind)
    adata.uns["tmeatlas"]["others"] = {"kind": "of another kind"}
    slot = getattr(adata, kind.slot)
    foreign = np.ones(adata.n_obs if kind.slot == "obs" else (adata.n_obs, 2))
    slot["others"] = slot["foreign"] = foreign
    with unchanged(adata):
        for key, message in REFUSED_NAMES:
            if kind is Comparison and key is None:
                continue  # None names the result after what is compared
            with pytest.raises(InputError, match=message):
                verbs(kind, adata, key_added=key)


@each_kind
def test_no_result_takes_the_place_of_another(kind, kept, verbs):
    adata = kept(kind)
    others = [other for other in KINDS if other is not kind]
    with unchanged(adata):
        for other in others:
            with pytest.raises(InputError, match="key_added"):
                verbs(kind, adata, key_added=other.default_key)
    for slot, name in kind.slots("mine")[1:]:  # what lies beside
        usual = next(n for s, n in kind.slots(kind.default_key)[1:] if s == slot)
        getattr(adata, slot)[name] = getattr(adata, slot)[usual]
        with unchanged(adata), pytest.raises(InputError, match=rf"\['{name}'\] holds something"):
            verbs(kind, adata, key_added="mine")
        del getattr(adata, slot)[name]


TABLES = ("table", "calls", "groups", "rows")


@each_kind
def test_a_result_may_be_written_again_under_its_own_name(kind, kept, verbs):
    adata = kept(kind)
    options = {"obs": False} if kind is Scores else {}
    for _ in range(2):
        verbs(kind, adata, key_added="mine", **options)
        check_same(
            {
                name: part
                for name, part in parts(kind.read(adata, "mine")).items()
                if name in TABLES
            },
            {
                name: part
                for name, part in parts(kind.read(adata, kind.default_key)).items()
                if name in TABLES
            },
        )
    again = kind.call_again("mine")
    assert re.match(verb(kind), again)
    assert again.endswith("key_added='mine')")
