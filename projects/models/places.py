"""Regions, provinces and districts, with every code list that files use for them."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


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
