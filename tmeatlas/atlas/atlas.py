"""The atlas as users hold it: a payload that shows itself."""

from __future__ import annotations

import os
import tempfile
import webbrowser
from functools import cached_property
from pathlib import Path

import pandas as pd

from tmeatlas._outputs import check_output
from tmeatlas._whole_file import write_parts
from tmeatlas.atlas.library import Library
from tmeatlas.atlas.notebook import MOST_SIZE, framed, kernel_module, pictured
from tmeatlas.atlas.page import page_parts, render_page
from tmeatlas.atlas.payload import Payload
from tmeatlas.findings import as_table


class Atlas:
    """An interactive page about one tumour data set.

    Made by :func:`tmeatlas.pl.atlas`. In a notebook it shows itself; a page of
    more than 10 MB is shown as a picture there, beside the file to open.

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
        self._file: Path | None = None

    def __repr__(self) -> str:
        return f"Atlas: {', '.join(self.payload.summary)}"

    @property
    def findings(self) -> pd.DataFrame:
        """What the results say, as ranked sentences: that of :func:`tmeatlas.get.findings`."""
        return as_table(self.payload.findings)

    def to_html(self) -> str:
        """The page as one string: complete, without any reference to a network."""
        return self._html

    def write_html(self, path: str | os.PathLike[str]) -> Path:
        """Write the page to `path`, whole or not at all, and return the path.

        The path ends in ``.html``. A link stays, and the file that it leads to is
        written; one that is replaced keeps its permissions and its owner.
        """
        check_output(path, endings=(".html",))
        self._file = write_parts(path, page_parts(self.payload, self._library))
        return self._file

    def show(self) -> Path:
        """Write the page to a temporary file, open it in the browser, return the path.

        In a notebook it is shown there, or as a picture where it is too large.
        """
        folder = Path(tempfile.mkdtemp(prefix="tmeatlas-"))
        path = self.write_html(folder / "atlas.html")
        notebook = kernel_module()
        if notebook is not None:
            notebook.display.display(self)
        else:
            webbrowser.open(path.as_uri())
        return path

    @cached_property
    def _html(self) -> str:
        return render_page(self.payload, self._library)

    def _repr_html_(self) -> str:
        written = self._file if self._file is not None and self._file.is_file() else None
        if self._small_page is not None:
            return framed(self._small_page, self.payload.title, written)
        if written is None:
            written = self.write_html(Path(tempfile.mkdtemp(prefix="tmeatlas-")) / "atlas.html")
        return pictured(self.payload, written)

    @cached_property
    def _small_page(self) -> str | None:
        """The page where it fits a notebook; no more of a larger one is made than tells so."""
        parts, size = [], 0
        for part in page_parts(self.payload, self._library):
            parts.append(part)
            size += len(part)
            if size > MOST_SIZE:
                return None
        return "".join(parts)
