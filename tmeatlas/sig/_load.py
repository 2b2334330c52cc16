"""Loading signatures: the built-in ones, files, and what users hand in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tmeatlas._checks import check_input_file
from tmeatlas._errors import InputError, unknown
from tmeatlas.sig._folder import signature_folder
from tmeatlas.sig._signature import Signature, SignatureSet

NOT_SIGNATURES = {"axes", "lineages", "drug_targets"}
TIERS = ("core", "standard", "extended")


def load(
    which: str = "all", *, compartment: str | None = None, tier: str | None = None
) -> SignatureSet:
    """Load built-in signatures.

    Parameters
    ----------
    which
        ``"core"``, the recommended set with one to a few signatures per
        compartment; ``"all"``; or the id of one signature.
    compartment
        Only the signatures of this compartment, such as ``"caf"``.
    tier
        Only this tier: ``"core"``, ``"standard"`` or ``"extended"``.

    Returns
    -------
    SignatureSet
        Signatures by id, ordered by compartment file.

    Raises
    ------
    MissingKeyError
        No such set, signature, compartment or tier; names the nearest.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> tme.sig.load("core")["hypoxia_buffa15"].compartment
    'hypoxia'
    """
    builtin = _builtin()
    if which == "all":
        chosen = builtin
    elif which == "core":
        chosen = builtin.select(tier="core")
    elif which in builtin:
        chosen = SignatureSet([builtin[which]])
    else:
        raise unknown("signature set or signature", which, ["core", "all", *builtin])
    return chosen.select(compartment=compartment, tier=tier)


@cache
def _builtin() -> SignatureSet:
    signatures: list[Signature] = []
    for path in sorted(signature_folder().glob("*.yaml")):
        if path.stem not in NOT_SIGNATURES:
            signatures.extend(_from_yaml(path))
    return SignatureSet(signatures)


def read(path: str | Path) -> SignatureSet:
    r"""Read signatures from a file.

    Parameters
    ----------
    path
        ``.gmt`` (name, description, genes; tab separated) or ``.yaml`` in the
        format of `signatures/schema.json`, where only ``id`` and ``genes``
        are needed.

    Returns
    -------
    SignatureSet
        In the order of the file. In a GMT file, genes with a trailing "-"
        are down genes and a trailing "+" is dropped, as UCell writes them.

    Raises
    ------
    InputError
        The file is not in the format of its ending, or holds no signature.
    MissingKeyError
        There is no such file.

    Examples
    --------
    >>> import tmeatlas as tme, pathlib
    >>> _ = pathlib.Path("mine.gmt").write_text("my_caf\tmine\tDCN\tLUM\n")
    >>> tme.sig.read("mine.gmt")["my_caf"].genes
    ('DCN', 'LUM')
    """
    file = check_input_file(path)
    readers = {".gmt": _from_gmt, ".yaml": _from_yaml, ".yml": _from_yaml}
    if file.suffix.lower() not in readers:
        raise InputError(
            f"Expected a signature file ending in {', '.join(readers)}, found {file.name!r}."
        )
    try:
        signatures = readers[file.suffix.lower()](file)
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{file.name!r} cannot be read as {file.suffix}: {error}") from error
    if not signatures:
        raise InputError(f"{file.name!r} holds no signature.")
    return SignatureSet(signatures)


def as_signatures(given: object) -> SignatureSet:
    """Whatever users call signatures, as a SignatureSet.

    A set name ("core", "all") or signature id, a path of a file, a
    SignatureSet, one Signature or several, or a mapping of names to genes.
    """
    if isinstance(given, SignatureSet):
        return given
    if isinstance(given, Signature):
        return SignatureSet([given])
    if isinstance(given, Path) or (isinstance(given, str) and Path(given).suffix):
        return read(given)
    if isinstance(given, str):
        return load(given)
    if isinstance(given, Mapping):
        return SignatureSet(_from_genes(str(name), genes) for name, genes in given.items())
    if isinstance(given, Iterable):
        items = list(given)
        if items and all(isinstance(item, Signature) for item in items):
            return SignatureSet(items)
        if items and all(isinstance(item, str) for item in items):
            # A list of ids; a bare list of genes has no name to store its score under.
            builtin = _builtin()
            if any(item in builtin for item in items):
                return SignatureSet(builtin[item] for item in items)
    raise InputError(
        "Expected signatures as a set name ('core', 'all'), a file (.gmt, .yaml), a SignatureSet, "
        f"or a dict {{name: [genes]}}; found {type(given).__name__}."
    )


def _from_genes(name: str, genes: object) -> Signature:
    """One entry of a user's dict: a list of genes, where a trailing "-" marks a down gene."""
    if isinstance(genes, Signature):
        return genes
    if isinstance(genes, str) or not isinstance(genes, Iterable):
        raise InputError(
            f"Expected a list of genes for signature {name!r}, found {type(genes).__name__}. "
            f"Write {{{name!r}: ['GENE1', 'GENE2']}}."
        )
    listed = list(dict.fromkeys(str(gene).strip() for gene in genes))
    down = tuple(gene[:-1] for gene in listed if gene.endswith("-") and len(gene) > 1)
    up = tuple(gene.removesuffix("+") for gene in listed if not gene.endswith("-") and gene)
    return Signature(id=name, genes=up, down=down)


def _from_gmt(path: Path) -> list[Signature]:
    signatures = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        fields = [field.strip() for field in line.split("\t")]
        if len(fields) < 3:
            raise InputError(
                f"{path.name!r} line {number}: expected a name, a description and genes, "
                f"tab separated; found {len(fields)} field(s)."
            )
        signature = _from_genes(fields[0], [gene for gene in fields[2:] if gene])
        signatures.append(signature)
    return signatures


def _from_yaml(path: Path) -> list[Signature]:
    entries = yaml.load(path.read_text(encoding="utf-8"), Loader=_yaml_loader())
    if not isinstance(entries, list) or not all(
        isinstance(entry, dict) and {"id", "genes"} <= entry.keys() for entry in entries
    ):
        raise InputError(
            f"{path.name!r}: expected a list of entries with `id` and `genes` "
            "(signatures/schema.json has the format)."
        )
    return [_from_entry(entry, path) for entry in entries]


def _yaml_loader() -> Any:
    """The C parser where PyYAML was built with it: ten times faster, equally safe."""
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _from_entry(entry: dict[str, Any], path: Path) -> Signature:
    known = Signature.__dataclass_fields__.keys()
    strangers = [name for name in entry if name not in known]
    if strangers:
        raise unknown(f"field in {path.name!r} called", strangers[0], known)
    values = dict(entry)
    for name in ("genes", "down", "scored_in"):
        if name in values:
            values[name] = tuple(str(item) for item in values[name])
    return Signature(**values)
