"""Every key that tmeatlas writes into or reads from an AnnData, in one place."""

from __future__ import annotations

# obs
OBS_PREFIX = "tme_"
"""`obs["tme_<signature id>"]`: the score of one signature, float32."""

LINEAGE = "tme_lineage"
"""`obs["tme_lineage"]`: categorical, the lineage of each cell; beside it those of
`lineage_columns`, and `uns["tme_lineage_groups"]`."""
STATE = "tme_state"
"""`obs["tme_state"]`: categorical, the state of each cell within its lineage; beside it those of
`state_columns`, `obsm["tme_state_scores"]` and `uns["tme_state_calls"]`."""

# var
SYMBOL = "tme_symbol"
"""`var["tme_symbol"]`: the current gene symbol behind each `var_name`."""
GENE_IDS = "gene_ids"
FEATURE_TYPES = "feature_types"
"""Beside the names of files of 10x, as scanpy has them."""

# obsm
SCORES = "tme_scores"
"""`obsm["tme_scores"]`: DataFrame, cells × signatures, float32."""
SCORES_PVAL = "tme_scores_pval"
"""`obsm["tme_scores_pval"]`: DataFrame, cells × signatures, float32: p against random sets."""
CONSENSUS = "tme_consensus"
"""`obsm["tme_consensus"]`: DataFrame, cells × what signatures mark, float32."""

# varm
SIGNATURES = "tme_signatures"
"""`varm["tme_signatures"]`: DataFrame, genes × signatures, the weights actually used."""

# uns
META = "tmeatlas"
"""`uns["tmeatlas"]`: `schema_version` and, per result key, `kind`, `cells`, `params` and
`provenance`."""
FILE = "tme_file"
"""`uns["tme_file"]`: name of the file or folder that `tmeatlas.read` has read, without ending."""
OF_TABLE = "tme_of_table"
"""`uns["tme_of_table"]`: the columns of `obs` that a table of samples gave, in files that
`tmeatlas atlas --keep` writes."""
COVERAGE = "tme_coverage"
"""`uns["tme_coverage"]`: DataFrame, one row per signature: how many of its genes were found."""
AGREEMENT = "tme_agreement"
"""`uns["tme_agreement"]`: DataFrame, one row per consensus and signature."""
"""`uns["tme_agreement_pairs"]`: DataFrame, one row per pair of signatures of a consensus."""
CROSSTALK = "tme_crosstalk"
"""`uns["tme_crosstalk"]`: DataFrame, one row per interaction, source and target; beside it, where
samples are known, that of `crosstalk_levels`."""
AXES = "tme_axes"
"""`uns["tme_axes"]`: DataFrame, one row per axis, source and target; beside it, where samples are
known, that of `axes_samples`."""
CELLPHONEDB = "tme_cellphonedb"
"""`uns["tme_cellphonedb"]`: DataFrame, one row per interaction, source and target, and beside it
the tables of `cellphonedb_tables`."""
ENRICH = "tme_enrich"
"""`uns["tme_enrich"]`: DataFrame, one row per group (and sample) and gene list."""
COMPOSITION = "tme_composition"
"""`uns["tme_composition"]`: DataFrame, one row per sample and group."""
PHENOTYPE = "tme_phenotype"
"""`uns["tme_phenotype"]`: DataFrame, one row per sample and measure; beside it the calls."""
QUALITY = "tme_quality"
"""`uns["tme_quality"]`: DataFrame, one row per sample and measure; beside it those of
`quality_tables`, `varm[quality_ambient]` and the columns of `quality_columns`."""
NICHES = "tme_niches"
"""`uns["tme_niches"]`: DataFrame, one row per sample and measure of its tissue; beside it those
of `niche_tables`, `obsm["tme_niches"]` (what surrounds each cell) and the columns of
`niche_columns`."""
NICHE = "tme_niche"
"""`obs["tme_niche"]`: categorical, the niche of each cell or spot."""
DRUG_TARGETS = "tme_drug_targets"
"""`uns["tme_drug_targets"]`: DataFrame, one row per drug, drug target and what it belongs to;
beside it those of `drug_targets_tables`."""
COMPARE = "tme_compare"
"""`uns["tme_compare_<what>"]`: DataFrame, one row per feature, group and condition; beside it the
tables of `compare_tables`."""
COMPARED = (
    *("scores", "consensus", "states", "composition", "phenotype", "axes", "crosstalk"),
    *("niches", "colocalisation", "genes"),
)
"""What is compared, in the order in which comparisons are shown."""
DRIVERS = "tme_drivers"
"""`uns["tme_drivers"]`: DataFrame, one row per group, the one with the most axes first; beside it
those of `drivers_tables`."""
PREPARE = "prepare"
"""`uns["tmeatlas"]["prepare"]`: what `pp.prepare` did. No result may be called so."""
MADE_OF = "made_of"
"""`uns["tmeatlas"][<key>]["made_of"]`: JSON, by which `tme.analyse` and commands tell that a step
would make the result that is there. A call of a verb by itself leaves none."""
PROVENANCE, X_IS_LOGGED = "provenance", "x_is_logged"
"""`uns["tmeatlas"]["prepare"]["provenance"]["x_is_logged"]`: whether X stays as it is in a file and
log-normalised values are read in its place."""
X_KIND, X_FACTOR, X_GENES = "x_kind", "x_factor", "x_genes"
"""Beside it where they are: of which kind of values, multiplied by what, and of how many genes."""
DONE, NORMALISED = "done", "normalised"
"""Beside it what became of the matrix, by where it lies, and of its values, wherever they lie."""
MAP_LEARNT_FROM = "map_learnt_from"
"""Beside it where UMAP was learnt from a part of the cells: how many these were."""
COMPUTED = "computed"
"""Beside it, which embeddings `pp.prepare` has computed, each with a sum over its values."""
SIMULATED = "tme_simulated"
"""`uns["tme_simulated"]`: str, present when the cells were simulated; says how."""

