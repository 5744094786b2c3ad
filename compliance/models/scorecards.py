"""Scorecards as they were computed, and what reviewers said about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.core.validators import MaxValueValidator, MinLengthValidator, MinValueValidator
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from accounts.models import Job, User
from compliance.models.frameworks import PolicyFramework
from projects.models import Project
from projects.models.columns import YearColumn
from projects.models.records import EVALUATE, Record
from projects.models.rules import Check, OncePer


class Scorecard(models.Model):
    """What one framework says of one project and year, with the facts it was computed from; sealed when written."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="scorecards")
    year = models.PositiveSmallIntegerField()
    framework = models.ForeignKey(PolicyFramework, models.PROTECT, related_name="+")
    facts_text = models.TextField()
    facts_sha256 = models.CharField(max_length=64)
    as_of = models.DateField(null=True)
    """the day of the evaluation as its facts say it; None where its rules do not look at it"""
    judgement_text = models.TextField()
    score = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    worst = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    best = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    coverage = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    grade = models.CharField(max_length=1, blank=True)
    computed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["project", "-year", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "year", "framework", "facts_sha256"],
                name="same_facts_and_rules_give_the_same_scorecard",
            )
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.year}: {self.grade}"


class ScorecardHeadQuerySet(models.QuerySet["ScorecardHead"]):
    """Named reads of the scorecards that stand now."""

    def visible_to(self, user: User) -> ScorecardHeadQuerySet:
        """Those of visible projects."""
        return self.filter(project__in=Project.objects.visible_to(user))

    def with_status(self) -> ScorecardHeadQuerySet:
        """Annotate how far review has come.

        `latest_action` is the last step on the whole scorecard (empty: none yet), `latest_actor` who took it;
        `earlier_action` and `earlier_at` are the last such step on any scorecard of the project and year: an approval
        there is void once new facts have replaced its scorecard; `begun_by` is the reviewer who took the last step on this one;
        `asked` counts the questions that wait for the company's answer, `answered` the answers that wait for a
        decision; `overridden` says that a reviewer has set a score; `outdated` that something was saved that it does not
        know yet.
        """
        earlier = of_head().filter(indicator="").order_by("-pk")
        steps = (
            Review.objects.filter(scorecard=OuterRef("scorecard")).exclude(action=Review.Action.REPLY).order_by("-pk")
        )
        return self.annotate(
            latest_action=latest_step("action"),
            latest_actor=latest_step("reviewer__full_name"),
            earlier_action=Subquery(earlier.values("action")[:1]),
            earlier_at=Subquery(earlier.values("at")[:1]),
            begun_by=Subquery(steps.values("reviewer__full_name")[:1]),
            waiting_since=waiting_since(),
            asked=number_of(open_words(Review.Action.QUERY)),
            answered=number_of(open_words(Review.Action.REPLY)),
            overridden=Exists(of_head().filter(action=Review.Action.OVERRIDE)),
            outdated=Exists(evaluations_due()),
        )

    def outdated(self) -> ScorecardHeadQuerySet:
        """Those that do not know the newest facts: something was saved since theirs were read, and is not judged yet."""
        return self.filter(Exists(evaluations_due()))

    def at_step(self, *actions: str) -> ScorecardHeadQuerySet:
        """Those whose last step is one of these; the empty one means that nobody has taken any."""
        return self.alias(step=latest_step("action")).filter(step__in=actions)

    def approved(self) -> ScorecardHeadQuerySet:
        """Those that wait to be published, each with when it was `approved_at`."""
        return self.at_step(Review.Action.APPROVE).annotate(approved_at=Subquery(steps_on_whole().values("at")[:1]))

    def with_open_question(self) -> ScorecardHeadQuerySet:
        """Those on which a question waits for the company's answer."""
        return self.filter(Exists(open_words(Review.Action.QUERY)))

    def waiting_for(self, user: User) -> ScorecardHeadQuerySet:
        """Those on which the person is to take the next step, the longest wait first."""
        waiting = self.with_next_step().filter(next_step_of(user))
        return waiting.order_by(TruncDate(waiting_since()), "project__name", "year", "pk")

    def grouped_for(self, user: User) -> ScorecardHeadQuerySet:
        """What waits for the person, then what for others, then what is done (`group`), the longest wait first.

        What is done stands in the order of its names.
        """
        done = Q(step__in=CLOSED_STEPS)
        group = Case(
            When(done, then=Value(DONE)), When(next_step_of(user), then=Value(YOURS)), default=Value(WITH_OTHERS)
        )
        first_day = TruncDate(Case(When(done, then=None), default=waiting_since()))
        return self.with_next_step().annotate(group=group).order_by("group", first_day, "project__name", "year", "pk")

    def with_next_step(self) -> ScorecardHeadQuerySet:
        """Ready to be asked whose turn it is."""
        return self.alias(
            step=latest_step("action"),
            by=Subquery(steps_on_whole().values("reviewer")[:1]),
            asked_now=Exists(open_words(Review.Action.QUERY)),
            answered_now=Exists(open_words(Review.Action.REPLY)),
        )


