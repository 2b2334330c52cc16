"""Where a list is from: in which cancers it was derived, and in what tissue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tmeatlas._errors import InputError, unknown
from tmeatlas.sig._cancers import cancer_name, cancers

SEVERAL, NO_CANCER, NOT_STATED = "several", "none", "not stated"
"""What stands for a type where there is no one type."""
IN_WORDS = {SEVERAL: "several cancers", NO_CANCER: "no tumour", NOT_STATED: "not stated"}
FIELDS = ("cancer", "tissue", "by")
TUMOUR, COMPILED = "tumour", "compiled"


def check_origin(signature_id: str, origin: Mapping[str, Any]) -> None:
    """Refuse fields and types of cancer that there are not."""
    where = f"derived_in of signature {signature_id!r}"
    for name in origin:
        if name not in FIELDS:
            raise unknown(f"field in {where} called", str(name), FIELDS)
    named = origin.get("cancer", ())
    if isinstance(named, str) or not all(isinstance(cancer, str) for cancer in named):
        raise InputError(f"{where}: expected a list of cancers, such as [breast]; found {named!r}.")
    for cancer in named:
        if cancer not in cancers() and cancer not in IN_WORDS:
            raise unknown(f"type of cancer in {where} called", cancer, [*cancers(), *IN_WORDS])


def types_of(origin: Mapping[str, Any]) -> list[str]:
    """The types of cancer that a list was derived in, where they are known."""
    return [cancer for cancer in origin.get("cancer", ()) if cancer in cancers()]


def of_another_cancer(origin: Mapping[str, Any], cancer: str) -> bool:
    """Whether a list was derived in known types of cancer, and `cancer` is none of them."""
    types = types_of(origin)
    return bool(types) and cancer not in types


def origin_text(origin: Mapping[str, Any]) -> str:
    """Where a list is from, in a few words; empty where nothing is on record.

    "breast cancer", "several cancers", "no tumour (in vitro)", "compiled", "not stated".
    """
    tissue = str(origin.get("tissue", ""))
    named = list(origin.get("cancer", ()))
    if tissue == COMPILED and named == [NO_CANCER]:
        return COMPILED
    text = ", ".join(IN_WORDS.get(cancer) or cancer_name(cancer) for cancer in named)
    silent = (TUMOUR, NOT_STATED, "")
    return text if tissue in silent else f"{text} ({tissue})" if text else tissue
