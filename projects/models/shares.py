"""Shares of a mine or of a company: who holds how much of it, from when until when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import BaseConstraint, Q
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from projects.models.columns import DayColumn, PercentColumn
from projects.models.records import Record
from projects.models.rules import Check, InOrder

ALL_OF_IT = Decimal(100)


def rules_of_a_share(called: str) -> list[BaseConstraint]:
    """What every row that is `called` so keeps by itself."""
    return [
        Check(
            at="share_percent",
            condition=Q(share_percent__gt=0, share_percent__lte=100),
            name=f"a_{called}_is_above_0_and_at_most_100_percent",
            says=_("A share is more than 0 and at most 100 %%."),
        ),
        InOrder(
            "starts_on",
            "ends_on",
            unknown=["ends_on"],
            name=f"a_{called}_ends_after_it_starts",
            says=_("The end must be after the start."),
        ),
    ]


class ShareQuerySet(models.QuerySet[Any]):
    """Named reads of shares."""

    def in_force(self, on: date) -> Self:
        """Those held on a day."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)


class Share(Record):
    """An owner held a share of something for a time; at no date do the shares of one thing exceed 100 %."""

    of: ClassVar[str]
    """the column of what is held"""
    owner: Any
    """each model has it among its own columns"""

    share_percent = PercentColumn(
        _("share, %"), max_digits=7, decimal_places=4, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    starts_on = DayColumn(_("from"))
    ends_on = DayColumn(_("until"), null=True, blank=True, help_text=_("Leave empty while it lasts."))

    year_column = "starts_on"
    stand_last = ("share_percent", "starts_on", "ends_on")

    class Meta:
        abstract = True

    def clean(self) -> None:
        """On no day more than all of it; PostgreSQL refuses it too, also where two people say so at the same time."""
        super().clean()
        share, start, end = self.share_percent, self.starts_on, self.ends_on
        if share is None or start is None or (end and end <= start):
            return
        shares = type(self)._default_manager.filter(**{self.of: getattr(self, f"{self.of}_id")}).exclude(pk=self.pk)
        others = [other for other in shares if not end or other.starts_on < end]
        for day in sorted({start, *(other.starts_on for other in others if other.starts_on > start)}):
            held = sum((other.share_percent for other in others if other.lasts_on(day)), Decimal(0))
            if held + share > ALL_OF_IT:
                message = _("On %(day)s others already hold %(held)s %%. At most %(left)s %% is left.")
                left = ALL_OF_IT - held
                params = {"day": long_date(day), "held": f"{held.normalize():f}", "left": f"{left.normalize():f}"}
                raise ValidationError({"share_percent": ValidationError(message, "stakes_exceed_100_percent", params)})

    def lasts_on(self, day: date) -> bool:
        """Whether the share is held on a day."""
        return self.starts_on <= day and (self.ends_on is None or day < self.ends_on)
