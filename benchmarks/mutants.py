"""Change the source in small ways, one at a time, and see whether the tests notice.

A seeded sample of changes (a comparison turned round, a number off by one, a sum for a
difference, a condition negated, ...) to the kernels, the statistics and the results; each is
judged by the tests of its own module alone. Where kernels are changed, they run as plain Python,
since numba keeps the compiled callers of a changed function. The checkout itself is left alone.

    python benchmarks/mutants.py                        # all suites
    python benchmarks/mutants.py --only matrix results  --number 20 --seed 1
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).resolve().parents[1]


class Suite(NamedTuple):
    """Modules that are changed, and the tests that are to notice."""

    modules: list[str]
    tests: list[str]
    number: int
    plain_kernels: bool = True


METHODS = "tests/methods/test_"
SUITES = {
    "ucell": Suite(
        [
            "methods/_rank_kernel",
            "methods/_bucket_kernel",
            "methods/_ucell_kernel",
            "methods/_ucell",
            "methods/_ucell_detected",
        ],
        [f"{METHODS}ucell.py", f"{METHODS}ucell_detected.py", f"{METHODS}bucket_kernel.py"],
        8,
    ),
    "aucell": Suite(
        [
            "methods/_aucell_kernel",
            "methods/_ordinal_kernel",
            "methods/_bitmap_kernel",
            "methods/_aucell",
        ],
        [f"{METHODS}aucell.py"],
        6,
    ),
    "ssgsea": Suite(["methods/_ssgsea_kernel", "methods/_ssgsea"], [f"{METHODS}ssgsea.py"], 5),
    "linear": Suite(
        [
            "methods/_linear_kernel",
            "methods/_ulm",
            "methods/_mlm",
            "methods/_zscore",
            "methods/_mean",
        ],
        [f"{METHODS}linear_models.py", f"{METHODS}mean.py"],
        6,
    ),
    "score_genes": Suite(
        ["methods/_score_genes", "methods/_controls"], [f"{METHODS}score_genes.py"], 4
    ),
    "null": Suite(
        ["methods/_null", "methods/_random_sets", "methods/_runner"],
        [f"{METHODS}null.py", f"{METHODS}runner.py"],
        4,
    ),
    "consensus": Suite(["methods/_consensus"], [f"{METHODS}consensus.py"], 4),
    "stats": Suite(
        ["_stats", "cells/_group_statistics"],
        ["tests/test_stats.py", "tests/cells/test_group_statistics.py"],
        5,
    ),
    "matrix": Suite(
        [
            *("matrix/_kind", "matrix/_expression", "matrix/_open", "matrix/_storage"),
            *("matrix/_bulks", "matrix/_value_kernel"),
        ],
        ["tests/test_matrix.py", "tests/get/test_pseudobulk.py"],
        7,
    ),
    "cellphonedb": Suite(
        [
            *("cellphonedb/_kernels", "cellphonedb/_means", "cellphonedb/_pairs"),
            *("cellphonedb/_permutations", "cellphonedb/_scores", "cellphonedb/_wide"),
            *("cellphonedb/_degs", "cellphonedb/_cellsign", "cellphonedb/_entities"),
        ],
        ["tests/cellphonedb/test_frozen.py", "tests/cellphonedb/test_methods.py"],
        7,
    ),
    "interactions": Suite(
        [
            *("interactions/_database", "interactions/_database_frame", "interactions/_axes"),
            *("interactions/_columns", "interactions/_roles", "interactions/_table_files"),
            *("interactions/_given", "interactions/_microenvironments"),
        ],
        ["tests/interactions"],
        8,
    ),
    "sig": Suite(
        ["sig/_match", "sig/_compare", "sig/_gene_sets", "sig/_nets"],
        [f"tests/sig/test_{name}.py" for name in ("match", "compare", "read", "write")],
        6,
    ),
    "results": Suite(
        [
            *("results/_base", "results/_between", "results/_cells", "results/_record"),
            *("results/_scores", "results/_consensus", "results/_coverage", "results/_obs_columns"),
            *("results/_crosstalk", "results/_axes"),
        ],
        ["tests/results", "tests/get/test_scores.py", "tests/get/test_crosstalk.py"],
        10,
        plain_kernels=False,
    ),
}

TURNED = {
    **{ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq},
    **{ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn},
    **{ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add},
    **{ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Pow: ast.Mult},
    **{ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.RShift: ast.LShift},
}
RENAMED = {
    **{"min": "max", "max": "min", "any": "all", "all": "any", "floor": "ceil", "ceil": "floor"},
    **{"minimum": "maximum", "maximum": "minimum", "argmin": "argmax", "argmax": "argmin"},
}


class Mutant(NamedTuple):
    """One change: these bytes of a file become others."""

    path: Path
    line: int
    start: int
    stop: int
    before: str
    after: str


def changed(node: ast.AST) -> str:
    """The source of `node` after a small change; empty where there is none to make."""
    match node:
        case ast.Compare(left=left, ops=[op, *ops], comparators=rest):
            new = ast.Compare(left, [TURNED[type(op)](), *ops], rest)
        case ast.BoolOp(op=op, values=values):
            new = ast.BoolOp(TURNED[type(op)](), values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in TURNED:
            new = ast.BinOp(left, TURNED[type(op)](), right)
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            new = operand
        case ast.Constant(value=bool(value)):
            return str(not value)
        case ast.Constant(value=int(value)):
            return str(value + 1)
        case ast.Constant(value=float(value)):
            return str(value * 1.5 + 0.5)
        case ast.Attribute(value=value, attr=name) if name in RENAMED:
            return f"{ast.unparse(value)}.{RENAMED[name]}"
        case ast.Name(id=name) if name in RENAMED:
            return RENAMED[name]
        case ast.AugAssign(target=target, op=op, value=value) if type(op) in TURNED:
            return ast.unparse(ast.AugAssign(target, TURNED[type(op)](), value))
        case ast.Continue():
            return "break"
        case _:
            return ""
    return f"({ast.unparse(new)})"


def looked_at(node: ast.AST) -> Iterator[ast.AST]:
    """What runs and counts: no annotations, decorators, texts or messages of errors."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            typing = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
            if isinstance(child, ast.AST) and not (
                typing or isinstance(child, (ast.Raise, ast.JoinedStr))
            ):
                yield from looked_at(child)