def next_step_of(user: User) -> Q:
    """Where it is this person's turn.

    A reviewer decides, and publishes what another approved; a company answers questions. While questions are open and
    none is answered, the scorecard is with the company.
    """
    asked = Q(asked_now=True)
    if user.may("review.decide"):
        decides = Q(step__in=OPEN_STEPS) & (~asked | Q(answered_now=True))
        return decides | Q(step=Review.Action.APPROVE) & ~Q(by=user.pk)
    return asked if user.may("scorecard.reply") else Q(pk__in=[])


YOURS, WITH_OTHERS, DONE = range(3)
"""For whom a scorecard waits, seen by one person."""


def evaluations_due() -> models.QuerySet[Job]:
    """The evaluations that a head waits for: of its project, of its year or an earlier one, asked for since its facts were read."""
    project, year = (Cast(KT(f"payload__{name}"), models.IntegerField()) for name in ("project", "year"))
    asked = Job.objects.unfinished().filter(kind=EVALUATE, requested_at__gt=OuterRef("facts_read_at"))
    return asked.alias(of=project, since=year).filter(of=OuterRef("project"), since__lte=OuterRef("year"))


def of_head() -> models.QuerySet[Review]:
    """Every step about a head's project and year, on whichever scorecard."""
    return Review.objects.filter(scorecard__project=OuterRef("project"), scorecard__year=OuterRef("year"))


def open_words(action: str) -> models.QuerySet[Review]:
    """The questions, or the answers, that are the last word on an indicator of a head."""
    later = Review.objects.filter(
        scorecard__project=OuterRef("scorecard__project"),
        scorecard__year=OuterRef("scorecard__year"),
        indicator=OuterRef("indicator"),
        pk__gt=OuterRef("pk"),
    )
    return of_head().filter(~Exists(later), action=action)


def number_of(reviews: models.QuerySet[Review]) -> Coalesce:
    """How many there are of each head."""
    counted = reviews.order_by().values("scorecard__project").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted), Value(0))


def waiting_since() -> Coalesce:
    """When the first scorecard was computed that nobody has closed since, however often facts change meanwhile.

    One opened again waits since then.
    """
    closed_since = of_head().filter(indicator="", action__in=CLOSED_STEPS, at__gte=OuterRef("computed_at"))
    cards = Scorecard.objects.filter(project=OuterRef("project"), year=OuterRef("year")).filter(~Exists(closed_since))
    opened_again = of_head().filter(indicator="", action=Review.Action.REOPEN).order_by("-pk")
    return Coalesce(
        Subquery(cards.order_by("computed_at").values("computed_at")[:1]),
        Subquery(opened_again.values("at")[:1]),
        F("produced_at"),
    )


def latest_step(column: str) -> Coalesce:
    """A column of the last step on the whole of a head's scorecard; empty where there is none."""
    return Coalesce(Subquery(steps_on_whole().values(column)[:1]), Value(""))


