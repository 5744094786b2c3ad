"""Sealed publications, chained by hash: the only thing that anybody outside reads."""

from __future__ import annotations

import json
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, FloatField, Func, Q, Value
from django.db.models.functions import Greatest

from accounts.models import Proposal
from compliance.models.scorecards import Scorecard


def likeness(text: str, column: str) -> Func[Any]:
    """How much a text resembles some words of a column, from 0 to 1, whatever its accents."""
    plain = [Func(one, function="unaccent", output_field=models.TextField()) for one in (Value(text), F(column))]
    return Func(*plain, function="word_similarity", output_field=FloatField())


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Named reads of publications; public views use them with `.using("public")`."""

    def readable(self) -> PublicationQuerySet:
        """Those that were not taken down; PostgreSQL shows the public role no others."""
        return self.filter(~models.Exists(Takedown.objects.filter(publication=models.OuterRef("pk"))))

    def current(self) -> PublicationQuerySet:
        """The newest publication of each project and year; none where that was taken down."""
        taken_down = Takedown.objects.filter(
            project_slug=models.OuterRef("project_slug"),
            year=models.OuterRef("year"),
            publication__gte=models.OuterRef("sequence"),
        )
        return self.filter(~models.Exists(self._newer()), ~models.Exists(taken_down))

    def latest_per_project(self) -> PublicationQuerySet:
        """Of each project, the newest publication of its latest year that has one which stands."""
        later = Publication.objects.current().filter(
            project_slug=models.OuterRef("project_slug"), year__gt=models.OuterRef("year")
        )
        return self.current().filter(~models.Exists(later))

    def for_project(self, slug: str) -> PublicationQuerySet:
        """Every publication of a project, newest first."""
        return self.filter(project_slug=slug).with_corrections().order_by("-year", "-sequence")

    def with_corrections(self) -> PublicationQuerySet:
        """Annotate `corrected_on` and `corrected` where the record behind the project and year has been corrected since."""
        found = RecordCorrection.objects.filter(
            project_slug=models.OuterRef("project_slug"), year=models.OuterRef("year")
        )
        return self.annotate(
            corrected_on=models.Subquery(found.values("corrected_on")[:1]),
            corrected=models.Subquery(found.values("indicators")[:1]),
        )

    def for_community(self, slug: str) -> PublicationQuerySet:
        """Current publications that mention a community, newest year first."""
        rows = self.current().filter(places__kind="community", places__slug=slug).with_corrections()
        return rows.order_by("-year", "project_name")

    def search(self, text: str) -> PublicationQuerySet:
        """Publications whose project, operator, community or area resembles the text."""
        places = PublishedPlace.objects.filter(publication=models.OuterRef("pk"), name__unaccent__icontains=text)
        return self.filter(
            Q(project_name__unaccent__icontains=text)
            | Q(operator_name__unaccent__icontains=text)
            | models.Exists(places)
        )

    def similar(self, text: str, least: float) -> PublicationQuerySet:
        """Publications whose project, operator, community or area is written nearly so."""
        places = PublishedPlace.objects.filter(publication=models.OuterRef("pk")).alias(likeness=likeness(text, "name"))
        names = Greatest(likeness(text, "project_name"), likeness(text, "operator_name"), output_field=FloatField())
        return self.alias(likeness=names).filter(
            Q(likeness__gte=least) | models.Exists(places.filter(likeness__gte=least))
        )

    @staticmethod
    def _newer() -> models.QuerySet[Publication]:
        return Publication.objects.filter(
            project_slug=models.OuterRef("project_slug"),
            year=models.OuterRef("year"),
            sequence__gt=models.OuterRef("sequence"),
        )


class Publication(models.Model):
    """One sealed document about one project and year; never changed, a correction is a successor."""

    sequence = models.PositiveIntegerField(primary_key=True)
    sha256 = models.CharField(max_length=64, unique=True)
    previous_sha256 = models.CharField(max_length=64, unique=True, null=True)
    project_slug = models.SlugField(max_length=80)
    project_name = models.CharField(max_length=150)
    operator_name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2)
    year = models.PositiveSmallIntegerField()
    grade = models.CharField(max_length=1, blank=True)
    is_demo = models.BooleanField(default=False)
    document = models.TextField()
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="publications")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    objects = PublicationQuerySet.as_manager()

    class Meta:
        ordering = ["sequence"]
        indexes = [models.Index(fields=["project_slug", "year", "sequence"], name="publications_of_a_project")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(approved_by=F("published_by")), name="another_person_publishes_than_approved"
            ),
            models.CheckConstraint(
                condition=Q(sequence=1, previous_sha256__isnull=True)
                | Q(sequence__gt=1, previous_sha256__isnull=False),
                name="only_the_first_publication_has_none_before_it",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_name} {self.year} (#{self.sequence})"

    @cached_property
    def content(self) -> dict[str, Any]:
        """The document, parsed."""
        parsed: dict[str, Any] = json.loads(self.document)
        return parsed


class RowSalt(models.Model):
    """What opens a publication's commitment to a row of facts of which it hides small numbers; never public."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="salts")
    record = models.CharField(max_length=80)
    salt = models.CharField(max_length=64)

    class Meta:
        ordering = ["publication", "record"]
        constraints = [
            models.UniqueConstraint(
                fields=["publication", "record"], name="a_publication_commits_itself_to_a_row_once"
            ),
            models.CheckConstraint(
                condition=Q(salt__regex=r"^[0-9a-f]{64}$"), name="a_salt_is_as_long_as_a_fingerprint"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id}: {self.record}"


class TakedownQuerySet(models.QuerySet["Takedown"]):
    """Named reads of what was taken down."""

    def unreplaced(self) -> TakedownQuerySet:
        """The newest of each project and year of which nothing was published since."""
        since = Publication.objects.filter(
            project_slug=models.OuterRef("project_slug"),
            year=models.OuterRef("year"),
            sequence__gt=models.OuterRef("publication"),
        )
        later = Takedown.objects.filter(
            project_slug=models.OuterRef("project_slug"),
            year=models.OuterRef("year"),
            publication__gt=models.OuterRef("publication"),
        )
        return self.filter(~models.Exists(since), ~models.Exists(later))


class Takedown(models.Model):
    """That a publication was taken down by two people, with what anybody may still know of it.

    It repeats the publication's place in the chain, since PostgreSQL hides the publication itself from the public role
    (migration `0018_what_is_taken_down_is_not_read`). Never changed.
    """

    publication = models.OneToOneField(Publication, models.PROTECT, primary_key=True, related_name="takedown")
    proposal = models.OneToOneField(Proposal, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    previous_sha256 = models.CharField(max_length=64, null=True)
    project_slug = models.SlugField(max_length=80)
    project_name = models.CharField(max_length=150)
    year = models.PositiveSmallIntegerField()
    is_demo = models.BooleanField(default=False)
    published_at = models.DateTimeField()
    taken_down_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    taken_down_by = ArrayField(models.CharField(max_length=200))
    """The organisations of the two people. As in publications, nobody is named."""

    objects = TakedownQuerySet.as_manager()

    class Meta:
        ordering = ["-publication_id"]
        indexes = [models.Index(fields=["project_slug", "year"], name="takedowns_of_a_project")]

    def __str__(self) -> str:
        return f"{self.project_name} {self.year} (#{self.publication_id})"

    @property
    def by(self) -> str:
        """Who took it down, in words."""
        return ", ".join(self.taken_down_by)


class RecordCorrection(models.Model):
    """Since when the record of a published project and year says something else than its newest publication.

    It holds no figure: what is new is under review.
    """

    project_slug = models.SlugField(max_length=80)
    year = models.PositiveSmallIntegerField()
    corrected_on = models.DateField()
    indicators = ArrayField(models.CharField(max_length=20), default=list)
    """codes of the indicators that come to something else"""
    noted_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project_slug", "year"], name="one_correction_of_a_project_and_year")
        ]

    def __str__(self) -> str:
        return f"{self.project_slug} {self.year}: {self.corrected_on}"


class PublishedPlace(models.Model):
    """A community or district that a publication mentions, so that people find it."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="places")
    kind = models.CharField(max_length=10, choices=[("community", "community"), ("district", "district")])
    slug = models.SlugField(max_length=80)
    name = models.CharField(max_length=150)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["publication", "kind", "slug"], name="a_publication_mentions_a_place_once")
        ]
        indexes = [models.Index(fields=["kind", "slug"], name="publications_of_a_place")]

    def __str__(self) -> str:
        return self.name
