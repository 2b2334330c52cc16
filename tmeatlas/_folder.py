"""Where the signature files are: inside an installed package, or beside a source checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tmeatlas._errors import TMEError


@cache
def signature_folder() -> Path:
    """The folder of the YAML files."""
    package = Path(__file__).resolve().parent
    for folder in (package / "_signatures", package.parent / "signatures"):
        if (folder / "schema.json").is_file():
            return folder
    raise TMEError(
        f"The signature files are missing beside {str(package)!r}: the installation is incomplete. "
        "Install it again with: python -m pip install --force-reinstall tmeatlas"
    )