TRUTH = "truth"
TRUTH_COMPOSITION = "truth_composition"
SOURCE = "source"
"""`uns["truth"]`, `uns["truth_composition"]`, `uns["source"]`: what cells were simulated from."""
TRUTH_EFFECTS = "truth_effects"
TRUTH_LEVELS = "truth_levels"
"""`uns["truth_effects"]`, `uns["truth_levels"]`: what was planted in a simulated cohort, and what
is true of each of its samples."""

# layers
COUNTS = "counts"
FRACTIONAL = "fractional_counts"
LINEAR = "linear"
BEFORE = "X_before"
COUNT_LAYERS = (COUNTS, "raw_counts", "raw", "count", "umi", "umis", "X_counts")
LOGGED_LAYERS = ("logcounts", "data", "lognorm", "log1p", "log1p_norm", "normalized", "norm_data")
"""Where others keep counts and log-normalised values, in the order in which they are tried."""

# scanpy's
HIGHLY_VARIABLE = "highly_variable"
LOG1P = "log1p"
PCA = "X_pca"
UMAP = "X_umap"
CONNECTIVITIES = "connectivities"
LEIDEN = "leiden"
SCRUBLET = "scrublet"
SCRUBLET_SCORE = "doublet_score"
SPATIAL = "spatial"

SCHEMA = "schema_version"
"""`uns["tmeatlas"]["schema_version"]`: the number below."""
SCHEMA_VERSION = 2

RESERVED = (META, PREPARE, SCHEMA)
"""Names under which no result can be kept."""


def obs_score(signature_id: str) -> str:
    """Name of the `obs` column that holds the score of one signature."""
    return f"{OBS_PREFIX}{signature_id}"


def obs_consensus(consensus_key: str, name: str) -> str:
    """Name of the `obs` column that holds one consensus."""
    return f"{consensus_key}_{name}"


def ranking(enrich_key: str) -> str:
    """Name of the `uns` entry with the ranked genes behind a preranked enrichment."""
    return f"{enrich_key}_ranking"


def coverage(scores_key: str) -> str:
    """Name of the `uns` entry with the coverage of the signatures scored under a key."""
    return COVERAGE if scores_key == SCORES else f"{scores_key}_coverage"


def signatures(scores_key: str) -> str:
    """Name of the `varm` entry with the weights of the signatures scored under a key."""
    return SIGNATURES if scores_key == SCORES else f"{scores_key}_signatures"


def scores_pval(scores_key: str) -> str:
    """Name of the `obsm` entry with the p-values of the scores under a key."""
    return SCORES_PVAL if scores_key == SCORES else f"{scores_key}_pval"


