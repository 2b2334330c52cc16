"""The atlas: one interactive HTML page about a tumour."""

from tmeatlas.atlas.atlas import Atlas
from tmeatlas.atlas.payload import Payload, build_payload

__all__ = ["Atlas", "Payload", "build_payload"]
