"""Results: what is stored, under which key, and what it means."""

from tmeatlas.results._record import record, recorded, versions

__all__ = ["record", "recorded", "versions"]
