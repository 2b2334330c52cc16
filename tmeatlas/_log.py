"""The logger: one line per result written. Silent unless the user configures logging."""

from __future__ import annotations

import logging

logger = logging.getLogger("tmeatlas")
