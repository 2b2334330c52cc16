"""From AnnData to the plain arrays and strings of a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from anndata import AnnData
from numpy.typing import NDArray

from tmeatlas._asker import option
from tmeatlas._checks import check_adata
from tmeatlas._errors import InputError
from tmeatlas._text import clean
from tmeatlas.atlas.about import About, read_about
from tmeatlas.atlas.called import called_columns, section_key
from tmeatlas.atlas.categories import Category
from tmeatlas.atlas.cells import read_cells
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.gene_means import GeneMeans
from tmeatlas.atlas.genes import Choice
from tmeatlas.atlas.layout import Spot, Wish, spots
from tmeatlas.atlas.maps import Map
from tmeatlas.atlas.panel import Panel, Place, Source
from tmeatlas.atlas.panels import all_panels
from tmeatlas.atlas.precision import Precision
from tmeatlas.findings import Finding, find, read_material
from tmeatlas.results import source_name

DEFAULT_TITLE = "Tumour microenvironment atlas"


@dataclass(frozen=True)
class Card:
    """A panel as the page shows it: where, and with which words."""

    id: str
    title: str
    explanation: str
    spot: Spot
    height: str
    """As the style sheet takes it; empty where it is not fixed."""
    figures: tuple[str, ...]
    is_scoped: bool
    may_be_empty: bool


@dataclass(frozen=True, eq=False)
class Payload:
    """Everything that a page shows, as plain data.

    All arrays over cells are in the order of `rows`: by group, then along the
    map, which makes the page small.
    """

    title: str
    data: list[str]
    """What the cells are: how many, of how many groups, samples and conditions."""
    summary: list[str]
    """The same, and what the panels add."""
    n_cells: int
    row: str
    """What one row of the data is: "cell" or "spot"."""
    n_genes: int
    rows: NDArray[np.intp]
    """Row of each drawn cell in the AnnData."""
    cell_names: list[str] | None
    maps: list[Map]
    """The embeddings to switch between; the first is shown at the start."""
    groups: Category
    sample: Category | None
    condition: Category | None
    called: list[Category]
    """What was called of each cell: its lineage, its state."""
    further: list[Category]
    """Columns of `obs` without a role in the page."""
    features: list[Feature]
    precision: Precision
    """How fine the numbers of the cells are kept."""
    gene_means: GeneMeans | None
    """What the groups show of every gene; None without log-normalised expression."""
    panels: dict[str, Any]
    """What each panel of the page holds, by its id."""
    cards: list[Card]
    """The same panels as the page shows them, in its order."""
    about: About
    findings: list[Finding] = field(default_factory=list)
    """What the results say, in sentences, the most important first."""

    def __getattr__(self, name: str) -> Any:
        """What a panel holds, by its id: `payload.crosstalk`; None where the page lacks it."""
        if name in {panel.id for panel in all_panels()}:
            return self.panels.get(name)
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    @property
    def tabs(self) -> list[tuple[Place, list[Card]]]:
        """The places of which the page has something, with its cards; methods it always has."""
        of_place = [
            (place, [card for card in self.cards if card.spot.tab == place.slug]) for place in Place
        ]
        return [(place, cards) for place, cards in of_place if cards or place is Place.METHODS]

    @property
    def place_of_remarks(self) -> Place:
        """Where the remarks on the samples stand: beside the samples, where these have a tab."""
        places = [place for place, _ in self.tabs]
        return Place.SAMPLES if Place.SAMPLES in places else Place.METHODS

    @property
    def signatures(self) -> list[Feature]:
        """The features that are signature scores."""
        return [feature for feature in self.features if feature.kind == "signature"]

    @property
    def categories(self) -> list[Category]:
        """The groups, and samples, conditions, what was called and others where there are any."""
        main = filter(None, (self.groups, self.sample, self.condition))
        return [*main, *self.called, *self.further]


def build_payload(
    adata: AnnData,
    *,
    groupby: str,
    sample_key: str | None = None,
    condition_key: str | None = None,
    basis: str | Sequence[str] | None = None,
    genes: Sequence[str] = (),
    obs_keys: Sequence[str] | None = None,
    layer: str | None = None,
    use_raw: bool | None = None,
    title: str | None = None,
    keys: Mapping[str, str] | None = None,
) -> Payload:
    """Collect what a page shows; `tmeatlas.pl.atlas` documents the parameters.

    `keys` names results that are not kept under the default key, by the kind of the result.
    """
    check_adata(adata)
    cells = read_cells(
        adata,
        groupby=groupby,
        sample_key=sample_key,
        condition_key=condition_key,
        basis=basis,
        called=list(called_columns(adata, keys or {})),
        section_key=section_key(adata, keys or {}),
        obs_keys=obs_keys,
    )
    panels = all_panels()
    source = Source(
        adata, cells, panels, genes=_asked(genes), keys=keys, matrix=Choice(layer, use_raw)
    )
    payloads = {panel.id: source.payload(panel.id) for panel in panels}
    payloads = {name: payload for name, payload in payloads.items() if payload is not None}
    present = [panel for panel in panels if panel.id in payloads]
    added = [text for panel in present for text in panel.summary(payloads[panel.id])]
    return Payload(
        title=clean(title if title is not None else source_name(adata) or DEFAULT_TITLE),
        data=cells.summary(),
        summary=[*cells.summary(), *added],
        n_cells=cells.n,
        row=cells.row,
        n_genes=adata.n_vars,
        rows=cells.rows,
        cell_names=cells.names,
        maps=cells.maps.drawn,
        groups=cells.groups,
        sample=cells.sample,
        condition=cells.condition,
        called=cells.called,
        further=cells.further.categories,
        features=source.features,
        precision=source.maker.precision,
        gene_means=source.genes.means,
        panels=payloads,
        cards=_cards(present, source),
        about=read_about(source, panels, payloads),
        findings=_findings(source),
    )


def _findings(source: Source) -> list[Finding]:
    groups, sample, condition = source.cells.groups, source.cells.sample, source.cells.condition
    material = read_material(
        source.adata,
        groupby=groups.key,
        sample_key=sample.key if sample else None,
        condition_key=condition.key if condition else None,
        read=source.result,
        comparisons=source.comparisons,
    )
    return find(material)


def _cards(panels: Sequence[Panel[Any]], source: Source) -> list[Card]:
    wishes = [
        Wish(
            panel.place,
            panel.is_stage,
            panel.columns,
            panel.columns_wide or panel.columns,
        )
        for panel in panels
    ]
    return [
        Card(
            id=panel.id,
            title=panel.title(source),
            explanation=panel.explanation(source),
            spot=spot,
            height=panel.height,
            figures=panel.figures or (panel.id,),
            is_scoped=panel.is_scoped,
            may_be_empty=panel.may_be_empty,
        )
        for panel, spot in zip(panels, spots(wishes), strict=True)
    ]


def _asked(genes: Sequence[str]) -> list[str]:
    if isinstance(genes, str):
        raise InputError(
            f"Expected a list of genes as {option('genes')}, found {genes!r}: [{genes!r}]?"
        )
    return [str(gene) for gene in genes]
