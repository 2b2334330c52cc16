"""CellPhoneDB's three methods, each with its own options."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

import numpy as np
import pandas as pd

from tmeatlas._asker import option
from tmeatlas._errors import InputError, unknown
from tmeatlas._numbers import PEERS_SEEDS, check_number, read_seed
from tmeatlas.cellphonedb._permutations import Shuffles


@dataclass(frozen=True)
class Simple:
    """The means alone: CellPhoneDB's first method.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.cellphonedb.Simple()
    Simple()
    """

    name: ClassVar[str] = "simple"
    active_tfs: ClassVar[None] = None

    def params(self) -> dict[str, object]:
        """What is kept on record."""
        return {}


@dataclass(frozen=True, eq=False)
class Statistical:
    """Means, and whether they stand out among shuffled cells: CellPhoneDB's second method.

    The labels of the cells are shuffled :math:`n` times, and :math:`p = r / n`,
    where :math:`r` shuffles have a higher mean: p can be 0, and is not corrected
    for the number of tests. It is 1 where the mean is 0, or where too few cells
    of a group show a partner.

    Parameters
    ----------
    n_perms
        Number of shuffles; at least ``1 / pvalue``.
    pvalue
        What `significant_means` keeps: p of at most this.
    active_tfs
        CellSign: DataFrame with the group in its first column, a transcription
        factor that is active in it in the second. Marks, among the interactions
        that are kept, those with a receptor upstream of the factor.
    rng
        Seed of the shuffles, or a random generator from which one is drawn at
        once.
    parity
        Shuffle exactly as the package does with ``debug_seed=rng`` and
        ``threads=1``, so that every p-value is the same. Drawn one after another,
        which takes longer for many cells.

    Raises
    ------
    InputError
        An option out of range, or too few permutations for `pvalue`.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.cellphonedb.Statistical(rng=7, parity=True).n_perms
    1000
    """

    n_perms: int = 1000
    pvalue: float = 0.05
    active_tfs: pd.DataFrame | None = None
    rng: int | np.random.Generator = 0
    parity: bool = False

    name: ClassVar[str] = "statistical"

    def __post_init__(self) -> None:
        """Refuse options without a meaning; draw the seed, so that the object repeats itself."""
        check_number("pvalue", self.pvalue, low=0, high=1)
        if self.pvalue == 0:
            raise InputError(f"{option('pvalue')} must be above 0, found 0: none is below it.")
        fewest = math.ceil(round(1 / self.pvalue, 6))
        check_number(
            "n_perms",
            self.n_perms,
            low=fewest,
            whole=True,
            remedy=f"With fewer for `pvalue={self.pvalue}`, no p-value but 0 can be as small. "
            "Leave it out for 1000.",
        )
        seed = read_seed(self.rng, below=PEERS_SEEDS if self.parity else 2**63)
        object.__setattr__(self, "rng", seed)

    @property
    def shuffles(self) -> Shuffles:
        """The shuffles that p-values are counted over."""
        return Shuffles(n=int(self.n_perms), seed=read_seed(self.rng), as_package=self.parity)

    def params(self) -> dict[str, object]:
        """What is kept on record."""
        return {
            "n_perms": int(self.n_perms),
            "pvalue": float(self.pvalue),
            "seed": self.shuffles.seed,
            "parity": self.parity,
        }


@dataclass(frozen=True, eq=False)
class DEGs:
    """Interactions with a partner that is differentially expressed: CellPhoneDB's third method.

    Parameters
    ----------
    degs
        DataFrame with the columns ``cluster`` and ``gene``: one row per group and
        gene that is differentially expressed in it.
    active_tfs
        As in :class:`Statistical`; only relevant interactions can be active.

    Examples
    --------
    >>> import pandas as pd
    >>> import tmeatlas as tme
    >>> degs = pd.DataFrame({"cluster": ["T cells"], "gene": ["CXCR4"]})
    >>> tme.cellphonedb.DEGs(degs).name
    'degs'
    """

    degs: pd.DataFrame
    active_tfs: pd.DataFrame | None = None

    name: ClassVar[str] = "degs"

    def params(self) -> dict[str, object]:
        """What is kept on record."""
        return {"n_degs": len(self.degs)}


Method: TypeAlias = Simple | Statistical | DEGs
METHODS = (Statistical.name, Simple.name, DEGs.name)


def resolve(method: Method | str) -> Method:
    """The method behind a name, with its defaults; a method is returned as it is."""
    if isinstance(method, (Simple, Statistical, DEGs)):
        return method
    if method == DEGs.name:
        raise InputError(
            "method='degs' needs the genes: pass method=tme.cellphonedb.DEGs(degs), with a "
            "DataFrame of the columns 'cluster' and 'gene'."
        )
    if isinstance(method, str):
        if method not in METHODS:
            raise unknown("method", method, METHODS)
        return Simple() if method == Simple.name else Statistical()
    shown = method.__name__ if isinstance(method, type) else type(method).__name__
    raise InputError(
        "Expected a method name or a method such as tme.cellphonedb.Statistical(n_perms=100), "
        f"found {shown}. Names: {', '.join(METHODS)}."
    )
