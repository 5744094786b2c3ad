"""The neighbours and what they are owed."""

from communities.models.agreements import Agreement, Commitment
from communities.models.communities import Community, Influence
from communities.models.ledger import Disbursement, Obligation, Statement
from communities.models.participation import ParticipationEvent
from communities.models.shared_works import SharedWork, WorkProgress
from communities.models.study_areas import LeftOutClaim, StudyCommunity

__all__ = [
    "Agreement",
    "Commitment",
    "Community",
    "Disbursement",
    "Influence",
    "LeftOutClaim",
    "Obligation",
    "ParticipationEvent",
    "SharedWork",
    "Statement",
    "StudyCommunity",
    "WorkProgress",
]
