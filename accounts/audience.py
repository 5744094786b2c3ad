"""Who is told which person did something: a company's own people read the organisation and the day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.timezone import localtime

from accounts.design.writing import long_date
from accounts.models import Organisation, User
from accounts.roles import Role

MINKA = "Minka"


def is_of_minkas_side(viewer: User) -> bool:
    """Whether somebody works for Minka's side, too; whoever only speaks for a company does not."""
    return bool(viewer.roles - {Role.OPERATOR})


def who_did_it(viewer: User, person: User | None, at: datetime, organisation: Organisation | None = None) -> str:
    """Who did something, as the viewer is told it: the person; to companies the organisation, but for their own people.

    `organisation` is the one for which it was done, where that is known; else the person's at that moment.
    """
    if person is None:
        return MINKA
    if is_of_minkas_side(viewer) or person.pk == viewer.pk:
        return str(person)
    own = set(viewer.organisation_ids_as(Role.OPERATOR))
    others = [one for one in [organisation] if one] or organisations_at(person, at)
    if others and own.issuperset(one.pk for one in others):
        return str(person)
    return str(next((one for one in others if one.pk not in own), MINKA))


def organisations_at(person: User, at: datetime) -> list[Organisation]:
    """The organisations for which somebody acted on the day, the oldest membership first; else those of any time."""
    day = localtime(at).date()
    memberships = sorted(person.memberships.all(), key=lambda one: one.pk)
    of_the_day = [one for one in memberships if one.starts_on <= day and (one.ends_on is None or one.ends_on >= day)]
    return [one.organisation for one in of_the_day or memberships]


def read_organisations(viewer: User, rows: Iterable[Any], person: str) -> None:
    """Read at once what `who_did_it` needs of the people whom rows name; two queries, and only for companies."""
    if not is_of_minkas_side(viewer):
        prefetch_related_objects(list(rows), f"{person}__memberships__organisation")


def moment_told(viewer: User, at: datetime) -> str:
    """When something was done, as the viewer is told it: to the minute, to companies the day."""
    day = long_date(at)
    return f"{day}, {localtime(at):%H:%M}" if is_of_minkas_side(viewer) else day
