"""Tokens by which programs use the API as the person who made them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.columns import NameColumn

if TYPE_CHECKING:
    from accounts.models.people import User

LONGEST = timedelta(days=366)
"""from the day on which a token is made to its last"""
USUAL = timedelta(days=90)


def usual_last_day() -> date:
    """The last day that is offered for a token made today."""
    return timezone.localdate() + USUAL


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Named reads of tokens."""

    def visible_to(self, user: User) -> ApiTokenQuerySet:
        """One's own; everybody's for whoever looks after people."""
        return self if user.may("people.view") else self.filter(user=user)

    def revocable_by(self, user: User) -> ApiTokenQuerySet:
        """Those that work and that the person may end: one's own, and everybody's for administrators."""
        mine = self if user.may("people.manage") else self.filter(user=user)
        return mine.filter(revoked_at=None)


class ApiToken(models.Model):
    """A token of one person for one program; only its fingerprint is kept, and the letters by which people know it again."""

    class Scope(models.TextChoices):
        READ = "read", _("Read only")
        WRITE = "write", _("Read and write what you may")

    user: models.ForeignKey[User, User] = models.ForeignKey(
        "accounts.User", models.CASCADE, related_name="tokens", editable=False
    )
    name = NameColumn(_("name"), max_length=80, help_text=_("Which program uses it, and where it runs."))
    scope = models.CharField(_("what it may do"), max_length=10, choices=Scope, default=Scope.READ)
    last_day = models.DateField(
        _("last day"), default=usual_last_day, help_text=_("At most a year from now. Then make another one.")
    )
    prefix = models.CharField(max_length=20, editable=False)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    made_on = models.DateField(default=timezone.localdate, editable=False)
    last_used_on = models.DateField(null=True, editable=False)
    revoked_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[ApiTokenQuerySet] = ApiTokenQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("made_on")) & Q(last_day__lte=F("made_on") + LONGEST),
                name="a_token_lasts_a_year_at_most",
            ),
            models.UniqueConstraint(
                fields=["user", "name"], condition=Q(revoked_at=None), name="a_person_names_a_token_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def has_run_out(self) -> bool:
        """Whether its last day is over."""
        return timezone.localdate() > self.last_day

    def clean(self) -> None:
        """The last day lies within a year, and nobody calls two tokens that work alike."""
        if self.last_day and not self.made_on <= self.last_day <= self.made_on + LONGEST:
            words = _("Choose a day from today to a year from now.")
            raise ValidationError({"last_day": ValidationError(words, "too_long")})
        if ApiToken.objects.filter(user=self.user, name=self.name, revoked_at=None).exclude(pk=self.pk).exists():
            words = _(
                "You have a token of this name. Choose another name, or revoke it in the list of tokens, also where you "
                "made it just now and did not see it."
            )
            raise ValidationError({"name": ValidationError(words, "taken")})
