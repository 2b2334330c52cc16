"""How the names of a data set are written, told by what stands in them: prefixes, ids, case."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from tmeatlas.genes._symbols import builtin_names

ID = re.compile(
    r"ENS[A-Z]*[GTP]\d{6,}(?:[._]\w+)*|\d+(?:\.0)?|HGNC:\d+|[NX][MR]_\d+(?:\.\d+)?"
    r"|(?:AFFX|\d+(?:_[a-z]+)?_at)\S*"
)
"""What is no symbol: ids of Ensembl, HGNC and RefSeq, numbers (of rows or Entrez), probes."""
_ENSEMBL = r"ENS[A-Z]*G\d{6,}(?:\.\d+)?(?:_PAR_Y)?"
JOINED = (
    re.compile(rf"(?P<id>{_ENSEMBL})(?P<by>[\s_|:;,/.-]+)(?P<symbol>\S.*)"),
    re.compile(rf"(?P<symbol>.*\S)(?P<by>[\s_|:;,/.(-]+)(?P<id>{_ENSEMBL})\)?"),
    re.compile(r"(?P<symbol>[^|]*[^|\s])(?P<by>\|)(?P<id>\d+)"),
)
"""A symbol and an id in one name."""
AROUND = " \t\r\n\v\f\xa0\ufeff\u200b\"'"
"""What stands around a name by accident."""
HYPHENS = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
"""What word processors make of a hyphen."""
HEAD = re.compile(r"[^\s_.:|-]+[\s_.:|-]+")
"""Where a prefix of the reference may end: after the first separators."""
HUMAN = re.compile(r"GRCh|hg\d|human|homo|hsap|^hs\b", re.IGNORECASE)
OTHER = re.compile(r"GRCm|mm\d|mouse|mus\b|mus_|rn\d|rat\b|dan?rer|mfas|sus_", re.IGNORECASE)
ORF = re.compile(r"(?<=[\dXY])orf(?=\d)")
RAISED_ORF = re.compile(r"(?<=[\dXY])ORF(?=\d)")
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
DATE = re.compile(
    rf"(?:\d{{1,2}}[-.](?:{'|'.join(MONTHS)})|(?:MAR|SEP|DEC)[-.]\d{{1,2}}"
    r"|\d{4}-\d\d-\d\d(?: 00:00:00)?|\d{1,2}/\d{1,2}/\d{4})",
    re.IGNORECASE,
)
"""What spreadsheets make of names such as MARCH1 and SEPT2; OCT-4 is what people call a gene."""
LEAST_SHARE = 0.05
"""Of the names that must be written in a way for it to be the way of the data."""
LEAST_KNOWN = 0.04
"""Of names that must be genes we know: a tenth or more of all human genes are."""
FEWEST_KNOWN = 3


@cache
def known_symbols() -> frozenset[str]:
    """The symbols that we know, in upper case."""
    return frozenset(symbol.upper() for symbol in builtin_names().symbols)


def n_known(names: Sequence[str]) -> int:
    """How many names are symbols that we know, in whatever case, or Ensembl ids of genes."""
    known = known_symbols()
    return sum(name.upper() in known for name in names)


@dataclass(frozen=True)
class Convention:
    """How names are written."""

    joined: bool = False
    """Whether any has an id joined to it."""
    prefixes: tuple[str, ...] = ()
    """What stands before the names of human genes."""
    others: tuple[str, ...] = ()
    """What stands before the names of genes of another species."""
    suffix: str = ""
    lower: bool = False

    def read(self, name: str) -> str:
        """The gene that a name means; a name of another species stays as it is."""
        name = bare(name)
        if name.startswith(self.others):
            return name
        prefix = next((prefix for prefix in self.prefixes if name.startswith(prefix)), "")
        name = symbol_of(name.removeprefix(prefix)).removesuffix(self.suffix)
        return RAISED_ORF.sub("orf", name.upper()) if self.lower else name

    @property
    def words(self) -> str:
        """What is said of it."""
        said = [f"without the prefix {prefix!r}" for prefix in self.prefixes]
        said += [f"without the ending {self.suffix!r}"] if self.suffix else []
        said += ["without the ids joined to them"] if self.joined else []
        said += ["taken for human symbols in lower case"] if self.lower else []
        return ", ".join(said)


def is_date(name: str) -> bool:
    """Whether a name is a date, as spreadsheets make them of genes."""
    return DATE.fullmatch(name) is not None


def bare(name: str) -> str:
    """A name without what stands around it by accident: spaces, quotes, Python's ``b'...'``."""
    if name[:2] in ("b'", 'b"') and name[-1:] == name[1] and len(name) > 3:
        name = name[1:]
    name = name.strip(AROUND)
    return name if name.isascii() else name.translate(HYPHENS)


def symbol_of(name: str) -> str:
    """The symbol of a name that has an id joined to it; other names as they are."""
    if "ENS" not in name and "|" not in name:
        return name
    for pattern in JOINED:
        match = pattern.fullmatch(name)
        # "ENSG00000182378.13" is an id with its version, and no symbol 13.
        if match and not ID.fullmatch(match["symbol"]) and match["symbol"].strip(AROUND):
            return match["symbol"].strip(AROUND)
    return name


