"""Run by each kernel of the tutorials: figures without plotly.js, which the page has."""

from typing import Any

import plotly.io as pio
from plotly.io.base_renderers import HtmlRenderer


class OfSite(HtmlRenderer):
    """A figure as a part of a page."""

    def to_mimebundle(self, fig_dict: dict[str, Any]) -> dict[str, str]:
        """The figure as HTML, which fetches nothing."""
        config = {"displaylogo": False, "showSendToCloud": False, "responsive": True}
        text = pio.to_html(
            fig_dict,
            config=config,
            include_plotlyjs=False,
            include_mathjax=False,
            full_html=False,
            validate=False,
        )
        return {"text/html": text}


pio.renderers["site"] = OfSite()
pio.renderers.default = "site"
