"""What reviewers answered to the questions of frameworks of any depth: facts with a source and a day, never changed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from projects.models import Area, Project, Source


class AnswerQuerySet(models.QuerySet["Answer"]):
    """Named reads of answers."""

    def visible_to(self, user: User) -> AnswerQuerySet:
        """Those about visible mines, and all about companies, districts and countries."""
        return self.filter(Q(project__isnull=True) | Q(project__in=Project.with_withdrawn.visible_to(user)))

    def standing(self) -> AnswerQuerySet:
        """The last word on each question, where that was not withdrawn."""
        return self.last_words().exclude(answer="")

    def last_words(self) -> AnswerQuerySet:
        """What no other has replaced, withdrawn ones among them."""
        return self.filter(replaced_by__isnull=True)


class Answer(models.Model):
    """One answer to one question about one subject. A correction, or a withdrawal, is another one that replaces it."""

    framework = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField()
    question = models.CharField(_("question"), max_length=60)
    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="answers")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+")
    country = models.CharField(max_length=2, blank=True)
    answer = models.CharField(_("answer"), max_length=60, blank=True, help_text="Empty: the earlier one is withdrawn.")
    given_on = models.DateField(_("day of the answer"))
    reason = models.CharField(_("why it is changed"), max_length=500, blank=True)
    source = models.OneToOneField(Source, models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, related_name="replaced_by")

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ["framework", "version", "question", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(project__isnull=False, organisation__isnull=True, area__isnull=True, country="")
                | Q(project__isnull=True, organisation__isnull=False, area__isnull=True, country="")
                | Q(project__isnull=True, organisation__isnull=True, area__isnull=False, country="")
                | Q(project__isnull=True, organisation__isnull=True, area__isnull=True) & ~Q(country=""),
                name="an_answer_has_one_subject",
            ),
            models.UniqueConstraint(
                fields=["framework", "version", "question", "project", "organisation", "area", "country"],
                condition=Q(replaces__isnull=True),
                nulls_distinct=False,
                name="a_question_is_first_answered_once",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True, reason="") & ~Q(answer="")
                | Q(replaces__isnull=False) & ~Q(reason=""),
                name="what_replaces_an_answer_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question}: {self.answer or '–'}"

    @property
    def subject(self) -> Project | Organisation | Area | str:
        """What it is about; of a country its code."""
        return self.project or self.organisation or self.area or self.country

    @property
    def framework_name(self) -> str:
        """The name of the framework's pages."""
        return f"{self.framework}-{self.version}"
