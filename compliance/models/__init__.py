"""The judgement and its publication."""

from compliance.models.answers import Answer
from compliance.models.frameworks import PolicyFramework
from compliance.models.publications import Publication, PublishedPlace, RecordCorrection, RowSalt, Takedown
from compliance.models.scorecards import Exemption, Opening, Review, Scorecard, ScorecardHead

__all__ = [
    "Answer",
    "Exemption",
    "Opening",
    "PolicyFramework",
    "Publication",
    "PublishedPlace",
    "RecordCorrection",
    "Review",
    "RowSalt",
    "Scorecard",
    "ScorecardHead",
    "Takedown",
]
