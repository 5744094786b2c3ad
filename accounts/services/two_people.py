"""Two people are two people: whoever was given a role lately is no second person for whoever gave it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.models.people import LATELY


def refuse_lately_appointed(one: User, other: User) -> None:
    """Raise ValidationError where one of the two gave or confirmed a role to the other in the last seven days.

    PostgreSQL refuses the same by `two_people`; here it is said who gave what to whom, and until when it counts.
    """
    given = (
        Membership.objects.given_lately_between(one, other)
        .select_related("user", "organisation", "granted_by", "confirmed_by")
        .first()
    )
    if given is None:
        return
    words = _(
        "%(appointed)s was made %(role)s by %(giver)s less than seven days ago. "
        "Until %(day)s somebody else must be the second person."
    )
    about = {
        "appointed": given.user,
        "role": given.get_role_display(),
        "giver": other if given.user == one else one,
        "day": date_format(timezone.localtime(given.given_at + LATELY), "DATETIME_FORMAT"),
    }
    raise ValidationError(words, "lately_appointed", about)
