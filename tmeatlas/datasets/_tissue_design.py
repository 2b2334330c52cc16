"""What is true in simulated tissue: its niches, and where in it each population lives."""

from __future__ import annotations

import numpy as np

from tmeatlas.datasets._design import POPULATIONS

NICHES = ("tumour", "hypoxic core", "suppressive", "infiltrate", "TLS", "stroma")
LIVES = {
    "malignant": (0.96, 0.01, 0.01, 0.01, 0.00, 0.01),
    "malignant_cycling": (0.97, 0.01, 0.01, 0.01, 0.00, 0.00),
    "malignant_hypoxic": (0.02, 0.98, 0.00, 0.00, 0.00, 0.00),
    "mycaf": (0.00, 0.00, 0.25, 0.01, 0.00, 0.74),
    "icaf": (0.00, 0.00, 0.03, 0.04, 0.02, 0.91),
    "pericyte": (0.01, 0.00, 0.01, 0.02, 0.01, 0.95),
    "endothelial": (0.02, 0.00, 0.02, 0.05, 0.03, 0.88),
    "tam_c1q": (0.03, 0.00, 0.07, 0.71, 0.00, 0.19),
    "tam_spp1": (0.01, 0.46, 0.52, 0.00, 0.00, 0.01),
    "monocyte": (0.01, 0.32, 0.49, 0.08, 0.01, 0.09),
    "dc": (0.00, 0.00, 0.04, 0.21, 0.70, 0.05),
    "cd8_effector": (0.02, 0.00, 0.02, 0.90, 0.03, 0.03),
    "cd8_exhausted": (0.09, 0.01, 0.71, 0.18, 0.00, 0.01),
    "cd4": (0.00, 0.00, 0.06, 0.24, 0.66, 0.04),
    "treg": (0.01, 0.00, 0.90, 0.02, 0.06, 0.01),
    "nk": (0.02, 0.00, 0.02, 0.92, 0.00, 0.04),
    "b": (0.00, 0.00, 0.00, 0.01, 0.98, 0.01),
    "plasma": (0.00, 0.00, 0.01, 0.07, 0.65, 0.27),
}
"""Population → the expected share of its cells in each of `NICHES`. Chosen, not measured."""
WHERE = np.array([LIVES[name] for name in POPULATIONS])
"""Populations × niches."""

LIVES_CONCENTRATION = 80.0
"""Dirichlet concentration of where a population lives, in each section."""
NICHE_LENGTH, SPOT_NICHE_LENGTH = 200.0, 400.0
"""µm over which the fields that niches follow are smooth; under spots, several lie in a niche."""
SMOOTH_LENGTH, SPOT_SMOOTH_LENGTH = 60.0, 200.0
"""The same, of the activity of programmes and of the densities of null tissue."""
SMOOTH_PART = 0.5
"""Share of the variance of activity among the cells of a section that is smooth."""
DENSITY = 1.5
"""Standard deviation of the log density of a population in null tissue."""
NEAR = 30.0
"""µm within which a source is beside a target."""
SPOT_DIAMETER, SPOT_DISTANCE = 55.0, 100.0
"""µm, as of Visium slides."""
CELLS_OF_SPOT = 8
"""Expected cells of a spot."""
