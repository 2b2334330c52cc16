"""The atlas as users hold it: a payload that shows itself."""

from __future__ import annotations

import os
import tempfile
import webbrowser
from functools import cached_property
from html import escape
from pathlib import Path

from tmeatlas._outputs import check_output
from tmeatlas._whole_file import write_parts
from tmeatlas.atlas.library import Library
from tmeatlas.atlas.page import page_parts, render_page
from tmeatlas.atlas.payload import Payload

NOTEBOOK_HEIGHT = 900


class Atlas:
    """An interactive page about one tumour data set.

    Made by :func:`tmeatlas.pl.atlas`. In a notebook it shows itself.

    Parameters
    ----------
    payload
        What the page shows, as plain arrays and strings.
    library
        The plotly.js of the page; that of the plotly package if not given.

    Examples
    --------
    >>> import tmeatlas as tme
    >>> adata = tme.datasets.simulated(300)
    >>> tme.pp.prepare(adata)
    >>> atlas = tme.pl.atlas(adata, groupby="cell_type")
    >>> atlas.payload.n_cells
    300
    >>> atlas.write_html("atlas.html").name
    'atlas.html'
    """

    def __init__(self, payload: Payload, *, library: Library | None = None) -> None:
        self.payload = payload
        self._library = library

    def __repr__(self) -> str:
        return f"Atlas: {', '.join(self.payload.summary)}"

    def to_html(self) -> str:
        """The page as one string: complete, without any reference to a network."""
        return self._html

    def write_html(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to `path`, whole or not at all, and return the path.

        The path ends in ``.html``. A link stays, and the file that it leads to is
        written; one that is replaced keeps its permissions and its owner.
        """
        check_output(path, endings=(".html",))
        return write_parts(path, page_parts(self.payload, self._library))

    def show(self) -> Path:
        """Write the page to a temporary file, open it in the browser, return the path."""
        folder = Path(tempfile.mkdtemp(prefix="tmeatlas-"))
        path = self.write_html(folder / "atlas.html")
        webbrowser.open(path.as_uri())
        return path

    @cached_property
    def _html(self) -> str:
        return render_page(self.payload, self._library)

    def _repr_html_(self) -> str:
        # The frame has no origin of its own: its scripts cannot reach the notebook.
        return (
            f'<iframe srcdoc="{escape(self._html)}" sandbox="allow-scripts allow-downloads" '
            f'title="{escape(self.payload.title)}" width="100%" height="{NOTEBOOK_HEIGHT}" '
            'style="border:0;border-radius:8px"></iframe>'
        )
