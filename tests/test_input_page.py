"""What ``docs/input.md`` says of tests is so."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "input.md").read_text(encoding="utf-8")
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and "| test |" not in line]
CELLS = re.compile(r"\| (.+) \| (.+) \| ((?:`tests/[\w/]+\.py(?:::test_\w+)?`(?:, )?)+) \|")


def names_in(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return {name for name in functions if name.startswith("test_")}


def test_each_situation_names_a_test_that_is_there() -> None:
    assert len(ROWS) > 100
    missing = []
    for row in ROWS:
        cells = CELLS.fullmatch(row)
        assert cells, f"not a situation, what happens and tests: {row}"
        for named in re.findall(r"`([^`]+)`", cells[3]):
            file, _, test = named.partition("::")
            there = names_in(ROOT / file) if (ROOT / file).is_file() else set()
            if not there or (test and test not in there):
                missing.append(named)
    assert not missing


def test_no_situation_stands_there_twice() -> None:
    situations = [row.split(" | ")[0] for row in ROWS]
    assert len(set(situations)) == len(situations)
