"""What a panel of the page is, and what panels are made from.

A panel is a folder in `panels/`, and that it lies there is all that makes it
one: `panel.py` holds a `Panel` as `PANEL`, `panel.js` draws it; `panel.j2` adds
controls to its card and `panel.css` styles them, where needed. The page, its
boot script, links, print, search and "About this atlas" go through the folders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, ClassVar, Generic, TypeVar, cast

from anndata import AnnData

from tmeatlas._errors import MissingKeyError, StaleResultError
from tmeatlas._text import clean, clean_long
from tmeatlas.atlas.called import called_features
from tmeatlas.atlas.cells import Cells
from tmeatlas.atlas.encode import Blocks
from tmeatlas.atlas.features import Feature
from tmeatlas.atlas.genes import Choice, open_expression
from tmeatlas.atlas.maker import FeatureMaker
from tmeatlas.atlas.page_genes import PageGenes
from tmeatlas.atlas.places import Place as Place
from tmeatlas.atlas.precision import precision_for
from tmeatlas.atlas.score_features import consensus_features, n_shown, signature_features
from tmeatlas.matrix import ExpressionMatrix
from tmeatlas.results import Comparison, Consensus, Coverage, Lineages, Niches, Result, Scores

P = TypeVar("P")
R = TypeVar("R", bound=Result)
T = TypeVar("T")


@dataclass(frozen=True)
class FromPage:
    """The payload of a panel that shows what the page holds for all of them."""


class Panel(Generic[P]):
    """A part of the page: what it needs, what it holds, and its words."""

    id: ClassVar[str]
    """The name of its folder."""
    place: ClassVar[Place]
    order: ClassVar[int]
    """Within its place, the lowest first."""
    is_stage: ClassVar[bool] = False
    """Whether its card is always in view, beside the tabs."""
    columns: ClassVar[int] = 12
    """Width of its card in a wide tab, of 12; the last of a row takes what is left."""
    columns_wide: ClassVar[int | None] = None
    """The same in a very wide tab, where that differs."""
    height: ClassVar[str] = ""
    """Of its card, such as "350px", where it does not come from what is inside."""
    is_scoped: ClassVar[bool] = True
    """Whether its card says of which cells or rows it is."""
    figures: ClassVar[tuple[str, ...]] = ()
    """Ids of its figures, where they are not one with the id of the panel."""
    may_be_empty: ClassVar[bool] = False
    """Whether it can say that there is nothing to show for a choice."""

    def build(self, source: Source) -> P | None:
        """What the panel shows; None where something that it needs is missing."""
        raise NotImplementedError

    def pack(self, payload: P, blocks: Blocks) -> Any:
        """The payload as JSON, with what is large in `blocks`."""
        return {}

    def title(self, source: Source) -> str:
        """The title of its card."""
        raise NotImplementedError

    def explanation(self, source: Source) -> str:
        """How to read it, for its card."""
        return ""

    def call(self, source: Source) -> tuple[str, str] | None:
        """What a page without it lacks, and the call that fills it."""
        return None

    def genes(self, source: Source) -> Iterable[str]:
        """Genes that it names, the most interesting first: readers will colour cells by them."""
        return ()

    def terms(self, payload: P) -> Sequence[tuple[str, str]]:
        """Its words and what they mean."""
        return ()

    def notes(self, payload: P) -> Iterable[str]:
        """What it leaves out or puts together."""
        return ()

    def summary(self, payload: P) -> Iterable[str]:
        """What it adds to what the page says that it holds."""
        return ()


class Source:
    """What panels are made from: the cells as drawn, results, features, and other panels.

    Everything is read once, when it is first asked for. `keys` has the names of
    results that are not kept under the default one, by the kind of the result.
    """

    def __init__(
        self,
        adata: AnnData,
        cells: Cells,
        panels: Sequence[Panel[Any]],
        *,
        genes: Sequence[str] = (),
        matrix: Choice | None = None,
        keys: Mapping[str, str] | None = None,
    ) -> None:
        self.adata = adata
        self.cells = cells
        self.outdated: list[str] = []
        """Why results that are stored are not shown: they are of other cells or labels."""
        self._panels = {panel.id: panel for panel in panels}
        self._asked = genes
        self._choice = matrix or Choice()
        self._keys = keys or {}
        self._payloads: dict[str, Any] = {}
        self._results: dict[type[Result], Result | None] = {}

    def payload(self, panel: str) -> Any:
        """The payload of a panel, by its id; None where the page does not have it."""
        if panel not in self._payloads:
            found = self._panels.get(panel)
            self._payloads[panel] = found and found.build(self)
        return self._payloads[panel]

    def result(self, kind: type[R]) -> R | None:
        """A result; None where there is none, or it is of other cells or labels than these."""
        if kind not in self._results:
            key = self._keys.get(kind.kind)
            read = kind.read if key else kind.find
            self._results[kind] = self.unless_outdated(kind, lambda: read(self.adata, key))
        return cast("R | None", self._results[kind])

    def unless_outdated(
        self, kind: type[Result], read: Callable[[], T], what: str | None = None
    ) -> T | None:
        """What `read` gives; None, and a note, where it finds a result to be out of date.

        A result that the caller named must be shown, so there the error is raised.
        `what` is the part of the result that is read, where that is not all of it.
        """
        try:
            return read()
        except (StaleResultError, MissingKeyError) as error:
            if kind.kind in self._keys:
                raise
            self.outdated.append(f"{what or kind.title}, not shown: {clean_long(error)}")
            return None

    @cached_property
    def comparisons(self) -> list[Comparison]:
        """Every comparison that is stored, of these cells and not empty."""
        found = [
            self.unless_outdated(
                Comparison,
                partial(Comparison.read, self.adata, key),
                what=f"{Comparison.title} ({clean(key)})",
            )
            for key in Comparison.stored(self.adata)
        ]
        return [each for each in found if each is not None and len(each.table)]

    @cached_property
    def coverage(self) -> Coverage:
        """How much of each signature is in the data, with names and genes."""
        scores = self.result(Scores)
        return scores.coverage if scores else Coverage()

    @cached_property
    def matrix(self) -> ExpressionMatrix | None:
        """The expression matrix, where there is a usable one."""
        return open_expression(self.adata, self._choice)

    @cached_property
    def maker(self) -> FeatureMaker:
        """What makes the features of the page, as fine as there is room."""
        n_scores = n_shown(self.result(Scores), self.result(Consensus))
        return FeatureMaker(self.cells.groups, precision_for(self.cells.n, n_scores))

    @cached_property
    def scores(self) -> list[Feature]:
        """Signatures and consensus that cells can be coloured by."""
        where = self.cells.rows, self.maker
        scores, consensus = self.result(Scores), self.result(Consensus)
        # Made first, as the guides of the others.
        combined = list(consensus_features(consensus, *where)) if consensus else []
        return [*(signature_features(scores, *where) if scores else ()), *combined]

    @cached_property
    def signatures(self) -> list[Feature]:
        """The features that are signature scores."""
        return [feature for feature in self.scores if feature.kind == "signature"]

    @cached_property
    def called(self) -> list[Feature]:
        """Where the cells are in a tissue, how sure their lineage is, and numbers of the user."""
        results = self.result(Niches), self.result(Lineages)
        return called_features(self.adata, self.cells, results, self.maker)

    @cached_property
    def genes(self) -> PageGenes:
        """The genes of the page: those that colour the map, and what groups show of all."""
        named = [gene for panel in self._panels.values() for gene in panel.genes(self)]
        return PageGenes(self.cells, self.matrix, self._asked, named, self.coverage, self.maker)

    @cached_property
    def features(self) -> list[Feature]:
        """All numbers that cells can be coloured by: scores, what was called, then genes."""
        return [*self.scores, *self.called, *self.genes.features]
