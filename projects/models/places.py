"""Regions, provinces and districts, with every code list that files use for them, and where they lie."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.geometry import Polygons, Position, contains, lies_near


class AreaQuerySet(models.QuerySet["Area"]):
    """Named reads of areas."""

    def districts(self) -> "AreaQuerySet":
        """The smallest areas."""
        return self.filter(level=Area.Level.DISTRICT)

    def regions(self) -> "AreaQuerySet":
        """The largest areas below the country."""
        return self.filter(level=Area.Level.REGION)


class Area(models.Model):
    """One administrative area of one country; Peru's codes are INEI's, with RENIEC's and SUNAT's beside them."""

    class Level(models.TextChoices):
        REGION = "region", _("Region")
        PROVINCE = "province", _("Province")
        DISTRICT = "district", _("District")

    country = models.CharField(_("country"), max_length=2)
    code = models.CharField(_("code"), max_length=12)
    reniec_code = models.CharField(_("RENIEC code"), max_length=12, blank=True)
    sunat_code = models.CharField(_("SUNAT code"), max_length=12, blank=True)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    name = models.CharField(_("name"), max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    objects = AreaQuerySet.as_manager()

    class Meta:
        ordering = ["country", "code"]
        constraints = [
            models.UniqueConstraint(fields=["country", "code"], name="an_area_code_means_one_area_in_a_country"),
            models.CheckConstraint(
                condition=Q(level="region", parent__isnull=True) | ~Q(level="region") & Q(parent__isnull=False),
                name="only_regions_have_no_parent",
            ),
        ]

    def __str__(self) -> str:
        return " / ".join(self.path)

    @property
    def path(self) -> list[str]:
        """Names from the region down to this area."""
        return [*self.parent.path, self.name] if self.parent else [self.name]


class BoundaryQuerySet(models.QuerySet["Boundary"]):
    """Named reads of boundaries."""

    def land_of(self, country: str) -> list[Polygons]:
        """The polygons of every region of a country; none where the boundary of a region is missing."""
        regions = Area.objects.regions().filter(country=country)
        found = list(self.filter(area__in=regions).values_list("polygons", flat=True))
        return found if len(found) == regions.count() else []


class Boundary(models.Model):
    """Where an area lies, coarse enough for maps: loaded by `manage.py load_boundaries` from a file that Minka does not ship."""

    area = models.OneToOneField(Area, models.CASCADE, primary_key=True, related_name="boundary")
    polygons = models.JSONField()
    """as in a GeoJSON MultiPolygon"""
    loaded_at = models.DateTimeField()

    objects = BoundaryQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.area)


class PopulationQuerySet(models.QuerySet["Population"]):
    """Named reads of populations."""

    def newest(self) -> "PopulationQuerySet":
        """Of each area the last year."""
        return self.order_by("area_id", "-year").distinct("area_id")


class Population(models.Model):
    """How many people live in an area: loaded by `manage.py load_population` from a file that Minka does not ship."""

    area = models.ForeignKey(Area, models.CASCADE, related_name="populations")
    year = models.PositiveSmallIntegerField()
    people = models.PositiveIntegerField()
    origin = models.CharField(max_length=200)
    """who says so, such as “INEI, estimates of 2017”"""
    loaded_at = models.DateTimeField()

    objects = PopulationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "year"], name="an_area_has_one_population_a_year"),
        ]

    def __str__(self) -> str:
        return f"{self.area}, {self.year}: {self.people}"


def check_in_country(position: Position, land: Sequence[Polygons], at: str) -> None:
    """Raise ValidationError at a column where a position does not lie in the country of these regions; no regions, no word."""
    if not land or any(lies_near(region, position) for region in land):
        return
    if any(contains(region, position[::-1]) for region in land):
        message = _(
            "Latitude and longitude are exchanged: the other way round this lies in the country. Exchange them."
        )
        raise ValidationError({at: ValidationError(message, "exchanged")})
    message = _(
        "This lies outside the country, in the sea or in another one. Check latitude, longitude and their signs."
    )
    raise ValidationError({at: ValidationError(message, "outside")})
