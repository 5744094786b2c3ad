"""Roles that somebody asked to be given and that a second person confirms or refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Organisation, User
from accounts.models.waiting import Decision, WaitsForSecondPerson
from accounts.roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection


def deciding_roles() -> Collection[str]:
    """Whose word counts as the second: administrators'; where there is one alone, reviewers' too."""
    alone = User.objects.holding(Role.ADMINISTRATOR).count() < 2
    return (Role.ADMINISTRATOR, Role.REVIEWER) if alone else (Role.ADMINISTRATOR,)


class RoleRequestQuerySet(models.QuerySet["RoleRequest"]):
    """Named reads of requests."""

    def waiting(self) -> RoleRequestQuerySet:
        """Those that nobody has decided."""
        return self.filter(state=RoleRequest.State.OPEN)

    def visible_to(self, user: User) -> RoleRequestQuerySet:
        """All for whoever may be the second person, none for anybody else."""
        return self if user.is_active and user.roles & {*deciding_roles()} else self.none()


class RoleRequest(WaitsForSecondPerson):
    """A role that an administrator asks to give; it counts for nothing until a second person confirms it."""

    State = Decision

    user = models.ForeignKey(User, models.CASCADE, related_name="role_requests", verbose_name=_("person"))
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    role = models.CharField(_("role"), max_length=20, choices=Role)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    objects = RoleRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(state="open"),
                name="a_role_is_asked_for_once",
                violation_error_message=_("This role is asked for already, and waits for a second person."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True)
                | Q(~Q(state="open"), decided_by__isnull=False, decided_at__isnull=False),
                name="what_is_decided_says_by_whom_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | (~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("user"))),
                name="a_second_person_confirms_a_role",
                violation_error_message=_("Another person than the one who asked for a role confirms it."),
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("user")),
                name="nobody_asks_for_a_role_of_their_own",
                violation_error_message=_("Nobody can give themselves a role. Ask another administrator."),
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(reason=""),
                name="a_refused_role_says_why",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.organisation}"