def convention_of(names: Sequence[str]) -> Convention:
    """The way in which these names, some of a data set, are written."""
    names = [bare(name) for name in names]
    prefixes, others = _prefixes(names)
    ours = [name for name in names if not (others and name.startswith(others))]
    read = [Convention(prefixes=prefixes).read(name) for name in ours]
    joined = any(symbol_of(name) != name for name in ours)
    suffix = _suffix(read)
    read = [name.removesuffix(suffix) for name in read]
    return Convention(joined, prefixes, others, suffix, lower=_is_lower(read))


def are_known(names: Sequence[str]) -> bool:
    """Whether enough of the names are symbols that we know for all to be symbols."""
    return n_known(names) >= max(FEWEST_KNOWN, LEAST_KNOWN * len(names))


def _prefixes(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What stands before human genes, and before those of another species."""
    heads: Counter[str] = Counter()
    for name in names:
        match = HEAD.match(name)
        if match and match.end() < len(name):
            heads[match.group()] += 1
    human: dict[str, int] = {}
    others: list[str] = []
    for head, count in heads.most_common(8):
        if count < max(2.0, LEAST_SHARE * len(names)):
            break
        prefix = _longest([name for name in names if name.startswith(head)], head)
        of_prefix = [name for name in names if name.startswith(prefix)]
        rest = [name[len(prefix) :] for name in of_prefix]
        if not _gains(rest, of_prefix):
            continue
        if _is_foreign(rest) or (OTHER.search(prefix) and not HUMAN.search(prefix)):
            others.append(prefix)
        else:
            human[prefix] = count
    beside = [name for name in names if not name.startswith(tuple(others))]
    if not human and others and not are_known(beside):
        # One species alone: its names are read, and are said to be of mouse where they are missed.
        return (others[0],), tuple(others[1:])
    return tuple(human), tuple(others)


def _longest(names: Sequence[str], head: str) -> str:
    """The prefix that all names share beyond `head`, up to a separator."""
    first, last = min(names), max(names)
    differs = (i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b)
    common = first[: next(differs, len(first))]
    ends = [match.end() for match in re.finditer(r"[\s_.:|-]+", common)]
    return common[: ends[-1]] if ends and ends[-1] > len(head) else head


def _gains(rest: Sequence[str], names: Sequence[str]) -> bool:
    """Whether the names are known without what is taken off, and were not before."""
    ids = sum(bool(ID.fullmatch(symbol_of(name))) and not name.isdigit() for name in rest)
    least = max(min(FEWEST_KNOWN, len(rest)), LEAST_KNOWN * len(rest))
    return ids > 0.5 * len(rest) or (n_known(rest) >= least and n_known(names) < least)


def _is_foreign(names: Sequence[str]) -> bool:
    """Whether the names are ids or symbols of another species."""
    ids = sum(bool(re.match(r"ENS(?!G\d)[A-Z]+\d", name)) for name in names)
    return ids > 0.5 * len(names) or looks_like_mouse(names)


def looks_like_mouse(names: Sequence[str]) -> bool:
    """Whether most names with letters have both cases."""
    lettered = [name for name in names if sum(map(str.isalpha, name)) > 1]
    return sum(map(is_mixed, lettered)) > 0.6 * max(1, len(lettered))


def is_mixed(name: str) -> bool:
    """Whether a name has letters of both cases, as those of mouse: `Cd3d`; `C1orf54` is human."""
    name = ORF.sub("", name)
    return not name.isupper() and not name.islower() and any(map(str.isalpha, name))


def of_another_species(names: Sequence[str], begin: tuple[str, ...]) -> str:
    """The names of another species beside human ones, in words; empty where there are none."""
    if begin:
        return f"those that begin with {' or '.join(map(repr, begin))}"
    known = known_symbols()
    human = [name for name in names if name in builtin_names().symbols or name.startswith("ENSG0")]
    mixed = [name for name in names if name.upper() in known and is_mixed(name)]
    ids = [name for name in names if re.match(r"ENS(?!G\d)[A-Z]+G\d{6}", name)]
    least = max(FEWEST_KNOWN, LEAST_KNOWN * len(names) / 2)
    if len(human) < least or max(len(mixed), len(ids)) < least:
        return ""
    examples = ids if len(ids) > len(mixed) else mixed
    return f"those written as {examples[0]!r}"


def _suffix(names: Sequence[str]) -> str:
    """What stands behind most names and hides them, from a separator on."""
    if are_known(names):
        return ""
    ends = Counter(match.group() for name in names if (match := re.search(r"[\s_.:|-]\D+$", name)))
    for end, count in ends.most_common(1):
        of_end = [name for name in names if name.endswith(end)]
        if count > 0.5 * len(names) and _gains([n.removesuffix(end) for n in of_end], of_end):
            return end
    return ""


def _is_lower(names: Sequence[str]) -> bool:
    """Whether the names are human symbols in lower case; zebrafish's have `si:` and `zgc:`."""
    if any(map(str.isupper, "".join(names))) or not are_known(names):
        return False
    return not any(name.startswith(("si:", "zgc:", "im:", "wu:")) for name in names)
