"""Formulas as MathML, which browsers draw by themselves: the site asks nobody for a script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from docutils.utils.math import latex2mathml

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator


def setup(app: Sphinx) -> None:
    """Offer the renderer that `html_math_renderer` names."""
    app.add_html_math_renderer("mathml", (inline, None), (block, None))


def inline(translator: HTML5Translator, node: nodes.math) -> None:
    """A formula within a sentence."""
    translator.body.append(as_mathml(node.astext(), as_block=False))
    raise nodes.SkipNode


def block(translator: HTML5Translator, node: nodes.math_block) -> None:
    """A formula by itself."""
    translator.body.append(f'<div class="math">{as_mathml(node.astext(), as_block=True)}</div>')
    raise nodes.SkipNode


def as_mathml(formula: str, *, as_block: bool) -> str:
    """The MathML of a formula in TeX."""
    return str(latex2mathml.tex2mathml(formula, as_block=as_block))
