"""The table of samples: where each is, and what is known of it."""

from __future__ import annotations

import io
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tmeatlas._errors import InputError, MissingKeyError, TMEError, in_one_line, listing
from tmeatlas._text_files import read_text, separator_of
from tmeatlas.readers._kinds import Kind, kind_of

if TYPE_CHECKING:
    import pandas as pd

SAMPLE = "sample"
PATH = "path"
MAX_BYTES = 10_000_000
"""No list of samples is longer."""


@dataclass(frozen=True)
class Sample:
    """A row of the table."""

    name: str
    path: Path
    kind: Kind
    columns: dict[str, object]
    """What goes to `obs`."""


def read_table(file: Path) -> list[Sample]:
    """The samples of a table, each with a file that is there."""
    table = _read(file)
    if table.empty:
        raise InputError(f"{file.name!r} lists no sample; expected one per row.")
    names = table[SAMPLE].tolist()
    for column in (SAMPLE, PATH):
        if (table[column] == "").any():
            row = int((table[column] == "").to_numpy().argmax()) + 2
            raise InputError(f"Line {row} of {file.name!r} has no {column}.")
    twice = list(dict.fromkeys(name for name in names if names.count(name) > 1))
    if twice:
        raise InputError(
            f"Each sample has one row in {file.name!r}, found several of {listing(twice)}. Number "
            "them, and name what they share, such as the patient, in another column."
        )
    extra = {name: _values(table[name]) for name in table.columns if name not in (SAMPLE, PATH)}
    samples = []
    for row, (name, path) in enumerate(zip(names, table[PATH], strict=True)):
        try:
            place = path if "://" in path else file.parent / os.path.expanduser(path)
            found, kind = kind_of(place)
        except (InputError, MissingKeyError) as error:
            raise type(error)(f"Sample {name!r} of {file.name!r}: {error}") from error
        if kind is Kind.TABLE:
            raise InputError(
                f"Sample {name!r} of {file.name!r}: expected cells, found the table {path!r}."
            )
        samples.append(Sample(name, found, kind, {key: each[row] for key, each in extra.items()}))
    return samples


def columns_of_table(path: str | os.PathLike[str]) -> tuple[str, ...]:
    """The columns of `obs` that a table of samples gives; none where `path` is no table."""
    file, kind = kind_of(path)
    if kind is not Kind.TABLE:
        return ()
    return (SAMPLE, *(name for name in _read(file).columns if name not in (SAMPLE, PATH)))


def files_of_table(path: str | os.PathLike[str]) -> list[Path]:
    """The files that a table of samples names; none where `path` is no table that can be read."""
    try:
        file, kind = kind_of(path)
        return [sample.path for sample in read_table(file)] if kind is Kind.TABLE else []
    except TMEError:
        return []


def _read(file: Path) -> pd.DataFrame:
    """The table as text, with the two columns by their names."""
    import pandas as pd

    if file.stat().st_size > MAX_BYTES:
        raise _no_table(file, f"{file.stat().st_size / 1e6:,.0f} MB")
    try:
        text = read_text(file)
        with warnings.catch_warnings():
            # Of rows with more values than headings pandas would leave out the last.
            warnings.simplefilter("error", pd.errors.ParserWarning)
            table = pd.read_csv(
                io.StringIO(text),
                sep=separator_of(text.split("\n", 1)[0], file),
                dtype=str,
                keep_default_na=False,
                skipinitialspace=True,
                index_col=False,
            )
    except pd.errors.ParserWarning as error:
        raise _no_table(file, "rows with more values than it has headings") from error
    except (OSError, ValueError) as error:
        raise _no_table(file, f"what cannot be read as one ({in_one_line(error)})") from error
    named = {name: str(name).strip() for name in table.columns}
    named |= {name: low for name in named if (low := named[name].lower()) in (SAMPLE, PATH)}
    table = table.rename(columns=named)
    missing = [name for name in (SAMPLE, PATH) if name not in table.columns]
    if missing or not table.columns.is_unique:
        raise _no_table(file, f"the columns {listing(list(map(str, table.columns)), limit=5)}")
    return table.apply(lambda column: column.str.strip())


def _no_table(file: Path, found: str) -> InputError:
    return InputError(
        f"Expected in {file.name!r} a table of samples with the columns 'sample' and 'path' (and "
        f"any others for obs), found {found}. If it holds values of genes, convert it: python -c "
        f"\"import scanpy as sc; sc.read_csv({file.name!r}).T.write_h5ad('{file.stem}.h5ad')\" "
        "where rows are genes, without .T where rows are cells."
    )


def _values(column: pd.Series) -> list[object]:
    """Numbers where all are written as such; numbers with leading zeros are names."""
    import pandas as pd

    given = column[column != ""]
    numbers = pd.to_numeric(given, errors="coerce")
    padded = given.str.fullmatch(r"[+-]?0\d.*")
    if len(given) and numbers.notna().all() and not padded.any():
        return list(pd.to_numeric(column.replace("", None)))
    return [None if value == "" else value for value in column]
