"""The atlas: one interactive HTML page about a tumour."""

from tmeatlas._accessor import register
from tmeatlas.atlas.atlas import Atlas
from tmeatlas.atlas.library import Library, read_library
from tmeatlas.atlas.payload import Payload, build_payload

__all__ = ["Atlas", "Library", "Payload", "build_payload", "read_library"]

register()
