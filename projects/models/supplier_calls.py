"""Calls of a mine to local suppliers: what is sought, from whom, until when, and where to ask."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.models.columns import NameColumn
from projects.models.columns import DayColumn, RowColumn
from projects.models.projects import Project
from projects.models.records import Record
from projects.models.rules import InOrder, OncePer


class SupplierCall(Record):
    """One call: firms of these places are asked to offer something until a day."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="supplier_calls", verbose_name=_("project"))
    buyer = RowColumn(Organisation, reports=True, verbose_name=_("buyer"))
    sought = NameColumn(
        _("what is sought"),
        max_length=160,
        help_text=_(
            "Such as food for the camp, 200 people. It stands on public pages where everybody may read the source."
        ),
    )
    sought_from = models.CharField(
        _("from whom"), max_length=120, blank=True, help_text=_("Such as firms of the three districts.")
    )
    opens_on = DayColumn(_("opens on"))
    closes_on = DayColumn(_("closes on"), help_text=_("The last day on which an offer is taken."))
    where_to_ask = models.CharField(
        _("where to ask"),
        max_length=200,
        blank=True,
        help_text=_("An office, its telephone or a web address; name no person."),
    )

    year_column = "opens_on"

    class Meta:
        ordering = ["project", "-closes_on", "pk"]
        constraints = [
            OncePer(
                *("project", "buyer", "sought", "opens_on"),
                at="sought",
                name="a_call_to_suppliers_is_reported_once",
                says=_("This call is already here. Open and amend it."),
            ),
            InOrder(
                *("opens_on", "closes_on"),
                same_day=True,
                name="a_call_to_suppliers_closes_after_it_opens",
                says=_("It closes before it opens."),
            ),
        ]

    def __str__(self) -> str:
        return self.sought
