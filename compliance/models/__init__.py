"""The judgement and its publication."""

from compliance.models.frameworks import PolicyFramework
from compliance.models.publications import Publication, PublishedPlace
from compliance.models.scorecards import Exemption, Review, Scorecard, ScorecardHead

__all__ = [
    "Exemption",
    "PolicyFramework",
    "Publication",
    "PublishedPlace",
    "Review",
    "Scorecard",
    "ScorecardHead",
]
