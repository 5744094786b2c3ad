"""How many wrong passwords and codes are let pass, and until when no more are; counted in PostgreSQL, one by one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac

from accounts.locks import take_turns
from accounts.models import Attempt


@dataclass(frozen=True)
class Limit:
    """So many attempts within so long."""

    attempts: int
    within: timedelta


OF_AN_ACCOUNT = Limit(5, timedelta(minutes=15))
"""Of one account from one address, or from one browser that signed in to it before."""
OF_AN_ADDRESS = Limit(15, timedelta(minutes=15))
"""Of all accounts together from one address."""
OF_CODES = Limit(50, timedelta(days=1))
"""Codes of one account from anywhere: whoever is asked for one has written its password."""
LONGEST = OF_CODES.within


class TooManyAttempts(Exception):
    """No more attempts are let pass `until` a moment."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


@dataclass(frozen=True)
class Counted:
    """An attempt that was counted before it was looked at; `last`: another wrong one is not let pass for a while."""

    rows: tuple[int, ...]
    last: bool

    def forget(self) -> None:
        """It was right: it counts no more. The wrong ones before it do."""
        Attempt.objects.filter(pk__in=self.rows).delete()


@transaction.atomic
def count_attempt(limits: Mapping[str, Limit]) -> Counted:
    """Count one attempt by each of these; raises TooManyAttempts, and counts nothing, where one of them is full.

    Attempts that come at the same time wait for each other, so that no more pass than the limit says.
    """
    Attempt.objects.filter(at__lt=Now() - LONGEST).delete()
    counted = {fingerprint(name): limit for name, limit in limits.items()}
    full: list[datetime] = []
    last = False
    for name, limit in sorted(counted.items()):
        take_turns(name)
        earlier = Attempt.objects.filter(counted_by=name, at__gt=Now() - limit.within)
        times = list(earlier.order_by("-at").values_list("at", flat=True)[: limit.attempts])
        if len(times) == limit.attempts:
            full.append(times[-1] + limit.within)
        last = last or len(times) == limit.attempts - 1
    if full:
        raise TooManyAttempts(max(full))
    rows = [Attempt.objects.create(counted_by=name) for name in counted]
    return Counted(tuple(row.pk for row in rows), last)


def fingerprint(name: str) -> str:
    """What a count goes by, unreadable without the secret key."""
    return salted_hmac("accounts.attempts", name, algorithm="sha256").hexdigest()
