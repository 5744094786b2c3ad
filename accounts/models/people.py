"""Users, the organisations they act for, and their roles there."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models.columns import NameColumn
from accounts.models.merges import Mergeable, called_like
from accounts.roles import HELD_AT, PERMISSIONS, Role

LATELY = timedelta(days=7)
"""How long whoever was given a role is no second person for whoever gave it; PostgreSQL's `two_people` says the same."""


def new_session_salt() -> str:
    """A fresh value that ends every session signed with the old one."""
    return secrets.token_hex(16)


class UserManager(BaseUserManager["User"]):
    """Creates people known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Add a person; without a password they must ask for a reset link first."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Addresses are compared without regard to case."""
        return self.get(email__iexact=username)

    def holding(self, *roles: str) -> models.QuerySet[User]:
        """People who can sign in and hold one of the roles today."""
        held = Membership.objects.active().filter(user=models.OuterRef("pk"), role__in=roles)
        return self.filter(models.Exists(held), is_active=True)


class User(AbstractUser):
    """A person who signs in; the e-mail address is the name."""

    username = None  # type: ignore[assignment]
    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)
    full_name = NameColumn(_("full name"), max_length=150)
    language = models.CharField(_("language"), max_length=10, default="es")
    session_salt = models.CharField(max_length=32, default=new_session_salt, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return self.full_name or self.email

    @cached_property
    def active_memberships(self) -> list[Membership]:
        """Memberships in force today, with their organisations."""
        return list(self.memberships.active().select_related("organisation"))

    @cached_property
    def roles(self) -> frozenset[str]:
        """Every role held today, in whichever organisation."""
        return frozenset(membership.role for membership in self.active_memberships)

    def organisation_as(self, *roles: str, rather: int | None = None) -> Organisation | None:
        """The organisation for which this person acts in one of the roles: `rather` this one, else the oldest."""
        held = [membership.organisation for membership in self.active_memberships if membership.role in roles]
        return next((one for one in held if one.pk == rather), held[0] if held else None)

    def may(self, permission: str) -> bool:
        """Whether one of this person's roles is listed for the permission in `accounts/roles.py`."""
        return self.is_active and bool(PERMISSIONS[permission] & self.roles)

    def organisation_ids_as(self, *roles: str) -> list[int]:
        """Organisations in which this person holds one of the roles today."""
        return [m.organisation_id for m in self.active_memberships if m.role in roles]

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Both the password and the salt sign a session, so that changing either ends it."""
        signed = self.password + self.session_salt
        return salted_hmac("minka.session", signed, secret=secret, algorithm="sha256").hexdigest()


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Named reads of organisations."""

    def offered(self) -> OrganisationQuerySet:
        """Those that people choose and look for: neither taken back with their import nor merged into another."""
        return self.filter(taken_back=False, merged_into__isnull=True)

    def search(self, text: str, user: User) -> OrganisationQuerySet:
        """Those whose name has the text, or another name or number of theirs that the person may see."""
        return self.filter(Q(name__unaccent__icontains=text) | called_like(Organisation.objects.all(), text, user))

    def bring_back(self) -> None:
        """Offer again what was taken back, unless another of the name and kind is offered by now."""
        others = Organisation.objects.offered().filter(name=models.OuterRef("name"), kind=models.OuterRef("kind"))
        self.filter(~models.Exists(others), taken_back=True).update(taken_back=False)


class Organisation(Mergeable):
    """A body that acts, pays, receives, owns or speaks: NGO, regulator, company, agency or community body."""

    class Kind(models.TextChoices):
        NGO = "ngo", _("Civil organisation")
        REGULATOR = "regulator", _("Regulator")
        COMPANY = "company", _("Company")
        AGENCY = "agency", _("Public agency")
        COMMUNITY_BODY = "community_body", _("Community body")
        PERSON = "person", _("Person or family")
        OTHER = "other", _("Other")

    name = NameColumn(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    country = models.CharField(_("country"), max_length=2, blank=True, help_text=_("Two letters, as in ISO 3166."))
    state_owned = models.BooleanField(_("owned by a state"), default=False)
    listed_on = models.CharField(
        _("exchange on which its shares are traded"),
        max_length=60,
        blank=True,
        help_text=_("Such as “Bolsa de Valores de Lima”. Leave empty where its shares are traded on none."),
    )
    contact = models.CharField(
        _("how people reach it"),
        max_length=200,
        blank=True,
        help_text=_("Office, hours, telephone. Stands on public pages of the mines that it follows; name no person."),
    )
    taken_back = models.BooleanField(default=False, editable=False)
    """Whether the import that added it was undone, and only payments of undone imports name it still."""
    is_demo = models.BooleanField(default=False, editable=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "kind"],
                condition=Q(taken_back=False),
                name="an_organisation_is_listed_once",
                violation_error_message=_("An organisation of this name and kind is already listed. Choose it."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="regulator") | ~Q(country=""),
                name="a_regulator_has_a_country",
                violation_error_message=_("Say which country it regulates: its reviewers see the mines there."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Named reads of memberships."""

    def active(self, on: date | None = None) -> MembershipQuerySet:
        """Memberships in force on a day, today unless told."""
        day = on or timezone.localdate()
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day).order_by("pk")

    def given_lately_between(self, one: User, other: User) -> MembershipQuerySet:
        """What one of two people gave or confirmed to the other in the last seven days, newest first."""
        by_other = Q(user=one) & (Q(granted_by=other) | Q(confirmed_by=other))
        by_one = Q(user=other) & (Q(granted_by=one) | Q(confirmed_by=one))
        return self.filter(by_other | by_one, given_at__gt=Now() - LATELY).order_by("-given_at")


class Membership(models.Model):
    """One person's role in one organisation, for a time; given by one person and confirmed by a second.

    Nobody gave the first administrators theirs: the command on the server did. PostgreSQL refuses everything else, and
    that a role which was given becomes another one (migration `0008_a_role_is_given_by_two_people`).
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="memberships", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    starts_on = models.DateField(_("from"), default=timezone.localdate)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    given_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(ends_on__isnull=True),
                name="a_person_holds_a_role_in_an_organisation_once",
                violation_error_message=_("This person already has this role there."),
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("user")),
                name="nobody_gives_themselves_a_role",
                violation_error_message=_("Nobody can give themselves a role. Ask another administrator."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}, {self.organisation}"

    def clean(self) -> None:
        """A role belongs to certain kinds of organisation (`roles.HELD_AT`)."""
        if self.organisation_id and self.role in HELD_AT and self.organisation.kind not in HELD_AT[self.role]:
            words = _("At %(organisation)s (%(kind)s) nobody is %(role)s. Choose another role or organisation.")
            about = {
                "organisation": self.organisation,
                "kind": self.organisation.get_kind_display(),
                "role": self.get_role_display(),
            }
            raise ValidationError({"role": ValidationError(words, "not_held_there", about)})
