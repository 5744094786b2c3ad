"""Outlines of a mine's areas: what it holds, where it works, and where its study says that it has influence."""

from __future__ import annotations

import json

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.geometry import Polygons, corners, middle
from projects.models.columns import DayColumn, OutlineColumn
from projects.models.places import Boundary, check_in_country
from projects.models.projects import SOUTH_OF_ALL_MINES, Project
from projects.models.records import Record
from projects.models.rules import InOrder


class Outline(Record):
    """The outline of one area of a mine, of one or several parts."""

    class Area(models.TextChoices):
        CONCESSION = "concession", _("Concession")
        OPERATION = "operation", _("Area of operation")
        DIRECT = "direct", _("Area of direct influence")
        INDIRECT = "indirect", _("Area of indirect influence")

    project = models.ForeignKey(Project, models.PROTECT, related_name="outlines", verbose_name=_("project"))
    area = models.CharField(_("what it is"), max_length=10, choices=Area)
    outline = OutlineColumn(
        _("outline"),
        help_text=_("GeoJSON with a Polygon or a MultiPolygon, longitude before latitude, in degrees (WGS 84)."),
    )
    starts_on = DayColumn(_("from"), happened=True, null=True, blank=True)
    ends_on = DayColumn(_("until"), null=True, blank=True, help_text=_("Leave empty while it lasts."))

    class Meta:
        ordering = ["project", "area", "pk"]
        constraints = [
            InOrder(
                *("starts_on", "ends_on"),
                unknown=["starts_on", "ends_on"],
                name="an_outline_ends_after_it_starts",
                says=_("The end must be after the start."),
            )
        ]

    def __str__(self) -> str:
        return str(self.get_area_display())

    def clean(self) -> None:
        """Its middle lies in the country of the mine, as far as boundaries are loaded, and none of it in the Antarctic."""
        super().clean()
        if not self.outline:
            return
        (_west, south), _north_east = corners(self.polygons)
        if south <= SOUTH_OF_ALL_MINES:
            message = _(
                "It reaches too far south for a mine. Are latitude and longitude exchanged? Longitude stands first."
            )
            raise ValidationError({"outline": ValidationError(message, "exchanged")})
        check_in_country(middle(self.polygons), Boundary.objects.land_of(self.project.country), "outline")

    @property
    def polygons(self) -> Polygons:
        """As in GeoJSON."""
        polygons: Polygons = json.loads(self.outline)["coordinates"]
        return polygons
