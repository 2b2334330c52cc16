"""What surrounds each cell or spot of a tissue, and the niches that this makes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd
from anndata import AnnData

from tmeatlas import _keys as keys
from tmeatlas._asker import option
from tmeatlas._text import clean, counted
from tmeatlas.lr import ALPHA
from tmeatlas.results._base import Column, Result, Word
from tmeatlas.results._obs_columns import check_obs_columns, obs_columns, replace_obs_columns
from tmeatlas.results._quality import column_keys
from tmeatlas.results._record import Record, table_in
from tmeatlas.spatial import PROGRAMME_NEAR_TYPE

TYPES, PROGRAMMES, ROWS = "types", "programmes", "rows"
"""Facts on record: the features that are shares of types, those that are scores, and whether rows
are cells or spots."""
SPOTS = "spots"


@dataclass(frozen=True, eq=False, kw_only=True)
class Niches(Result):
    """Niche of each cell, what its neighbours are, and the measures of each sample."""

    kind = "niches"
    title = "Niches in tissue"
    noun = "niches"
    call = "tme.tl.niches(adata, groupby, sample_key=...)"
    command = "`tmeatlas niches`"
    default_key = keys.NICHES
    columns = (
        Column("sample", "category", "sample: one section of tissue"),
        Column("measure", "category", "what was measured"),
        Column("feature", "category", "niche, type or programme that it is of; empty: none"),
        Column("partner", "category", "the other of a pair; empty where there is no pair"),
        Column("value", "float64", "its value; NaN where it cannot be read"),
        Column("expected", "float64", "what is expected by chance; NaN where there is none"),
        Column("low", "float64", "95 % interval, lower limit; NaN where there is none"),
        Column("high", "float64", "95 % interval, upper limit; NaN where there is none"),
        Column("unit", "category", "unit of the value"),
        Column("cells", "int32", "cells or spots that it rests on", "cells"),
        Column("pval", "float64", "p against the moved tissue; NaN where it is not tested", "p"),
        Column("padj", "float64", "Benjamini-Hochberg within its sample and measure", "p"),
        Column("note", "category", "why it cannot be read; empty where it can"),
        Column("name", "category", "name of the measure for people"),
    )
    profile_columns = (
        Column("niche", "category", "niche"),
        Column("feature", "category", "type or programme"),
        Column("of", "category", "type (share of the neighbours) or programme (mean score)"),
        Column("mean", "float64", "its mean in the niche, each sample alike"),
        Column("overall", "float64", "its mean in all cells or spots, each sample alike"),
        Column(
            "contrast",
            "float64",
            "of types log2 of mean over overall, of programmes the difference in standard "
            "deviations",
        ),
        Column("height", "float64", "of both, how many standard deviations mean is above overall"),
        Column("cells", "int32", "cells or spots of the niche", "cells"),
        Column("samples", "int32", "samples that have the niche", "samples"),
    )
    stability_columns = (
        Column("k", "int32", "number of niches that was tried"),
        Column("stability", "float64", "mean adjusted Rand index between resamples"),
        Column("low", "float64", "the lowest of them"),
        Column("chosen", "bool", "whether these niches were taken"),
    )
    words = (
        Word(
            "Niche",
            "Cells or spots that are surrounded alike: by the types of their nearest neighbours "
            "and the programmes that run around them, whatever they are themselves.",
        ),
        Word(
            "Co-localisation",
            "log2 of how often a type has another among its neighbours, over how often it would "
            "if the one kept its places and the other's pattern were moved across the same "
            "section: 0 is as by chance, 1 twice as often.",
        ),
        Word(
            "Tumour border",
            "Signed distance of a cell or spot to where tumour and other tissue meet: negative "
            "inside of the tumour.",
        ),
        Word(
            "Infiltration",
            "Immune cells among the neighbours of tumour cells, over their share of the section.",
        ),
    )

    table: pd.DataFrame
    """One row per sample and measure."""
    features: pd.DataFrame
    """Cells × types and programmes, float32: their shares and mean scores around each cell."""
    profiles: pd.DataFrame
    """One row per niche and feature."""
    stability: pd.DataFrame
    """One row per number of niches that was tried."""
    cells: pd.DataFrame
    """By cell, the columns of `obs`: the niche, the distance to the border and named scores."""

    @classmethod
    def check_new(cls, adata: AnnData, key_added: str) -> None:
        """Refuse to overwrite what another step wrote."""
        cls.check_key(adata, key_added)
        remedy = f"Choose another {option('key_added')}"
        columns = keys.niche_columns(key_added)
        check_obs_columns(adata, key_added, columns, verb="tl.niches", remedy=remedy)

    @staticmethod
    def facts_written(
        cells: pd.DataFrame, types: Iterable[str], programmes: Iterable[str], *, spots: bool
    ) -> dict[str, object]:
        """The facts by which columns have their names again, and rows their noun."""
        return {
            **obs_columns(str(name) for name in cells),
            TYPES: list(types),
            PROGRAMMES: list(programmes),
            ROWS: SPOTS if spots else "cells",
        }

    @classmethod
    def slots(cls, key: str) -> list[tuple[str, str]]:
        """The three tables, the surroundings of each cell, and the columns of `obs`."""
        tables = [("uns", name) for name in (key, *keys.niche_tables(key))]
        columns = [("obs", name) for name in keys.niche_columns(key)]
        return [*tables, ("obsm", key), *columns]

    @classmethod
    def _load(cls, adata: AnnData, key: str, record: Record) -> Self:
        profiles, stability = keys.niche_tables(key)
        features = adata.obsm.get(key)
        if not isinstance(features, pd.DataFrame):
            features = pd.DataFrame(index=adata.obs_names)
        names = [str(n) for fact in (TYPES, PROGRAMMES) for n in record.facts.get(fact, ())]
        return cls(
            record=record,
            key=key,
            table=cls._frame(adata.uns[key], f"uns[{key!r}]"),
            features=features.set_axis(names, axis=1)
            if len(names) == features.shape[1]
            else features,
            profiles=table_in(adata, profiles),
            stability=table_in(adata, stability),
            cells=adata.obs[[c for c in keys.niche_columns(key) if c in adata.obs]].copy(),
        )

    def _store(self, adata: AnnData) -> None:
        profiles, stability = keys.niche_tables(self.key)
        adata.uns[self.key] = self.table
        adata.uns[profiles] = self.profiles
        adata.uns[stability] = self.stability
        adata.obsm[self.key] = self.features.set_axis(column_keys(self.features.columns), axis=1)
        replace_obs_columns(adata, self.key, self.cells)

    @property
    def niche(self) -> pd.Series:
        """The niche of each cell or spot, categorical; NaN where it has no neighbours."""
        return self.cells[keys.niche_columns(self.key)[0]]

    @property
    def named_numbers(self) -> dict[str, tuple[str, str]]:
        """By column of `obs` that has a number of each cell: its name for people, and its unit."""
        unit = clean(self.record.facts.get("unit", ""))
        named = (
            ("Distance to the tumour border", f"{unit}; below 0 = inside of the tumour"),
            ("Suppressive niche", "score; 1 = all that it takes is near"),
            ("B-T aggregates", "score; 1 = B and T cells are near"),
        )
        columns = zip(keys.niche_columns(self.key)[1:], named, strict=True)
        return {column: each for column, each in columns if column in self.cells}

    @property
    def types(self) -> list[str]:
        """The features that are shares of the neighbours."""
        return [str(name) for name in self.record.facts.get(TYPES, ())]

    @property
    def programmes(self) -> list[str]:
        """The features that are mean scores."""
        return [str(name) for name in self.record.facts.get(PROGRAMMES, ())]

    @property
    def rows(self) -> str:
        """What a row is: "cells" or "spots"."""
        return str(self.record.facts.get(ROWS, "cells"))

    @property
    def spots(self) -> bool:
        """Whether rows are spots, each of several cells."""
        return self.rows == SPOTS

    def of(self, measure: str) -> pd.DataFrame:
        """The rows of one measure."""
        return self.table[self.table["measure"].astype(str) == measure]

    def wide(self, measure: str, column: str = "value") -> pd.DataFrame:
        """A column of one measure as samples × features, both in the order of the table."""
        rows = self.of(measure).astype({"sample": str, "feature": str, "partner": str})
        pairs = rows["partner"].ne("").any()
        names = ["feature", "partner"] if pairs else ["feature"]
        found = rows.pivot_table(index="sample", columns=names, values=column, dropna=False)
        order = rows[names].drop_duplicates()
        columns = pd.MultiIndex.from_frame(order) if pairs else pd.Index(order["feature"])
        return found.reindex(index=rows["sample"].unique(), columns=columns)

    def pairs(self, measure: str) -> pd.DataFrame:
        """What lies beside what over all samples: one row per feature and partner with a value.

        The median `value` of `n` samples, and in how many of these it is `above` and `below`
        what the moved tissue has.
        """
        rows = self.of(measure).astype({"feature": str, "partner": str})
        rows = rows[np.isfinite(rows["value"])]
        # Other values of pairs are 0 where there is as much as expected.
        chance = rows["expected"] if measure == PROGRAMME_NEAR_TYPE else 0.0
        stands_out = rows["padj"].fillna(1) <= ALPHA
        rows = rows.assign(
            above=stands_out & (rows["value"] > chance), below=stands_out & (rows["value"] < chance)
        )
        return rows.groupby(["feature", "partner"], sort=False).agg(
            value=("value", "median"),
            n=("value", "size"),
            above=("above", "sum"),
            below=("below", "sum"),
        )

    def summary(self) -> str:
        """How many niches in how many sections."""
        n_niches = int((self.niche.value_counts() > 0).sum())
        n_samples = self.table["sample"].nunique()
        return f"{counted(n_niches, 'niche')} in {counted(n_samples, 'section')}"
