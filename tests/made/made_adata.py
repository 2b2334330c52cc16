"""AnnData as scoring and crosstalk leave it, made by hand: quick, of any size and shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import scipy.sparse as sp
from anndata import AnnData
from made_cohort import write_cohort
from made_results import keep

from tmeatlas.lr import ALPHA
from tmeatlas.results import Axes, Consensus, Coverage, Crosstalk, Scores

GROUPS = ("Malignant", "CAF", "Macrophage", "T cell", "B cell", "Endothelial")
SIGNATURES = {
    "caf_pan": ("CAF, pan-cancer", "caf"),
    "caf_icaf": ("Inflammatory CAF", "caf"),
    "tam_spp1": ("SPP1 macrophage", "tam"),
    "treg_tumour": ("Tumour Treg", "treg"),
    "hypoxia_test": ("Hypoxia", "hypoxia"),
}
GENES = ("TGFB1", "TGFBR1", "TGFBR2", "CXCL12", "CXCR4", "CD274", "PDCD1", "COL1A1", "DCN", "SPP1")
PAIRS = (
    ("tgfb", "TGFB1", "TGFBR1_TGFBR2"),
    ("cxcl12", "CXCL12", "CXCR4"),
    ("pd1_pdl1", "CD274", "PDCD1"),
)


USUAL = 600
_made: dict[str, AnnData] = {}


def make_adata(n_cells: int = USUAL, **options) -> AnnData:
    """Cells in one cloud per group, with scores, coverage, crosstalk and provenance.

    What was made before is copied, as most tests ask for the same; `_make` has the options.
    """
    if n_cells > USUAL:
        return _make(n_cells, **options)
    key = repr((n_cells, sorted(options.items())))
    if key not in _made:
        _made[key] = _make(n_cells, **options)
    return _made[key].copy()


def _make(
    n_cells: int,
    *,
    groups: Sequence[str] = GROUPS,
    signatures: dict[str, tuple[str, str]] | None = None,
    samples: Sequence[str] = ("P1", "P2", "P3", "P4"),
    conditions: Sequence[str] = ("responder", "non-responder"),
    pairs: Sequence[tuple[str, str, str]] = PAIRS,
    seed: int = 0,
) -> AnnData:
    rng = np.random.default_rng(seed)
    signatures = SIGNATURES if signatures is None else signatures
    group_codes = np.sort(rng.integers(len(groups), size=n_cells))
    group_codes[: len(groups)] = np.arange(len(groups))
    sample_codes = rng.integers(len(samples), size=n_cells)
    sample_codes[: len(samples)] = np.arange(len(samples))
    shuffled = rng.permutation(n_cells)
    group_codes, sample_codes = group_codes[shuffled], sample_codes[shuffled]
    condition_codes = sample_codes * len(conditions) // len(samples)
    obs = pd.DataFrame(
        {
            "cell_type": pd.Categorical.from_codes(group_codes, list(groups)),
            "sample": pd.Categorical.from_codes(sample_codes, list(samples)),
            "condition": pd.Categorical.from_codes(condition_codes, list(conditions)),
        },
        index=[f"cell_{i}" for i in range(n_cells)],
    )
    expression = sp.random(
        n_cells, len(GENES), density=0.3, format="csr", dtype=np.float32, rng=rng
    )
    expression.data = np.log1p(expression.data * 9).astype(np.float32)
    adata = AnnData(sp.csr_matrix(expression), obs=obs, var=pd.DataFrame(index=list(GENES)))
    adata.obsm["X_umap"] = _clouds(group_codes, len(groups), rng)
    if signatures:
        _write_scores(adata, group_codes, signatures, rng)
        _write_consensus(adata)
    if pairs:
        _write_crosstalk(adata, list(groups), pairs, rng)
        _write_axes(adata, list(groups), pairs, rng)
    if signatures and pairs and len(groups) > 2 and len(samples) > len(conditions):
        write_cohort(adata, groupby="cell_type", sample_key="sample", condition_key="condition")
    return adata


def _clouds(codes: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    angle = 2.399963 * np.arange(n)
    radius = 2.2 * np.sqrt(np.arange(n) + 0.5)
    centres = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
    return (centres[codes] + rng.normal(0, 0.75, (len(codes), 2))).astype(np.float32)


def _write_scores(
    adata: AnnData,
    codes: np.ndarray,
    signatures: dict[str, tuple[str, str]],
    rng: np.random.Generator,
) -> None:
    n_groups = codes.max() + 1
    columns = {}
    for i, name in enumerate(signatures):
        level = np.full(n_groups, 0.1)
        level[(i * 5 + 1) % n_groups] = 0.5
        level[(i * 3 + 2) % n_groups] += 0.15
        columns[name] = np.clip(rng.normal(level[codes], 0.09), 0, 1).astype(np.float32)
    ids = list(signatures)
    coverage = pd.DataFrame(
        {
            "n_genes": [12] * len(ids),
            "n_found": [10] * len(ids),
            "coverage": [10 / 12] * len(ids),
            "missing": ["ABC1, ABC2"] * len(ids),
            "renamed": [""] * len(ids),
            "scored": [True] * len(ids),
            "compartment": [signatures[name][1] for name in ids],
            "purpose": [""] * len(ids),
            "marks": [signatures[name][1] for name in ids],
            "name": [signatures[name][0] for name in ids],
            "tier": ["core"] * len(ids),
            "citation": [f"Author{i % 7} et al. (2020), Journal" for i in range(len(ids))],
            "genes": ["COL1A1, DCN, SPP1"] * len(ids),
            "scored_in": [""] * len(ids),
        },
        index=pd.Index(ids, name="signature"),
    )
    facts = {
        "unit": "UCell score; 0 = its genes are not among the highest, 1 = they are",
        "citation": "UCell, Andreatta and Carmona (2021)",
    }
    Scores(
        record=Scores.new_record(adata, params={"method": "ucell"}, facts=facts),
        key=Scores.default_key,
        table=pd.DataFrame(columns, index=adata.obs_names),
        coverage=Coverage(coverage),
    ).write(adata)


def _write_consensus(adata: AnnData) -> None:
    """Of the first two signatures and of the rest, which mark CAF and TAM."""
    scores = adata.obsm["tme_scores"]
    members = {"caf": list(scores.columns[:2]), "tam": list(scores.columns[2:])}
    members = {name: ids for name, ids in members.items() if ids}
    agreement = [
        (name, name, "finds", one, 1.0, 0.25, 0.5, len(ids), 0.25)
        for name, ids in members.items()
        for one in ids
    ]
    pairs = [
        (name, name, one, other, 1.0 if one == other else 0.25)
        for name, ids in members.items()
        for one in ids
        for other in ids
    ]
    Consensus(
        record=Consensus.new_record(adata, params={"key": Scores.default_key}, facts={}),
        key=Consensus.default_key,
        table=pd.DataFrame(
            {name: scores[ids].mean(axis=1).astype(np.float32) for name, ids in members.items()}
        ),
        agreement=pd.DataFrame(agreement, columns=[c.name for c in Consensus.agreement_columns]),
        pairs=pd.DataFrame(pairs, columns=[c.name for c in Consensus.pair_columns]),
    ).write(adata)


def _write_crosstalk(
    adata: AnnData,
    groups: list[str],
    pairs: Sequence[tuple[str, str, str]],
    rng: np.random.Generator,
) -> None:
    """All interactions are core ones that signal."""
    rows = []
    for axis, ligand, receptor in pairs:
        for source in groups:
            for target in groups:
                padj = float(rng.random() ** 2)
                sides = _sides(rng, padj / 2)
                rows.append(
                    {
                        "source": source,
                        "target": target,
                        "ligand_complex": ligand,
                        "receptor_complex": receptor,
                        "axis": axis,
                        "interaction": f"{ligand}:{receptor}",
                        "role": "signalling",
                        "core": "core",
                        "coverage": 1.0,
                        "n_resources": 5,
                        "ligand_mean": rng.random(),
                        "receptor_mean": rng.random(),
                        "score": _score(rng, padj),
                        **sides,
                        "pval": padj / 2,
                        "padj": padj,
                        **_verdict(rng, padj, sides),
                        "sample": "",
                    }
                )
    table = pd.DataFrame(rows)
    table["mean"] = table[["ligand_mean", "receptor_mean"]].mean(axis=1)
    keep(Crosstalk, adata, _best_first(table), groupby="cell_type", facts={"matrix": "X"})


def _sides(rng: np.random.Generator, pval: float) -> dict[str, float]:
    """Both sides of a row: 100 cells each, of which some show it; the weaker one has `pval`."""
    sides: dict[str, float] = {"source_cells": 100, "target_cells": 100}
    weaker = "ligand" if rng.random() < 0.5 else "receptor"
    for side in ("ligand", "receptor"):
        cells, fold = int(rng.integers(1, 60)), float(1 + 4 * rng.random())
        share = cells / 100
        sides |= {
            f"{side}_cells": cells,
            f"{side}_fraction": share,
            f"{side}_fraction_low": share * 0.8,
            f"{side}_fraction_high": share * 1.2,
            f"{side}_molecules": 2 * cells,
            f"{side}_specificity": fold,
            f"{side}_specificity_low": fold * 0.7,
            f"{side}_specificity_high": fold * 1.6,
            f"{side}_pval": pval if side == weaker else pval * float(rng.random()),
        }
    return sides


def _score(rng: np.random.Generator, padj: float) -> float:
    """Higher for all rows that stand out than for any other."""
    return float(rng.random() / 2 + (0.5 if padj <= ALPHA else 0.0))


def _verdict(
    rng: np.random.Generator, padj: float, sides: Mapping[str, float], stands: str = "specific"
) -> dict[str, object]:
    """What the row says: `stands`, or ruled out, or how many cells it would need."""
    needed = {"source_cells_needed": np.nan, "target_cells_needed": np.nan}
    if padj <= ALPHA:
        return {"verdict": stands, **needed}
    if rng.random() < 0.3:
        return {"verdict": "not specific", **needed}
    end = "source" if sides["ligand_pval"] >= sides["receptor_pval"] else "target"
    return {"verdict": "too few cells", **needed, f"{end}_cells_needed": 100 + rng.integers(900)}


def _best_first(table: pd.DataFrame) -> pd.DataFrame:
    """In the order in which the verbs store their rows."""
    return table.assign(later=~(table["padj"] <= ALPHA)).sort_values(
        ["later", "score"], ascending=[True, False], kind="stable", ignore_index=True
    )[list(table)]


def _write_axes(
    adata: AnnData,
    groups: list[str],
    pairs: Sequence[tuple[str, str, str]],
    rng: np.random.Generator,
) -> None:
    """Axes between the groups; only the first has a response signature and an activator."""
    rows = []
    for number, (axis, ligand, receptor) in enumerate(pairs):
        first = number == 0
        for source in groups:
            for target in groups:
                padj = float(rng.random() ** 2)
                sides = _sides(rng, padj / 2)
                up = first and rng.random() < 0.5
                stands = ("active" if up else "specific") if first else "specific, response unknown"
                missing = [
                    side for side in ("ligand", "receptor") if sides[f"{side}_pval"] > ALPHA / 2
                ]
                row = {
                    "axis": axis,
                    "source": source,
                    "target": target,
                    "score": _score(rng, padj),
                    "pval": padj / 2,
                    "padj": padj,
                    **sides,
                    "top_interaction": f"{ligand}^{receptor}",
                    "activation_source": 0.2 if first else np.nan,
                    "activation_target": 0.1 if first else np.nan,
                    "response": "tgfb_response" if first else "",
                    "response_validated": first,
                    "response_effect": rng.normal() if first else np.nan,
                    "response_pval": float(rng.random()) if first else np.nan,
                    "response_padj": 0.01 if up else (0.9 if first else np.nan),
                    "missing": "; ".join([*missing, *(["response"] if first and not up else [])]),
                    "coverage": 1.0,
                    "core_pairs": 1,
                    "core_pairs_measured": 1,
                    **_verdict(rng, padj, sides, stands),
                }
                if source == target == groups[0]:
                    row |= {"pval": np.nan, "padj": np.nan, "verdict": "not testable"}
                rows.append(row)
    table = _best_first(pd.DataFrame(rows))
    keep(Axes, adata, table, groupby="cell_type", params={"crosstalk": Crosstalk.default_key})
