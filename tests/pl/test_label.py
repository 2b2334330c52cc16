"""Text from data is shown and nothing else; our template does not disturb the user's."""

from __future__ import annotations

import html
import re
import subprocess
import sys

import numpy as np
from made_results import keep

from tmeatlas import pl, tl
from tmeatlas.pl._label import names_axis, shown, tick
from tmeatlas.results import Crosstalk


def test_markup_and_templates_are_character_references(hostile):
    for text in hostile:
        escaped = shown(text)
        assert not re.search(r"[<>$%]|%\{", escaped)
        assert html.unescape(escaped) == text


def test_unseen_characters_are_left_out():
    assert shown("a\u202eb\x00c\u200bd") == "abcd"
    assert shown("") == "(blank)"


def test_ticks_are_short_and_whole():
    text = tick("<" * 100)
    assert html.unescape(text) == "<" * 41 + "…"


def test_axes_of_names_are_numbered(hostile):
    axis = names_axis(hostile)
    assert axis["type"] == "linear"
    assert axis["tickvals"] == list(range(len(hostile)))
    assert axis["range"] == [-0.5, len(hostile) - 0.5]
    assert names_axis(hostile, down=True)["range"] == [len(hostile) - 0.5, -0.5]


def texts(part) -> list[str]:
    """Every string anywhere in a figure."""
    if isinstance(part, str):
        return [part]
    if isinstance(part, dict):
        part = list(part.values())
    if isinstance(part, (list, tuple, np.ndarray)):
        return [text for item in part for text in texts(item)]
    return []


def test_names_from_data_are_inert_in_every_figure(talking, hostile):
    renamed = dict(zip(["alpha", "beta", "gamma"], hostile[:3], strict=True))
    rows = talking.uns["tme_crosstalk"].astype({"source": str, "target": str}).replace(renamed)
    rows = rows.astype({"ligand_complex": str, "axis": str})
    rows = rows.replace({"L1": "<extra>", "cxcl12": hostile[1]})
    talking.obs["group"] = talking.obs["group"].cat.rename_categories(renamed)
    talking.obs_names = [f"{hostile[0]}{i}" for i in range(60)]
    keep(Crosstalk, talking, rows, groupby="group")
    talking.uns["tme_coverage"]["name"] = hostile[:4]
    talking.uns["tme_coverage"]["compartment"] = ["<b>x", "<b>x", "<b>x", ""]
    talking.uns["tme_coverage"]["marks"] = talking.uns["tme_coverage"]["compartment"]
    talking.uns["tme_coverage"]["missing"] = hostile[0]
    tl.consensus(talking, compartments="<b>x")
    figures = [
        pl.embedding(talking, "group"),
        pl.embedding(talking, "caf_a"),
        pl.violin(talking, "group", ["caf_a", "tam_a"]),
        pl.heatmap(talking, "group"),
        pl.dotplot(talking, "group"),
        pl.coverage(talking),
        pl.agreement(talking, "<b>x"),
        pl.crosstalk_matrix(talking),
        pl.crosstalk_dotplot(talking, hostile[1]),
    ]
    for figure in figures:
        found = texts(figure.to_dict())
        assert any("&lt;" in text for text in found)
        for text in found:
            assert not re.search(r"<a\b|<extra>[^<]|<b>x|%\{y\} ", text), text


def test_the_default_template_of_the_user_stays():
    program = (
        "import tmeatlas, plotly.io as pio;"
        "before = pio.templates.default, set(pio.templates);"
        "from tmeatlas.pl._theme import template;"
        "assert template() == template() == 'tmeatlas';"
        "assert pio.templates.default == before[0];"
        "assert set(pio.templates) - before[1] == {'tmeatlas'}"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
