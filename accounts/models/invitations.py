"""Letters that invite somebody who was added, until they have chosen a password."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.core import signing
from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models.people import User

LASTS = timedelta(days=14)
"""how long the link of an invitation works"""
SALT = "accounts.invitations"


def in_two_weeks() -> datetime:
    """When an invitation that is sent now runs out."""
    return timezone.now() + LASTS


class Invitation(models.Model):
    """The newest letter to one invited person; its link leads to the choice of a password, once.

    It is used once the person has a password, and withdrawn while the account is deactivated.
    """

    user: models.OneToOneField[User, User] = models.OneToOneField(
        "accounts.User", models.CASCADE, related_name="invitation", editable=False
    )
    number = models.PositiveIntegerField(default=1, editable=False)
    """how often it was sent: only the link of the newest letter works"""
    sent_by: models.ForeignKey[User, User] = models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", editable=False
    )
    sent_at = models.DateTimeField(default=timezone.now, editable=False)
    runs_out_at = models.DateTimeField(default=in_two_weeks, editable=False)

    def __str__(self) -> str:
        return f"{self.user} {self.number}"

    @property
    def has_run_out(self) -> bool:
        """Whether its link works no longer."""
        return timezone.now() >= self.runs_out_at

    @property
    def token(self) -> str:
        """What the link of the newest letter holds; it is signed, so that nobody makes one."""
        return signing.dumps([self.pk, self.number], salt=SALT)


def read_token(token: str) -> tuple[int, int]:
    """The key of an invitation and the number of its letter; raises BadSignature where nobody sent such a link."""
    key, number = signing.loads(token, salt=SALT)
    return int(key), int(number)
