"""People, what they did, and the work that waits."""

from accounts.models.attempts import Attempt
from accounts.models.audit import AuditEntry
from accounts.models.invitations import Invitation
from accounts.models.jobs import IdempotentAnswer, Job
from accounts.models.merges import Merge
from accounts.models.notices import Notice, NoticeChoice
from accounts.models.people import Membership, Organisation, User
from accounts.models.proposals import Proposal
from accounts.models.regular import RegularWork
from accounts.models.role_requests import RoleRequest
from accounts.models.tokens import ApiToken

__all__ = [
    "ApiToken",
    "Attempt",
    "AuditEntry",
    "IdempotentAnswer",
    "Invitation",
    "Job",
    "Membership",
    "Merge",
    "Notice",
    "NoticeChoice",
    "Organisation",
    "Proposal",
    "RegularWork",
    "RoleRequest",
    "User",
]
