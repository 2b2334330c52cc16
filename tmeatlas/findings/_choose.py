"""Which findings are told, and in which order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import pandas as pd

from tmeatlas.findings._finding import About, Candidate, Confidence, Finding, Rule
from tmeatlas.findings._material import Material
from tmeatlas.findings._rule_agreement import signatures_that_disagree
from tmeatlas.findings._rule_checkpoint import checkpoint
from tmeatlas.findings._rule_composition import unlike_the_others, what_there_is, what_varies
from tmeatlas.findings._rule_conditions import differences
from tmeatlas.findings._rule_crosstalk import axes_that_stand_out
from tmeatlas.findings._rule_data import (
    labels_against_markers,
    no_genes,
    only_one_sample,
    what_the_sample_is,
)
from tmeatlas.findings._rule_limits import axes_not_readable, groups_too_small, no_axis
from tmeatlas.findings._rule_no_difference import no_difference
from tmeatlas.findings._rule_phenotype import calls_of_samples
from tmeatlas.findings._rule_programmes import programmes_of_groups
from tmeatlas.findings._rule_space import infiltration_of_tumour, niches_found, types_beside_types
from tmeatlas.findings._rule_states import states_of_lineages
from tmeatlas.findings._rule_targets import supported_targets

RULES: Mapping[Rule, float] = {
    labels_against_markers: 1.2,
    what_the_sample_is: 1.0,
    differences: 1.0,
    checkpoint: 1.0,
    no_genes: 0.8,
    infiltration_of_tumour: 0.8,
    calls_of_samples: 0.75,
    what_there_is: 0.7,
    states_of_lineages: 0.8,
    programmes_of_groups: 0.75,
    axes_that_stand_out: 0.75,
    types_beside_types: 0.7,
    unlike_the_others: 0.55,
    no_difference: 0.7,
    only_one_sample: 1.0,
    what_varies: 0.6,
    axes_not_readable: 0.5,
    no_axis: 0.6,
    niches_found: 0.5,
    supported_targets: 0.35,
    groups_too_small: 0.4,
    signatures_that_disagree: 0.4,
}
"""Rules with the weight of what they say: that of a finding is between half of it and all of it, as
it is weaker or stronger than others of its rule. Weights are a convention: what forbids others and
what differs between patients comes first, what rests on the data as such before what is context."""
MOST = 8
AGAIN = 0.7
"""Factor of the weight for each finding about the same that is told already; what the data are has
to be said in any case."""
OF_CONDITIONS = 0.9
"""The same for differences between conditions, of which there are several kinds."""
SAME_SUBJECT = 0.6
"""The same where the subject is told already, such as regulatory T cells by another measure."""
SEVERAL_MEASURES = 1.1
"""Factor where several rows tell of a subject: what several measures say is told before what one
says (chosen on simulated cohorts, confirmed on others)."""
MOST_OF_ONE: Mapping[str, int] = {About.CONDITION: 5}
MOST_OF_OTHERS = 2
"""Findings about one thing at most; several comparisons of conditions are several things."""


def all_candidates(material: Material) -> list[tuple[float, Candidate]]:
    """What all rules say, with its weight, the heaviest first."""
    found = [
        (weight * (0.5 + 0.5 * candidate.strength), candidate)
        for rule, weight in RULES.items()
        for candidate in rule(material)
    ]
    return sorted(corroborated(found), key=lambda each: -each[0])


def corroborated(
    candidates: Sequence[tuple[float, Candidate]],
) -> list[tuple[float, Candidate]]:
    """Candidates with their weights; those of whose subject several rows tell weigh more."""
    told_by: dict[str, set[tuple[str, str]]] = {}
    for _, candidate in candidates:
        finding = candidate.finding
        told_by.setdefault(candidate.subject, set()).add((finding.result, finding.rows))
    several = {subject for subject, rows in told_by.items() if subject and len(rows) > 1}
    return [
        (weight * (SEVERAL_MEASURES if candidate.subject in several else 1.0), candidate)
        for weight, candidate in candidates
    ]


def choose(candidates: Sequence[tuple[float, Candidate]], most: int = MOST) -> list[Finding]:
    """The heaviest findings one after the other, each weighing less the more are of its kind."""
    told: Counter[str] = Counter()
    left = list(candidates)
    chosen: list[Finding] = []
    while left and len(chosen) < most:
        weights = [weight * _again(told, candidate) for weight, candidate in left]
        _, candidate = left.pop(weights.index(max(weights)))
        finding = candidate.finding
        if told[finding.about] < MOST_OF_ONE.get(finding.about, MOST_OF_OTHERS):
            told.update(filter(None, (finding.about, candidate.subject)))
            chosen.append(finding)
    return chosen


def _again(told: Counter[str], candidate: Candidate) -> float:
    """What is left of the weight of a finding, after what is told of the same thing."""
    finding = candidate.finding
    factors: Mapping[str, float] = {About.DATA: 1.0, About.CONDITION: OF_CONDITIONS}
    subject = SAME_SUBJECT if told[candidate.subject] else 1.0
    return float(subject * factors.get(finding.about, AGAIN) ** told[finding.about])


def find(material: Material, most: int = MOST) -> list[Finding]:
    """The findings to be told of some data: the surest first, of these the most important."""
    words = list(Confidence)
    chosen = choose(all_candidates(material), most)
    return sorted(chosen, key=lambda each: words.index(Confidence(each.confidence)))


COLUMNS = (
    *("rule", "about", "headline", "text", "confidence", "n", "unit"),
    *("result", "rows", "view"),
)


def as_table(findings: Sequence[Finding]) -> pd.DataFrame:
    """One row per finding; `view` as text."""
    rows = [
        [view_text(f.view) if name == "view" else _plain(getattr(f, name)) for name in COLUMNS]
        for f in findings
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def view_text(view: Mapping[str, str]) -> str:
    """`tab=crosstalk; axis=tgfb`."""
    return "; ".join(f"{name}={value}" for name, value in view.items())


def _plain(value: object) -> object:
    return str(value) if isinstance(value, str) else value
