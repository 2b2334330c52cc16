"""Says what keeps a tag from being released: its version, the changelog, names still to fill in."""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
WITH_ADDRESSES = ("pyproject.toml", "CITATION.cff", ".github/ecosystem/meta.yaml", "README.md")
PLACEHOLDER = re.compile(r"\bOWNER\b|\b10\.0000/")


def hindrances(tag: str, root: Path = ROOT) -> list[str]:
    """What is to be done before `tag` can be released."""
    version = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    found = []
    if tag != f"v{version}":
        found.append(f"The tag is {tag!r}; pyproject.toml has the version {version}.")
    changelog = (root / "CHANGELOG.md").read_text("utf-8")
    if not re.search(rf"^## {re.escape(version)}\b", changelog, re.M):
        found.append(f"CHANGELOG.md has no section '## {version}'.")
    for name in WITH_ADDRESSES:
        if PLACEHOLDER.search((root / name).read_text("utf-8")):
            found.append(f"{name} still has OWNER or a DOI of 10.0000/: see docs/checklist.md.")
    return found


if __name__ == "__main__":
    found = hindrances(sys.argv[1])
    print("\n".join(found))
    sys.exit(bool(found))