def mutants_of(path: Path) -> list[Mutant]:
    text = path.read_bytes()
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    found = []
    for node in looked_at(ast.parse(text)):
        after = changed(node)
        if after:
            start = starts[node.lineno - 1] + node.col_offset
            stop = starts[node.end_lineno - 1] + node.end_col_offset
            before = text[start:stop].decode()
            found.append(Mutant(path, node.lineno, start, stop, before, after))
    return found


def run_here(folder: Path, suite: Suite) -> int:
    """What pytest ends with; what it says goes into a file."""
    os.environ["TMEATLAS_KERNELS"] = "plain" if suite.plain_kernels else ""
    os.setsid()
    os.chdir(folder)
    log = os.open(folder / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    sys.path.insert(0, str(folder))
    import pytest

    options = ["-x", "-q", "-p", "no:cacheprovider", "-k", "not pbmc68k and not subprocess"]
    quiet = ("overflow encountered:RuntimeWarning", "Module already imported")
    warnings = [option for text in quiet for option in ("-W", f"ignore:{text}")]
    return int(pytest.main([*options, *warnings, *suite.tests]))


def run_tests(folder: Path, suite: Suite, seconds: float) -> bool:
    """Whether the tests of a suite pass, in a process of their own; not if they take too long."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(run_here(folder, suite))
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def judge(folder: Path, suite: Suite, mutants: list[Mutant]) -> list[Mutant]:
    """The mutants that the tests of their suite let pass."""
    begin = time.monotonic()
    if not run_tests(folder, suite, 1800):
        raise SystemExit((folder / "log.txt").read_text() + "\nThe tests fail without any change.")
    seconds = 30 + 4 * (time.monotonic() - begin)
    survivors = []
    for mutant in mutants:
        text = mutant.path.read_bytes()
        changed_text = text[: mutant.start] + mutant.after.encode() + text[mutant.stop :]
        mutant.path.write_bytes(changed_text)
        if run_tests(folder, suite, seconds):
            survivors.append(mutant)
        mutant.path.write_bytes(text)
    return survivors


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=SUITES, default=list(SUITES))
    parser.add_argument("--number", type=int, help="changes per suite")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    os.environ |= {"TMEATLAS_SHARED": "/nowhere", "TMEATLAS_REQUIRE": ""}
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    sys.dont_write_bytecode = True
    import anndata  # noqa: F401 (loaded once for all)
    import pytest  # noqa: F401
    import scanpy  # noqa: F401

    n_killed = n_all = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "checkout"
        without = shutil.ignore_patterns(".git", "__pycache__", "node_modules", ".*_cache")
        shutil.copytree(REPOSITORY, folder, ignore=without)
        for name in given.only:
            suite, rng = SUITES[name], random.Random(f"{name} {given.seed}")
            paths = [folder / "tmeatlas" / f"{module}.py" for module in suite.modules]
            candidates = [mutant for path in paths for mutant in mutants_of(path)]
            number = min(given.number or suite.number, len(candidates))
            begin = time.monotonic()
            survivors = judge(folder, suite, rng.sample(candidates, number))
            n_all, n_killed = n_all + number, n_killed + number - len(survivors)
            took = time.monotonic() - begin
            print(f"{name:<14}{number - len(survivors):3d} of {number:3d} killed {took:6.0f} s")
            for mutant in survivors:
                place = f"{mutant.path.relative_to(folder)}:{mutant.line}"
                print(f"    {place}: {mutant.before} -> {mutant.after}", flush=True)
    print(f"{n_killed} of {n_all} killed, {n_killed / n_all:.0%}")


if __name__ == "__main__":
    main()
