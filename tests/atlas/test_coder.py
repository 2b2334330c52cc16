from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from tmeatlas.atlas.coder import GUIDE_BINS, decode_steps, encode_steps, guide_bins

SCRIPT = Path(__file__).parents[2] / "tmeatlas" / "atlas" / "assets" / "js" / "coder.js"


def cells(n, n_steps, share=1.0):
    """Steps of cells, their groups, and a guide that goes along with the steps."""
    rng = np.random.default_rng(n + n_steps)
    groups = np.sort(rng.integers(0, 5, n)).astype(np.uint8)
    level = np.minimum(np.abs(rng.normal(groups / 2, 1, n)) * n_steps / 5, n_steps - 1).astype(int)
    guide = np.clip(level * 2 + rng.integers(0, 9, n), 0, 255).astype(np.uint8)
    level[rng.random(n) > share] = 0
    spaced = np.linspace(0, 255, n_steps).round().astype(np.uint8)
    return spaced[level], groups, guide


def entropy(steps):
    share = np.bincount(steps) / len(steps)
    share = share[share > 0]
    return float(-(share * np.log2(share)).sum())


@pytest.mark.parametrize("n", [1, 2, 500, 30_000])
@pytest.mark.parametrize("n_steps", [1, 2, 9, 256])
def test_steps_come_back(n, n_steps):
    steps, groups, guide = cells(n, n_steps)
    for known in (None, guide):
        data = encode_steps(steps, groups, known)
        np.testing.assert_array_equal(decode_steps(data, groups, known), steps)


def test_bytes_are_few_where_group_and_guide_tell_the_step():
    steps, groups, guide = cells(100_000, 9)
    alone = np.zeros_like(groups)
    bits = [
        len(encode_steps(steps, *known)) * 8 / len(steps)
        for known in ((alone, None), (groups, None), (groups, guide))
    ]
    assert bits[0] == pytest.approx(entropy(steps), rel=0.01)
    assert bits[1] < 0.95 * bits[0]
    assert bits[2] < 0.75 * bits[0]


def test_cells_without_expression_take_next_to_nothing():
    steps, groups, _ = cells(100_000, 16, share=0.01)
    n_shown = int((steps > 0).sum())
    assert n_shown < 1000
    assert len(encode_steps(steps, groups, None)) < 2 * n_shown


def test_the_same_bytes_whatever_the_storage_of_the_steps():
    steps, groups, guide = cells(5000, 9)
    strided = np.repeat(steps, 2)[::2]
    assert encode_steps(strided, groups, guide) == encode_steps(steps, groups, guide)


def test_bins_of_a_guide_have_as_many_cells_each():
    guide = np.repeat(np.arange(0, 256, 4), 100).astype(np.uint8)
    bins = guide_bins(guide)
    assert (np.diff(bins) >= 0).all()
    assert np.bincount(bins[guide]).tolist() == [800] * GUIDE_BINS


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_the_script_of_the_page_reads_the_same(tmp_path):
    parts = []
    for n, n_steps, guided in ((1, 1, False), (700, 256, True), (20_000, 9, True)):
        steps, groups, guide = cells(n, n_steps, share=0.7)
        known = guide if guided else None
        parts.append(
            {
                "bytes": list(encode_steps(steps, groups, known)),
                "group": groups.tolist(),
                "guide": guide.tolist() if guided else None,
                "steps": steps.tolist(),
            }
        )
    (tmp_path / "parts.json").write_text(json.dumps(parts))
    program = f"""
      import fs from "node:fs";
      const {{ decodeSteps, isCoded }} = await import("data:text/javascript;base64," +
        fs.readFileSync({str(SCRIPT)!r}).toString("base64"));
      for (const part of JSON.parse(fs.readFileSync("parts.json"))) {{
        const group = Uint8Array.from(part.group);
        const guide = part.guide && Uint8Array.from(part.guide);
        const bytes = Uint8Array.from(part.bytes);
        const n = Math.max(...group) + 1;
        const found = decodeSteps(bytes, group, n, guide);
        console.log(isCoded(bytes) && found.every((step, i) => step === part.steps[i]));
      }}
    """
    (tmp_path / "read.mjs").write_text(program)
    done = subprocess.run(
        ["node", "read.mjs"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["true"] * 3
