"""Methods of `tme.tl.enrich`: each a frozen dataclass of its options, computed by gseapy."""

from tmeatlas.enrichment._bulk import BulkGSVA, BulkSSGSEA

# For the other rooms of the house, as all that is imported `as` its own name.
from tmeatlas.enrichment._method import Enriched as Enriched
from tmeatlas.enrichment._method import EnrichMethod
from tmeatlas.enrichment._prerank import Prerank
from tmeatlas.enrichment._profiles import Profiles as Profiles
from tmeatlas.enrichment._ranking import Ranking as Ranking
from tmeatlas.enrichment._registry import resolve as resolve
from tmeatlas.enrichment._sets import ListChoice as ListChoice

__all__ = ["BulkGSVA", "BulkSSGSEA", "EnrichMethod", "Prerank"]