def steps_on_whole() -> models.QuerySet[Review]:
    """The steps on the whole of a head's scorecard, newest first."""
    return Review.objects.filter(scorecard=OuterRef("scorecard"), indicator="").order_by("-pk")


class ScorecardHead(models.Model):
    """Which scorecard of a project and year stands now, and since when."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="scorecard_heads")
    year = models.PositiveSmallIntegerField()
    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="heads")
    facts_read_at = models.DateTimeField()
    produced_at = models.DateTimeField()

    objects = ScorecardHeadQuerySet.as_manager()

    class Meta:
        ordering = ["-produced_at"]
        constraints = [
            models.UniqueConstraint(fields=["project", "year"], name="one_scorecard_of_a_project_and_year_stands")
        ]

    def __str__(self) -> str:
        return f"{self.project} {self.year}"


class Review(models.Model):
    """One step of one reviewer on one scorecard; never changed, a change of mind is another step."""

    class Action(models.TextChoices):
        ACCEPT = "accept", _("Accepted")
        QUERY = "query", _("Question asked")
        REPLY = "reply", _("Company replied")
        OVERRIDE = "override", _("Overridden")
        APPROVE = "approve", _("Approved")
        RETURN = "return", _("Returned")
        PUBLISH = "publish", _("Published")
        REOPEN = "reopen", _("Opened again")
        KEEP = "keep", _("Left as published")
        RULES = "rules", _("Other rules chosen")

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="reviews")
    indicator = models.CharField(max_length=10, blank=True)
    action = models.CharField(max_length=10, choices=Action)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.TextField(_("reason"), blank=True)
    score = models.DecimalField(
        _("score"),
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    framework = models.ForeignKey(
        PolicyFramework,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The version by which the year is judged from this step on.",
    )
    shown_sha256 = models.CharField(max_length=64, blank=True, help_text="What an approver saw, as a fingerprint.")
    records_sha256 = models.CharField(
        max_length=64,
        blank=True,
        help_text="The facts of the records that a decision rests on, as a fingerprint; empty where none was kept yet.",
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(action="override") | Q(score__isnull=False, score__gte=0, score__lte=100) & ~Q(reason=""),
                name="an_override_gives_a_score_and_a_reason",
                violation_error_message=_("Give the score, from 0 to 100, and the reason. Both are published."),
            ),
            models.CheckConstraint(
                condition=~Q(action__in=["query", "reply", "return"]) | ~Q(reason=""),
                name="a_question_or_reply_has_words",
                violation_error_message=_("Write what you ask, answer or return it for."),
            ),
            models.CheckConstraint(
                condition=Q(action="rules", framework__isnull=False) & ~Q(reason="")
                | ~Q(action="rules") & Q(framework__isnull=True),
                name="a_choice_of_rules_names_them_and_says_why",
                violation_error_message=_("Say why this year is judged by other rules."),
            ),
        ]

    def __str__(self) -> str:
        card = f"{self.scorecard.project}, {self.scorecard.year}"
        return f"{card}, {self.indicator}" if self.indicator else card


class Opening(models.Model):
    """A reviewer opened one line of a scorecard, with its records and files; never changed, the first time counts."""

    scorecard = models.ForeignKey(Scorecard, models.PROTECT, related_name="openings")
    indicator = models.CharField(max_length=10)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    records_sha256 = models.CharField(
        max_length=64, help_text="The facts of the records that were shown, as a fingerprint."
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "indicator", "reviewer"], name="a_line_is_opened_once_by_a_reviewer"
            ),
            models.CheckConstraint(
                condition=~Q(indicator="") & ~Q(records_sha256=""), name="an_opening_names_its_line_and_what_was_shown"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scorecard.project}, {self.scorecard.year}, {self.indicator}"


class ReviewState(StrEnum):
    """Where the review of a scorecard is."""

    OPEN = "open"
    APPROVED = "approved"
    PUBLISHED = "published"


@dataclass(frozen=True)
class Step:
    """One step of review: who may take it, on what, and from which state it leads to which; from others it is refused."""

    permission: str
    """the verb of `accounts/roles.py`"""
    leads: Mapping[ReviewState, ReviewState]
    on_whole: bool = True
    """on the whole scorecard, not on one indicator"""
    needs: str = ""
    """what else must hold, for the document of review"""


STEPS: Mapping[Review.Action, Step] = {
    Review.Action.ACCEPT: Step(
        "review.decide",
        {ReviewState.OPEN: ReviewState.OPEN},
        on_whole=False,
        needs="who accepts has opened the line, where it carries weight and is new or changed",
    ),
    Review.Action.QUERY: Step(
        "review.decide",
        {ReviewState.OPEN: ReviewState.OPEN, ReviewState.APPROVED: ReviewState.OPEN},
        on_whole=False,
    ),
    Review.Action.REPLY: Step(
        "scorecard.reply",
        {ReviewState.OPEN: ReviewState.OPEN},
        on_whole=False,
        needs="a question about the line is open, and the company runs the mine",
    ),
    Review.Action.OVERRIDE: Step(
        "review.decide",
        {ReviewState.OPEN: ReviewState.OPEN, ReviewState.APPROVED: ReviewState.OPEN},
        on_whole=False,
        needs="the line applies, and a reason that is published",
    ),
    Review.Action.APPROVE: Step(
        "review.decide",
        {ReviewState.OPEN: ReviewState.APPROVED},
        needs="every line is decided, and none that carries weight without anybody having opened it",
    ),
    Review.Action.RETURN: Step("review.decide", {ReviewState.APPROVED: ReviewState.OPEN}, needs="a reason"),
    Review.Action.PUBLISH: Step(
        "publication.publish",
        {ReviewState.APPROVED: ReviewState.PUBLISHED},
        needs="another person than who approved it",
    ),
    Review.Action.REOPEN: Step("review.decide", {ReviewState.PUBLISHED: ReviewState.OPEN}, needs="a reason"),
    Review.Action.KEEP: Step(
        "review.decide",
        {ReviewState.OPEN: ReviewState.PUBLISHED},
        needs="it was published and opened again, and nothing was decided since",
    ),
    Review.Action.RULES: Step(
        "review.decide",
        dict.fromkeys(ReviewState, ReviewState.OPEN),
        needs="a reason; the year is judged by them before it is approved",
    ),
}
"""Every step of review: what the services allow, the buttons, the queue and `docs/review.md` follow from it."""


def steps_to(state: ReviewState) -> tuple[Review.Action, ...]:
    """The steps on the whole scorecard after which it is in a state."""
    return tuple(action for action, step in STEPS.items() if step.on_whole and state in step.leads.values())


OPEN_STEPS = ("", *steps_to(ReviewState.OPEN))
"""The last steps after which a reviewer decides; the empty one means that nobody has taken any."""

CLOSED_STEPS = steps_to(ReviewState.PUBLISHED)
"""The last steps after which nothing is to be done until the facts change."""


class Exemption(Record):
    """An indicator does not apply to a project in a year: asked for with a reason, approved by somebody else."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="exemptions", verbose_name=_("project"))
    year = YearColumn(_("year"), validators=[MinValueValidator(1990), MaxValueValidator(2100)])
    indicator = models.CharField(_("indicator"), max_length=10)
    reason = models.TextField(
        _("why it does not apply"),
        validators=[MinLengthValidator(20)],
        help_text=_("Published beside the indicator."),
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    year_column = "year"

    class Meta:
        ordering = ["project", "-year", "indicator"]
        constraints = [
            OncePer(
                "project",
                "year",
                "indicator",
                at="indicator",
                name="an_indicator_is_exempted_once",
                says=_("There is already a request for this indicator and year."),
            ),
            Check(
                at="approved_by",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("requested_by")),
                name="nobody_approves_their_own_exemption",
                says=_("Somebody else must approve it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.year}"
