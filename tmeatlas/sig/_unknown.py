"""What to tell who asks for a signature or a compartment that there is not."""

from __future__ import annotations

import re
from collections.abc import Collection

from tmeatlas._asker import remedy

M_MDSC = re.compile(
    r"(?<![a-z])m(o|ono|onocytic)?[\W_]*mdsc|mdsc[\W_]*m(o|ono|onocytic)?$", re.IGNORECASE
)
NO_M_MDSC = (
    "No human M-MDSC list could be confirmed in any source, so there is none; "
    "signatures/README.md says more."
)
"""The question is a common one, and the answer is that nobody has a list."""


def about_signature(name: str, compartments: Collection[str]) -> str:
    """The way to what `name` may have meant, among the built-in signatures."""
    if M_MDSC.search(name):
        return NO_M_MDSC
    if name in compartments:
        return f"{name!r} is a compartment: " + remedy(
            python=f"pass tme.sig.load(compartment={name!r}).",
            shell=f"`tmeatlas signatures --compartment {name}` lists its signatures.",
        )
    return remedy(
        python="tme.sig.load().to_frame() lists all signatures.",
        shell="`tmeatlas signatures` lists all.",
    )


def about_compartment(name: str) -> str:
    """Nothing, but for a compartment that many look for."""
    return NO_M_MDSC if M_MDSC.search(name) else ""
