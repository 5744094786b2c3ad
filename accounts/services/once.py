"""Writes that are done once, however often they are sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from accounts.models import IdempotentAnswer, User


class UsedForAnother(Exception):
    """Something else was written under this key."""


def answer_given(*, user: User, key: str, body_sha256: str) -> Mapping[str, Any] | None:
    """The answer to the same body under the same key, where it was given before."""
    earlier = IdempotentAnswer.objects.filter(user=user, key=key, body_sha256=body_sha256).first()
    return earlier.answer if earlier else None


@transaction.atomic
def write_once(*, user: User, key: str, body_sha256: str, write: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
    """Write under a key of one person; the same request again gets the same answer, and nothing is written.

    The key and its answer are stored in the transaction of the effect itself. Raises UsedForAnother where the key was
    used for another request.
    """
    earlier, new = IdempotentAnswer.objects.get_or_create(user=user, key=key, defaults={"body_sha256": body_sha256})
    if new:
        earlier.answer = dict(write())
        earlier.save()
    elif earlier.body_sha256 != body_sha256:
        raise UsedForAnother
    answer: dict[str, Any] = earlier.answer
    return answer
