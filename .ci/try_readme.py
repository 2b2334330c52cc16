"""Runs the README's Python beside a made-up `tumour.h5ad`; the first argument is the README.

A block that begins with an import is a program of its own; others go on from one.
"""

import re
import sys
from pathlib import Path

import tmeatlas as tme


def programs(text: str) -> list[str]:
    """The blocks of Python that can be run by themselves."""
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    return [block for block in blocks if re.match(r"(import|from) ", block)]


if __name__ == "__main__":
    found = programs(Path(sys.argv[1]).read_text("utf-8"))
    if not found:
        sys.exit("The README has no Python that can be run.")
    adata = tme.datasets.simulated_cohort(4, conditions=("no", "yes"), n_cells=150)
    adata.obs["response"] = adata.obs["condition"]
    adata.write_h5ad("tumour.h5ad")
    for program in found:
        print(program)
        exec(compile(program, "README.md", "exec"), {})
