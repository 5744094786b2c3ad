"""Records that fall due on a day: the day that was first agreed stays, and a later one says who agreed to it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models.columns import DayColumn, FirstDayColumn
from projects.models.records import Record
from projects.models.rules import Check
from projects.models.sources import Source

LATER_DAY = ("later_day_agreed_by", "later_day_known_by", "later_day_agreed_on", "later_day_document")
"""What is said of the agreement to a later day; a company's own people leave it to others."""
NOBODY_AGREED = Q(
    later_day_agreed_by="", later_day_known_by="", later_day_agreed_on__isnull=True, later_day_document=""
)
FIRST_DAY_HELP = _("Leave empty unless the day was moved before you enter this. It cannot be changed later.")
SAYS_HOW = ~Q(later_day_agreed_by="") & ~Q(later_day_known_by="") & Q(later_day_agreed_on__isnull=False)


class DueRecord(Record):
    """What falls due on a day. A later day than the first counts where more than the bare word of who owes it agreed."""

    class Agreeing(models.TextChoices):
        COMMUNITY = "community", _("The community")
        AUTHORITY = "authority", _("A public authority")

    due_on: Any
    """the day of today; each model has it among its own columns"""
    first_due_on: Any = FirstDayColumn(_("first agreed for"), of="due_on", blank=True, help_text=FIRST_DAY_HELP)
    later_day_agreed_by = models.CharField(
        _("who agreed to a later day"),
        max_length=10,
        choices=Agreeing,
        blank=True,
        help_text=_("Leave empty unless the day was moved. Without this, the day that was first agreed counts."),
    )
    later_day_known_by = models.CharField(
        _("how do we know that they agreed?"), max_length=10, choices=Source.Way, blank=True
    )
    later_day_agreed_on = DayColumn(_("on which day they agreed"), happened=True, null=True, blank=True)
    later_day_document = models.CharField(
        _("in which document they agreed"), max_length=300, blank=True, help_text=_("Its number or its web address.")
    )

    year_column = "due_on"
    stand_last = ("first_due_on", *LATER_DAY)

    class Meta:
        abstract = True
        constraints = [
            Check(
                at="later_day_known_by",
                condition=NOBODY_AGREED | SAYS_HOW,
                name="%(class)s_says_how_a_later_day_was_agreed",
                says=_(
                    "Say who agreed to the later day, how that is known and on which day they agreed; or none of it."
                ),
            ),
            Check(
                at="later_day_document",
                condition=(~Q(later_day_agreed_by="authority") & ~Q(later_day_known_by="public"))
                | ~Q(later_day_document=""),
                name="%(class)s_names_the_document_of_a_later_day",
                says=_("Say in which document they agreed, and where it can be found."),
            ),
        ]

    @classmethod
    def not_done(cls) -> Q:
        """What is true of the rows of which it is still to be said that they were done."""
        raise NotImplementedError

    def clean(self) -> None:
        """Without a first day it is the day of today; and whoever agreed to a later day agreed to none that is later still."""
        super().clean()
        self.first_due_on = self.first_due_on or self.due_on
        if self._state.adding and self.due_on and self.first_due_on and self.first_due_on > self.due_on:
            message = _("The day that was first agreed is not after the day of today. Leave it empty.")
            raise ValidationError({"first_due_on": ValidationError(message, "first_day_after_today")})
        if self._state.adding or not self.later_day_agreed_by or not self.due_on:
            return
        said = type(self)._base_manager.values("due_on", *LATER_DAY).get(pk=self.pk)
        day = said.pop("due_on")
        if day and self.due_on > day and all(getattr(self, name) == value for name, value in said.items()):
            message = _("They agreed to another day. Say who agreed to this one and when, or leave all of it empty.")
            raise ValidationError({"later_day_agreed_on": ValidationError(message, "a_later_day_is_agreed_anew")})

    def let_agreement_go(self, due_on: date | None) -> None:
        """Forget who agreed to the later day of before, where somebody moves it later still who cannot say who agreed."""
        if not self._state.adding and due_on and self.due_on and due_on > self.due_on:
            for name in LATER_DAY:
                setattr(self, name, None if name == "later_day_agreed_on" else "")

    def days_asked(self) -> dict[str, date | None]:
        """The due days that a person may have typed, by their columns: the first one of a new record, where it is another."""
        typed = self._state.adding and self.first_due_on != self.due_on
        return {"due_on": self.due_on} | ({"first_due_on": self.first_due_on} if typed else {})

    def silent_columns(self) -> frozenset[str]:
        """Also who agreed to a later day, where the day was not moved later."""
        moved = self.first_due_on is not None and self.first_due_on < self.due_on
        return super().silent_columns() | (set() if moved or self.later_day_agreed_by else {*LATER_DAY})

    def concerned_years(self) -> list[int]:
        """The years of both days."""
        return sorted({day.year for day in (self.first_due_on, self.due_on) if day})
