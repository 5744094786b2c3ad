"""Outlines of a mine's areas: what it holds, where it works, and where its study says that it has influence."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.geometry import Polygons, Position, corners, far_from_all, middle, some_of
from projects.models.assessments import ImpactAssessment
from projects.models.columns import DayColumn, OutlineColumn
from projects.models.places import Boundary, check_in_country
from projects.models.projects import SOUTH_OF_ALL_MINES, Project
from projects.models.records import Record
from projects.models.rules import Check, InOrder

MOST_CORNERS = 12
"""Of each part, so many corners are compared with the boundaries of the country."""


class Outline(Record):
    """The outline of one area of a mine, of one or several parts."""

    class Area(models.TextChoices):
        CONCESSION = "concession", _("Concession")
        OPERATION = "operation", _("Area of operation")
        DIRECT = "direct", _("Area of direct influence")
        INDIRECT = "indirect", _("Area of indirect influence")
        CERTIFIED = "certified", _("Certified area of a study")

    project = models.ForeignKey(Project, models.PROTECT, related_name="outlines", verbose_name=_("project"))
    area = models.CharField(_("what it is"), max_length=10, choices=Area)
    assessment = models.ForeignKey(
        ImpactAssessment,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="outlines",
        verbose_name=_("study that says so"),
        help_text=_("Of a certified area, and of an area of influence where it is known."),
    )
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
            ),
            Check(
                at="assessment",
                condition=~Q(area="certified") | Q(assessment__isnull=False),
                name="a_certified_area_names_its_study",
                says=_("Choose the study whose area it is."),
            ),
            Check(
                at="assessment",
                condition=Q(assessment__isnull=True) | Q(area__in=["certified", "direct", "indirect"]),
                name="only_areas_of_studies_name_one",
                says=_("A concession or an area of operation is of no study. Leave it empty, or change what it is."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_area_display())

    def clean(self) -> None:
        """It lies in the country of the mine, as far as boundaries are loaded, and none of it in the Antarctic."""
        super().clean()
        if not self.outline:
            return
        (_west, south), _north_east = corners(self.polygons)
        if south <= SOUTH_OF_ALL_MINES:
            message = _(
                "It reaches too far south for a mine. Are latitude and longitude exchanged? Longitude stands first."
            )
            raise ValidationError({"outline": ValidationError(message, "exchanged")})
        land = Boundary.objects.land_of(self.project.country)
        check_in_country(middle(self.polygons), land, "outline")
        if land and (beyond := far_from_all(self.compared_positions(), land)):
            message = _(
                "A part of it, near latitude %(latitude)s, longitude %(longitude)s, lies outside the country, in the sea or in "
                "another one. Check that part, or leave it out."
            )
            where = {"latitude": f"{beyond[1]:.5f}", "longitude": f"{beyond[0]:.5f}"}
            raise ValidationError({"outline": ValidationError(message, "partly_outside", where)})

    def compared_positions(self) -> Iterator[Position]:
        """The middle of each part, and its corners but for areas of influence, which may reach over a border or into the sea."""
        for part in self.polygons:
            yield middle([part])
            if self.area not in (self.Area.DIRECT, self.Area.INDIRECT):
                yield from some_of(part[0], MOST_CORNERS)

    @property
    def polygons(self) -> Polygons:
        """As in GeoJSON."""
        polygons: Polygons = json.loads(self.outline)["coordinates"]
        return polygons
