"""What public statistics say of all the mines of a country together: people at work, by month, area, gender and activity."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.columns import NameColumn
from projects.models.columns import CountryColumn, DayColumn, NumberColumn
from projects.models.records import Record, StandingManager
from projects.models.rules import NotNegative, OncePer


class EmploymentStatisticQuerySet(models.QuerySet["EmploymentStatistic"]):
    """Named reads of what statistics say."""

    def visible_to(self, user: User) -> EmploymentStatisticQuerySet:
        """All: whoever publishes a statistic tells everybody, and it is about no mine."""
        return self.all()


class EmploymentStatistic(Record):
    """One line of a public statistic: how many people of one gender worked in one activity in an area in a month.

    Some statistics count in halves, and so do these people.
    """

    class Gender(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")

    country = CountryColumn(_("country"), max_length=2)
    month = DayColumn(_("month"), happened=True, help_text=_("The first day of the month, such as 1 March 2024."))
    area = NameColumn(_("province or other area"), max_length=120)
    gender = models.CharField(
        _("gender"),
        max_length=6,
        choices=Gender,
        blank=True,
        help_text=_("Leave empty where the statistic counts everybody together."),
    )
    activity = NameColumn(_("activity"), max_length=120, help_text=_("In the words of the statistic."))
    people = NumberColumn(
        _("people at work"),
        max_digits=12,
        decimal_places=2,
        validators=[MinValueValidator(0)],
        help_text=_("As the statistic gives it, also where it is no whole number."),
    )

    year_column = "month"

    objects = StandingManager.from_queryset(EmploymentStatisticQuerySet)()
    with_withdrawn = EmploymentStatisticQuerySet.as_manager()

    class Meta:
        ordering = ["country", "-month", "area", "activity", "gender"]
        constraints = [
            OncePer(
                *("country", "month", "area", "gender", "activity"),
                at="people",
                name="a_statistic_counts_people_of_a_month_once",
                says=_("This month, area, gender and activity are already here. Open and amend them."),
            ),
            NotNegative(
                "people", name="people_at_work_are_not_negative", says=_("A number of people cannot be negative.")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area}, {self.activity}, {self.month:%Y-%m}"

    def clean(self) -> None:
        """A month is written by its first day, so that no month is there twice."""
        super().clean()
        if self.month and self.month.day != 1:
            says = _("Write the first day of the month.")
            raise ValidationError({"month": ValidationError(says, "not_the_first_day")})
