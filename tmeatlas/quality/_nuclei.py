"""Nuclei or whole cells: mitochondrial and long non-coding shares of the molecules."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from tmeatlas.quality._measured import Judged
from tmeatlas.quality._medians import median_of
from tmeatlas.quality._remarks import NUCLEI, Remark

MITOCHONDRIAL = re.compile(r"^MT-", re.IGNORECASE)
# What names of long non-coding RNA begin or end with where they tell its place, or the small RNA
# that it holds (Seal et al., EMBO J 2020, 10.15252/embj.2019103777); and three with names of their
# own, which HGNC called LINC00047, LINC00001 and LINC00084 before.
LONG_NONCODING = re.compile(
    r"^(LINC\d+|.+-(AS|IT|OT)\d+|.+-DT|SNHG\d+|MIR.+HG|MALAT1|XIST|NEAT1)$", re.IGNORECASE
)
RETAINED = "MALAT1"
"""Kept in the nucleus, and shown by cells of all kinds (10.1101/2024.07.14.603469)."""
LEAST_MITOCHONDRIAL = 10
"""Mitochondrial genes without which data are taken to be cut down; 13 code for proteins."""
# Nuclei hold a small part of the messengers of a cell (Chamberlin et al., Genome Res 2024,
# 10.1101/gr.278253.123) and no mitochondria. In two tumours of whole cells (wu2021, kim2020) the
# median mitochondrial share is 2.8 and 4.1 %, the long non-coding 3.7 and 4.7 %. B and plasma cells
# of wu2021 have 0.6 % mitochondrial, but then 1.1 % non-coding; T cells of kim2020 have the most
# non-coding, 6.7 %. So both are asked for. No real nuclei were at hand: the limits are conventions.
MOST_MITOCHONDRIAL = 0.01
LEAST_NONCODING = 0.08


def is_mitochondrial(genes: Iterable[str]) -> NDArray[np.bool_]:
    """Which of `genes` are mitochondrial by their symbol."""
    return np.array([bool(MITOCHONDRIAL.match(gene)) for gene in genes], dtype=bool)


def is_long_noncoding(genes: Iterable[str]) -> NDArray[np.bool_]:
    """Which of `genes` are long non-coding RNA by their symbol."""
    return np.array([bool(LONG_NONCODING.match(gene)) for gene in genes], dtype=bool)


def why_no_nuclei(genes: Iterable[str]) -> str:
    """Why `genes` do not tell nuclei from cells; "" where they do."""
    names = [gene.upper() for gene in genes]
    n = int(is_mitochondrial(names).sum())
    if n < LEAST_MITOCHONDRIAL:
        found = f"{n} mitochondrial genes" if n else "no mitochondrial genes"
        return f"{found} in the data, {LEAST_MITOCHONDRIAL} are needed"
    return "" if RETAINED in names else f"{RETAINED} is not in the data"


def judge_nuclei(
    molecules: NDArray[np.number],
    mitochondrial: NDArray[np.number],
    noncoding: NDArray[np.number],
    *,
    why_not: str = "",
) -> Judged:
    """Whether the cells of one sample are nuclei.

    Per cell, all molecules and those of mitochondrial and of long non-coding
    genes. `why_not` is why neither can be read, such as that there are no counts.
    """
    read = molecules > 0
    why_not = why_not or ("" if read.any() else "no cell with a molecule")
    low, high = (
        median_of(measure, f"{name} share of the median cell", part[read] / molecules[read],
                  note=why_not)
        for measure, name, part in (
            ("mitochondrial", "Mitochondrial", mitochondrial),
            ("noncoding", "Long non-coding", noncoding),
        )
    )  # fmt: skip
    # By the ends of the intervals, so that few cells prove nothing.
    if not (low.high < MOST_MITOCHONDRIAL and high.low > LEAST_NONCODING):
        return Judged((low, high))
    reason = (
        f"{low.value:.2%} of the molecules of the median cell are mitochondrial and "
        f"{high.value:.1%} long non-coding (nuclei: below {MOST_MITOCHONDRIAL:.0%} and above "
        f"{LEAST_NONCODING:.0%})"
    )
    return Judged((low, high), (Remark(NUCLEI, reason),))
