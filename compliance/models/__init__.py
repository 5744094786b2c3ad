"""The judgement and its publication."""

from compliance.models.frameworks import Indicator, Policy, PolicyFramework
from compliance.models.publications import Publication, PublishedPlace
from compliance.models.scorecards import Exemption, Review, Scorecard, ScorecardHead

__all__ = [
    "Exemption",
    "Indicator",
    "Policy",
    "PolicyFramework",
    "Publication",
    "PublishedPlace",
    "Review",
    "Scorecard",
    "ScorecardHead",
]