def agreement(consensus_key: str) -> str:
    """Name of the `uns` entry with the agreement behind a consensus."""
    return AGREEMENT if consensus_key == CONSENSUS else f"{consensus_key}_agreement"


def agreement_pairs(consensus_key: str) -> str:
    """Name of the `uns` entry with the correlations of the signatures behind a consensus."""
    return f"{agreement(consensus_key)}_pairs"


def crosstalk_levels(crosstalk_key: str) -> str:
    """Name of the `uns` entry with the levels of ligands and receptors in every sample."""
    return f"{crosstalk_key}_levels"


def axes_samples(axes_key: str) -> str:
    """Name of the `uns` entry with how many axes each group sends and receives in every sample."""
    return f"{axes_key}_samples"


def lineage_columns(lineage_key: str) -> tuple[str, str, str]:
    """Names of the `obs` columns beside the lineages: confidence, fine lineage, its confidence."""
    return f"{lineage_key}_confidence", f"{lineage_key}_fine", f"{lineage_key}_fine_confidence"


def lineage_groups(lineage_key: str) -> str:
    """Name of the `uns` entry with the lineage of each group of cells."""
    return f"{lineage_key}_groups"


def state_columns(state_key: str) -> tuple[str, str]:
    """Names of the `obs` columns beside the states: margin, and balance of M1 and M2."""
    return f"{state_key}_margin", f"{state_key}_m1_m2"


def state_scores(state_key: str) -> str:
    """Name of the `obsm` entry with the scores of all states that were read."""
    return f"{state_key}_scores"


def state_calls(state_key: str) -> str:
    """Name of the `uns` entry with how many cells of each lineage are in each state."""
    return f"{state_key}_calls"


def phenotype_calls(phenotype_key: str) -> str:
    """Name of the `uns` entry with the call of each sample."""
    return f"{phenotype_key}_calls"


def quality_tables(quality_key: str) -> tuple[str, str]:
    """Names of the `uns` entries with the remarks on samples, and with their ambient genes."""
    return f"{quality_key}_remarks", quality_ambient(quality_key)


def quality_ambient(quality_key: str) -> str:
    """Name of the `varm` entry with how much of each gene is ambient in each group."""
    return f"{quality_key}_ambient"


def quality_columns(quality_key: str) -> tuple[str, str]:
    """Names of the `obs` columns: whether a cell looks like a doublet, and scrublet's score."""
    return f"{quality_key}_doublet", f"{quality_key}_doublet_score"


def niche_tables(niches_key: str) -> tuple[str, str]:
    """Names of the `uns` entries with what makes each niche, and how stable niches are."""
    return f"{niches_key}_profiles", f"{niches_key}_stability"


def niche_columns(niches_key: str) -> tuple[str, str, str, str]:
    """Names of the `obs` columns: niche, distance to the border, suppressive niche, and TLS."""
    niche = NICHE if niches_key == NICHES else f"{niches_key}_niche"
    return niche, f"{niches_key}_border", f"{niches_key}_suppressive", f"{niches_key}_tls"


def drivers_tables(drivers_key: str) -> tuple[str, str]:
    """Names of the `uns` entries with the chains, and with the genes that follow programmes."""
    return f"{drivers_key}_loops", f"{drivers_key}_genes"


def drug_targets_tables(drug_targets_key: str) -> tuple[str, str]:
    """Names of the `uns` entries with drug targets by group, and with drugs left out."""
    return f"{drug_targets_key}_expression", f"{drug_targets_key}_conflicting"


def compare(what: str) -> str:
    """Name of the `uns` entry with the comparison of `what`, where no other is given."""
    return f"{COMPARE}_{what}"


def compare_tables(compare_key: str) -> tuple[str, str, str]:
    """Names of the `uns` entries with the values behind, what was left out, and the rows."""
    return f"{compare_key}_samples", f"{compare_key}_left_out", f"{compare_key}_rows"


def cellphonedb_tables(cellphonedb_key: str) -> tuple[str, str, str, str]:
    """Names of the `uns` entries with the interactions, genes, subunits and pairs of a result."""
    return (
        f"{cellphonedb_key}_interactions",
        f"{cellphonedb_key}_genes",
        f"{cellphonedb_key}_subunits",
        f"{cellphonedb_key}_pairs",
    )


def colors(groupby: str) -> str:
    """Name of the `uns` entry in which scanpy keeps the colours of a category."""
    return f"{groupby}_colors"
