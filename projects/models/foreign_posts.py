"""Posts at a mine that foreigners hold, and the plans by which nationals follow them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.models.columns import NameColumn
from projects.models.columns import DayColumn, RowColumn, SmallCountColumn
from projects.models.projects import Project
from projects.models.records import Record
from projects.models.rules import Check, InOrder, OncePer


class ForeignPost(Record):
    """One post that a foreigner holds: since when, by which day a national follows, and when one did. It names no person."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="foreign_posts", verbose_name=_("project"))
    employer = RowColumn(Organisation, reports=True, verbose_name=_("employer"))
    post = NameColumn(
        _("post"),
        max_length=120,
        help_text=_(
            "What the post is called; name no person. Number posts of one name. It stands on public pages where everybody may "
            "read the source."
        ),
    )
    held_since = DayColumn(_("held by a foreigner since"), happened=True)
    has_plan = models.BooleanField(
        _("there is a plan by which a national follows"),
        null=True,
        blank=True,
        help_text=_("In the contract, or in another document. Leave open while nobody knows it."),
    )
    follows_by = DayColumn(
        _("day by which a national follows"),
        null=True,
        blank=True,
        help_text=_("As the plan says it. A plan without a day does not count."),
    )
    in_training = SmallCountColumn(
        _("nationals who are trained for it"),
        null=True,
        blank=True,
        help_text=_("How many people, and no names. It is not published."),
    )
    passed_on = DayColumn(_("passed on to a national on"), happened=True, null=True, blank=True)

    year_column = "held_since"

    class Meta:
        ordering = ["project", "employer", "post", "held_since"]
        constraints = [
            OncePer(
                *("project", "employer", "post", "held_since"),
                at="post",
                name="a_post_held_by_a_foreigner_is_reported_once",
                says=_("This post is already here. Open and amend it, or give it a number."),
            ),
            Check(
                at="has_plan",
                condition=Q(has_plan__isnull=False, has_plan=True)
                | Q(follows_by__isnull=True, in_training__isnull=True),
                name="what_a_plan_says_has_a_plan",
                says=_("Say that there is a plan, or leave empty what it says."),
            ),
            InOrder(
                *("held_since", "follows_by"),
                unknown=("follows_by",),
                name="a_national_follows_after_the_foreigner_began",
                says=_("That is not later than the day since which a foreigner holds it."),
            ),
            InOrder(
                *("held_since", "passed_on"),
                unknown=("passed_on",),
                name="a_post_is_passed_on_after_the_foreigner_began",
                says=_("That is not later than the day since which a foreigner holds it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post}, {self.employer}"
