"""Writing signatures to files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd

from tmeatlas._errors import InputError, listing
from tmeatlas._guard import warn
from tmeatlas._outputs import check_output
from tmeatlas._whole_file import write_text
from tmeatlas.sig._gene_sets import gmt_text, grp_text
from tmeatlas.sig._load import as_signatures
from tmeatlas.sig._nets import net_text
from tmeatlas.sig._nets import to_net as net_of
from tmeatlas.sig._signature import SignatureSet
from tmeatlas.sig._write_entries import json_text, yaml_text

WRITERS: dict[str, Callable[[SignatureSet], str]] = {
    ".gmt": gmt_text,
    ".grp": grp_text,
    ".yaml": yaml_text,
    ".yml": yaml_text,
    ".json": json_text,
    ".csv": partial(net_text, delimiter=","),
    ".tsv": partial(net_text, delimiter="\t"),
}
WITHOUT_WEIGHTS = (".gmt", ".grp")


def write(signatures: object, path: str | Path) -> Path:
    """Write signatures to a file, whole or not at all.

    Parameters
    ----------
    signatures
        A set name, a file, a SignatureSet, a net of decoupler or
        ``{name: [genes]}``.
    path
        The ending chooses the format:

        ``.yaml``, ``.json``
            All that is known about each signature; nothing is lost.
        ``.csv``, ``.tsv``
            A net of decoupler: source, target, weight (negative for down genes),
            and side (``up`` or ``down``), by which it is read again as it was.
        ``.gmt``
            Name, title and genes; down genes end in "-". Weights are lost.
        ``.grp``
            The genes of one signature, one per line, as in GMT. When it is
            read again, the name of the file is its id.

    Returns
    -------
    Path
        The file. Equal signatures give equal bytes.

    Warns
    -----
    TMEWarning
        Names the signatures whose weights the format cannot hold.

    Raises
    ------
    InputError
        There is no signature, the ending or the folder is unknown, or the
        format cannot hold what is to be written.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> path = tme.sig.write(tme.sig.load("core", compartment="caf"), "caf.json")
    >>> tme.sig.read(path) == tme.sig.load("core", compartment="caf")
    True
    """
    target = check_output(path, endings=tuple(WRITERS))
    ending = target.suffix.lower()
    chosen = as_signatures(signatures)
    if not chosen:
        raise InputError("Expected at least one signature to write, found none.")
    write_text(target, WRITERS[ending](chosen))
    if ending in WITHOUT_WEIGHTS:
        _warn_of_lost_weights(chosen, target)
    return target


def to_net(signatures: object) -> pd.DataFrame:
    """Signatures as a net of decoupler.

    Parameters
    ----------
    signatures
        A set name, a file, a SignatureSet or ``{name: [genes]}``.

    Returns
    -------
    DataFrame
        One row per signature and gene: ``source`` (the id), ``target`` (the
        gene), ``weight`` (float64; 1 where the source gives none, negative
        for down genes) and ``side`` (``up`` or ``down``), by which tmeatlas
        tells a gene that counts against an up list from a down gene.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.sig.to_net({"mine": ["DCN", "PTPRC-"]}).to_dict("records")[1]
    {'source': 'mine', 'target': 'PTPRC', 'weight': -1.0, 'side': 'down'}
    """
    return net_of(as_signatures(signatures))


def _warn_of_lost_weights(signatures: SignatureSet, target: Path) -> None:
    weighted = [s.id for s in signatures.values() if any(w != 1 for w in s.weights.values())]
    if weighted:
        warn(
            f"A {target.suffix} file cannot hold weights; those of {listing(weighted, limit=50)} "
            f"are not in {target.name!r}. Write .yaml, .json or .csv to keep them."
        )
