"""Communities, and which mines affect them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.columns import NameColumn
from accounts.models.merges import Mergeable
from accounts.roles import SEES_ALL_PROJECTS, Role
from projects.models import Area, Project, Source
from projects.models.columns import AreaColumn, CountColumn, DayColumn, RowColumn
from projects.models.records import Record, StandingManager
from projects.models.rules import OncePer


class CommunityQuerySet(models.QuerySet["Community"]):
    """Named reads of communities."""

    def visible_to(self, user: User) -> CommunityQuerySet:
        """All for overseers; else those near a visible project or entered for one's organisation."""
        if user.roles & (SEES_ALL_PROJECTS | {Role.REVIEWER}):
            return self
        near = Influence.objects.filter(project__in=Project.objects.visible_to(user)).values("community")
        return self.filter(Q(pk__in=near) | Q(Source.held_by(user)))

    def of_project(self, project: Project | None) -> CommunityQuerySet:
        """The neighbours of a project: those that it affects."""
        return self.filter(pk__in=Influence.objects.filter(project=project).values("community"))


class Community(Mergeable, Record):
    """A community of people: a comunidad campesina or nativa, a village, or a part of a town."""

    class Kind(models.TextChoices):
        CAMPESINA = "campesina", _("Comunidad campesina")
        NATIVA = "nativa", _("Comunidad nativa")
        CENTRO_POBLADO = "centro_poblado", _("Centro poblado")
        OTHER = "other", _("Other")

    name = NameColumn(_("name"), max_length=150)
    slug = models.SlugField(max_length=80, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    district = AreaColumn(
        Area,
        models.PROTECT,
        limit_choices_to={"level": "district"},
        related_name="communities",
        verbose_name=_("district"),
    )
    languages = models.CharField(
        _("languages spoken"), max_length=120, blank=True, help_text=_("Such as “Quechua, Spanish”.")
    )
    population = CountColumn(_("people"), null=True, blank=True)
    people = models.CharField(
        _("indigenous people"),
        max_length=120,
        blank=True,
        help_text=_("As they name themselves. Not being in an official list proves nothing."),
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = StandingManager.from_queryset(CommunityQuerySet)()
    with_withdrawn = CommunityQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "communities"
        constraints = [
            OncePer(
                "district",
                "name",
                at="name",
                name="a_community_is_listed_once_in_a_district",
                says=_(
                    "This community is already listed in this district. If you do not see it in your list, ask an "
                    "administrator to let your organisation follow its mine."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Influence(Record):
    """A mine affects a community: as its own map says, or as the community claims."""

    class Degree(models.TextChoices):
        DIRECT = "direct", _("Direct influence")
        INDIRECT = "indirect", _("Indirect influence")

    class Recognition(models.TextChoices):
        RECOGNISED = "recognised", _("In the approved study")
        CLAIMED = "claimed", _("Claimed by the community, left out of the study")

    project = models.ForeignKey(Project, models.PROTECT, related_name="influences", verbose_name=_("project"))
    community = RowColumn(Community, anywhere=True, related_name="influences", verbose_name=_("community"))
    degree = models.CharField(_("degree"), max_length=10, choices=Degree)
    recognition = models.CharField(_("recognition"), max_length=10, choices=Recognition)
    starts_on = DayColumn(_("since"), null=True, blank=True)

    class Meta:
        ordering = ["project", "community"]
        constraints = [
            OncePer(
                "project",
                "community",
                at="community",
                name="a_mine_and_a_community_are_linked_once",
                says=_("This community is already linked to this project. Amend that record."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.community}: {self.get_degree_display()}"
