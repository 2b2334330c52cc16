"""The ligand-receptor resources that come with LIANA, where it is installed."""

from __future__ import annotations

import pandas as pd

from tmeatlas._errors import DependencyError, unknown

LIANA_RESOURCES = (
    "baccin2019",
    "cellcall",
    "cellchatdb",
    "cellinker",
    "celltalkdb",
    "connectomedb2020",
    "consensus",
    "embrace",
    "guide2pharma",
    "hpmr",
    "icellnet",
    "italk",
    "kirouac2010",
    "lrdb",
    "mouseconsensus",
    "ramilowski2015",
)
"""Names in LIANA 1.10, to tell them from misspellings where it is not installed."""


def liana_resource(name: str, *, others: tuple[str, ...], remedy: str) -> pd.DataFrame:
    """The resource `name` of LIANA: its columns `ligand` and `receptor`.

    `others` are the names that the caller knows, and `remedy` what else it
    takes; the error for an unknown name lists both.
    """
    try:
        from liana import resource
    except ImportError as error:
        if name.lower() in LIANA_RESOURCES:
            raise DependencyError(
                f"The interaction database {name!r} is a resource of LIANA, which cannot be "
                f"imported ({error}). Install it with: pip install 'tmeatlas[liana]'"
            ) from error
        raise unknown(
            "interaction database", name, (*others, *LIANA_RESOURCES), remedy=remedy
        ) from error
    names = [str(known) for known in resource.show_resources()]
    if name.lower() not in names:
        # LIANA has an extract of CellPhoneDB by a name that is also ours.
        options = dict.fromkeys([*others, *names])
        raise unknown("interaction database", name, options, remedy=remedy)
    return resource.select_resource(name.lower())
