"""Signature scores of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas import _keys as keys
from tmeatlas._asker import option, remedy
from tmeatlas._errors import InputError, listing, unknown
from tmeatlas._text import counted
from tmeatlas.results._base import Result, Word
from tmeatlas.results._coverage import Coverage
from tmeatlas.results._obs_columns import (
    check_obs_columns,
    obs_columns,
    replace_obs_columns,
)
from tmeatlas.results._record import Record

DEPENDS_ON, UNIT, CITATION = "depends_on", "unit", "citation"
"""Facts that a scoring method says of itself."""
OTHER_CELLS = "other cells"


@dataclass(frozen=True, eq=False)
class ChosenScores:
    """Scores of some signatures, with the names that people know them by."""

    ids: list[str]
    titles: list[str]
    compartments: list[str]
    matrix: NDArray[np.float64]
    """Cells × signatures; NaN where a signature was not scored."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Scores(Result):
    """Cells × signatures."""

    kind = "scores"
    title = "Signature scores"
    noun = "scores"
    call = "tme.tl.score(adata)"
    command = "`tmeatlas score`"
    slot = "obsm"
    default_key = keys.SCORES
    by_cell = True
    words = (
        Word(
            "Upper quarter",
            "The cells whose score is above that of three quarters of all cells of the data. The "
            "area of a dot is the share of a group's cells that are among them.",
        ),
    )

    table: pd.DataFrame
    """Cells × signatures, float32; NaN where a signature was not scored."""
    coverage: Coverage
    pvalues: pd.DataFrame | None = None
    """The same shape: p against random signatures, where they were drawn."""
    weights: pd.DataFrame | None = None
    """Genes × signatures: the weights that were used; None where other genes were read."""
    in_obs: tuple[str, ...] = ()
    """Signatures whose scores are written into `obs` as well."""

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """Scores, coverage and weights; p-values are written only where they were asked for."""
        return [("obsm", key), ("uns", keys.coverage(key)), ("varm", keys.signatures(key))]

    @classmethod
    def check_new(
        cls,
        adata: AnnData,
        signatures: Sequence[str],
        key_added: str,
        *,
        in_obs: Sequence[str],
        pvalues: bool,
    ) -> None:
        """Refuse to overwrite what an earlier run under `key_added` did not write."""
        pval_key = keys.scores_pval(key_added)
        cls.check_key(adata, key_added, [("obsm", pval_key)] if pvalues else [])
        if pvalues and pval_key in adata.obsm and not _has_pvalues(adata, key_added):
            raise InputError(
                f"obsm[{pval_key!r}] exists, and there is no record that tl.score wrote it. "
                + remedy(
                    python=f"Choose another `key_added=`, or remove it first: "
                    f"del adata.obsm[{pval_key!r}].",
                    shell="Remove it from the file first.",
                )
            )
        columns = [keys.obs_score(name) for name in in_obs]
        _refuse_names_of_indices(adata, [*signatures, *columns])
        check_obs_columns(adata, key_added, columns, verb="tl.score", remedy="Pass `obs=False`")

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Scores:
        pvalues = adata.obsm.get(keys.scores_pval(key))
        weights = adata.varm.get(keys.signatures(key))
        return cls(
            record=record,
            key=key,
            table=cls._frame(adata.obsm[key], f"obsm[{key!r}]"),
            coverage=Coverage.read(adata, key),
            pvalues=pvalues if isinstance(pvalues, pd.DataFrame) else None,
            weights=weights if isinstance(weights, pd.DataFrame) else None,
        )

    def _store(self, adata: AnnData) -> None:
        columns = self.table[list(self.in_obs)].rename(columns=keys.obs_score)
        replace_obs_columns(adata, self.key, columns if self.in_obs else None)
        adata.obsm[self.key] = self.table
        if self.pvalues is not None:
            adata.obsm[keys.scores_pval(self.key)] = self.pvalues
        elif _has_pvalues(adata, self.key):
            adata.obsm.pop(keys.scores_pval(self.key), None)
        adata.uns[keys.coverage(self.key)] = self.coverage.table
        weights_key = keys.signatures(self.key)
        if self.weights is not None:
            adata.varm[weights_key] = self.weights
        elif weights_key in adata.varm:
            del adata.varm[weights_key]

    @staticmethod
    def columns_written(in_obs: Sequence[str]) -> dict[str, list[str]]:
        """The fact by which the next run knows which columns of `obs` it may replace."""
        return obs_columns(map(keys.obs_score, in_obs))

    @classmethod
    def ids_under(cls, adata: AnnData, key: str) -> list[str]:
        """The signatures that an earlier run under `key` has scored; none where there was none."""
        record, table = Record.find(adata, key), adata.obsm.get(key)
        ours = record is not None and record.kind == cls.kind and isinstance(table, pd.DataFrame)
        return [str(name) for name in table.columns] if ours else []

    def written(self) -> str:
        """The table, and the columns of `obs`."""
        columns = counted(len(self.in_obs), "column")
        beside = f", {columns} obs['{keys.OBS_PREFIX}*']" if self.in_obs else ""
        return f"{super().written()}{beside}"

    def summary(self) -> str:
        """How many signatures were scored, by which method."""
        n_scored = int(self.table.notna().any().sum())
        method = f" by {self.method}" if self.method else ""
        return f"{counted(n_scored, 'signature')} scored{method}"

    @property
    def ids(self) -> list[str]:
        """The signatures, in their order."""
        return [str(name) for name in self.table.columns]

    @property
    def scored(self) -> list[str]:
        """The signatures that have a score in some cell."""
        return [name for name in self.ids if self.table[name].notna().any()]

    @property
    def method(self) -> str:
        """Name of the scoring method; empty where it is not on record."""
        return self.record.param("method")

    @property
    def unit(self) -> str:
        """Name and meaning of the values, between them a semicolon; empty where not known."""
        return str(self.record.facts.get(UNIT, ""))

    @property
    def citation(self) -> str:
        """The publication behind the method; empty where not known."""
        return str(self.record.facts.get(CITATION, ""))

    def among(self, adata: AnnData) -> str:
        """Among how many cells they were scored, where they rest on cells that are gone."""
        depends = OTHER_CELLS in str(self.record.facts.get(DEPENDS_ON, ""))
        return scored_among(self.record, adata) if depends else ""

    def chosen(self, signatures: Sequence[str] | str | None = None) -> ChosenScores:
        """Scores of `signatures`; of all that have any, by default, compartment by compartment."""
        place = f"obsm[{self.key!r}]"
        if signatures is None:
            ids = self.scored
            of = {name: self.coverage.text(name, "compartment") for name in ids}
            order = list(dict.fromkeys(of.values()))
            ids.sort(key=lambda name: order.index(of[name]))
        else:
            given = [signatures] if isinstance(signatures, str) else signatures
            ids = [str(name) for name in given]
            if not ids:
                raise InputError(
                    f"Expected the id of one or more signatures, found none. {place} has "
                    f"{listing(self.ids)}."
                )
        for name in ids:
            if name not in self.table.columns:
                raise unknown(
                    f"signature in {place} called",
                    name,
                    self.ids,
                    remedy="Name one of these, or score it with tme.tl.score first.",
                )
        if not self.table[ids].notna().any(axis=None):
            raise InputError(
                f"No cell has a score of {listing(ids or self.ids)} in {place}. "
                f"uns[{keys.coverage(self.key)!r}] lists the genes that are missing; score again "
                f"with a lower {option('min_coverage')}, or data with these genes."
            )
        return ChosenScores(
            ids=ids,
            titles=[self.coverage.name(name) for name in ids],
            compartments=[self.coverage.text(name, "compartment") for name in ids],
            matrix=self.table[ids].to_numpy(dtype=np.float64),
        )


def scored_among(record: Record, adata: AnnData) -> str:
    """Among how many cells, where these are no longer the cells of `adata`."""
    stale = record.cells.n_cells and record.cells.difference(adata)
    return f"scored among {counted(record.cells.n_cells, 'cell')}" if stale else ""


def _has_pvalues(adata: AnnData, key: str) -> bool:
    """Whether the last run under `key` wrote p-values."""
    found = Record.find(adata, key)
    return found is not None and int(found.params.get("n_null", 0)) > 0


def _refuse_names_of_indices(adata: AnnData, columns: Sequence[str]) -> None:
    """Refuse tables with a column called as their index, which no AnnData file can hold."""
    for slot in ("obs_names", "var_names"):
        name = getattr(adata, slot).name
        if name in columns:
            raise InputError(
                f"{slot} are called {name!r}, as a column with scores would be, and files of "
                "AnnData cannot hold both. Take the name off"
                + remedy(python=f": adata.{slot}.name = None")
                + "."
            )
