"""The verbs of review: decide each indicator, return, and let the company reply; approving lies beside publishing.

Nobody reviews a mine of which they entered a record, and nobody accepts what they did not open. Every step is
appended; a change of mind is another step. A decision holds for later scorecards of the same project and year as long
as the indicator's outcome and the facts of its records stay the same.

`seen` is the last step that the actor's page showed: where others have taken steps since, nothing is done and they
are named. Whoever acts without a page has seen everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, User
from accounts.services.audit import audit_entry, state_of, write_audit
from compliance.evaluation.judgement import Outcome, Override
from compliance.evaluation.sealed import judgement_of, records_digest
from compliance.models import Exemption, PolicyFramework, Publication, Review, Scorecard, ScorecardHead
from compliance.models.frameworks import versions_for
from compliance.models.scorecards import CLOSED_STEPS, STEPS, ReviewState
from compliance.services.conflicts import own_entries, refuse_own_entries
from compliance.services.notices import tell_of_step
from compliance.services.openings import NotOpened, openings_of
from compliance.words import words_of
from projects.models import Project, Source
from projects.services.notices import CHECKED, tell_of_record
from projects.services.records import promise_evaluation
from projects.services.verification import CHECKS

DECISIONS = (Review.Action.ACCEPT, Review.Action.QUERY, Review.Action.OVERRIDE)
SHORTEST_OVERRIDE_REASON = 80


@dataclass(frozen=True)
class Standing:
    """How far the review of one scorecard has come."""

    decisions: Mapping[str, Review]
    undecided: tuple[str, ...]
    approval: Review | None
    publication: Review | None
    given_back: Review | None = None
    """The step that returned it or opened it again, where that is the last one."""
    steps: tuple[Review, ...] = ()
    """Every step about the project and year, by whichever rules, oldest first."""
    weighty: tuple[str, ...] = ()
    """Indicators that carry weight."""
    accepted: frozenset[str] = frozenset()
    """Indicators that somebody accepted just as they are now, whatever was decided since."""
    openings: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Who opened each line just as it is now."""

    @property
    def state(self) -> ReviewState:
        """Where the review is."""
        if self.publication is not None:
            return ReviewState.PUBLISHED
        return ReviewState.OPEN if self.approval is None else ReviewState.APPROVED

    @property
    def last_step(self) -> int:
        """The key of the last of all steps; 0 where there is none."""
        return self.steps[-1].pk if self.steps else 0

    @property
    def ready(self) -> bool:
        """Every indicator is accepted or overridden."""
        return not self.undecided

    @property
    def untouched(self) -> tuple[str, ...]:
        """Indicators about which nobody has decided or asked anything."""
        return tuple(code for code in self.undecided if code not in self.decisions)

    @property
    def unopened(self) -> tuple[str, ...]:
        """Indicators decided while openings are kept, though nobody opened them and nobody accepted them before."""
        decided = (code for code, decision in self.decisions.items() if decision.records_sha256)
        asked = set(decided) - self.accepted - set(self.openings)
        return tuple(code for code in self.weighty if code in asked)

    def to_open_by(self, reviewer: User) -> tuple[str, ...]:
        """Indicators that this reviewer cannot accept before opening them: they carry weight and are new or changed."""
        return tuple(
            code
            for code in self.weighty
            if code not in self.accepted and reviewer.pk not in self.openings.get(code, frozenset())
        )

    def ready_to_accept(self, reviewer: User) -> tuple[str, ...]:
        """Indicators without a decision that this reviewer can accept now."""
        to_open = set(self.to_open_by(reviewer))
        return tuple(code for code in self.untouched if code not in to_open)


def standing_of(scorecard: Scorecard) -> Standing:
    """The decision in force on each indicator, and the approval or publication where that is the last step."""
    steps = tuple(
        Review.objects.filter(scorecard__project=scorecard.project_id, scorecard__year=scorecard.year)
        .select_related("reviewer", "scorecard__framework")
        .defer("scorecard__facts_text", "scorecard__framework__text")
        .order_by("pk")
    )
    now = outcomes_of(scorecard)
    earlier = {step.scorecard_id: step.scorecard for step in steps}
    outcomes = {pk: outcomes_of(card) for pk, card in earlier.items()}
    decisions: dict[str, Review] = {}
    accepted: set[str] = set()
    for step in steps:
        code = step.indicator
        if (
            step.action in DECISIONS
            and code in now
            and now[code].says_the_same_as(outcomes[step.scorecard_id].get(code))
            and step.records_sha256 in ("", records_digest(scorecard, now[code]))
        ):
            decisions[code] = step
            if step.action == Review.Action.ACCEPT:
                accepted.add(code)
    whole = [step for step in steps if step.scorecard_id == scorecard.pk and not step.indicator]
    last = whole[-1] if whole else None
    applicable = [code for code, outcome in now.items() if outcome.applicable]
    undecided = tuple(
        code for code in applicable if code not in decisions or decisions[code].action == Review.Action.QUERY
    )
    return Standing(
        decisions=decisions,
        undecided=undecided,
        approval=last if last and last.action == Review.Action.APPROVE else None,
        publication=last if last and last.action in CLOSED_STEPS and is_published(scorecard) else None,
        given_back=last if last and last.action in (Review.Action.RETURN, Review.Action.REOPEN) else None,
        steps=steps,
        weighty=tuple(code for code, outcome in now.items() if outcome.carries_weight),
        accepted=frozenset(accepted),
        openings=openings_of(scorecard),
    )


def outcomes_of(scorecard: Scorecard) -> dict[str, Outcome]:
    """The sealed outcome of each indicator, by code."""
    return judgement_of(scorecard).by_code


def overrides_of(standing: Standing) -> list[Override]:
    """The reviewer's scores that take the place of computed ones, with their published reasons."""
    return [
        Override(indicator=code, score=review.score, reason=review.reason)
        for code, review in sorted(standing.decisions.items())
        if review.action == Review.Action.OVERRIDE and review.score is not None
    ]


@transaction.atomic
def decide_indicator(
    *,
    actor: User,
    scorecard: Scorecard,
    indicator: str,
    action: str,
    reason: str = "",
    score: Decimal | None = None,
    seen: int | None = None,
) -> Review:
    """Accept an outcome, ask the company about it, or override its score with a reason that will be published.

    What carries weight and is new or changed is accepted by whoever has opened it just as it is. What does not apply has
    no score to override.
    An approval covers the decisions before it: to ask or override afterwards opens the scorecard again, and to accept
    is refused. What is published is first opened again with a reason (`reopen_scorecard`).
    """
    lock_current(scorecard)
    refuse_own_entries(actor, scorecard)
    standing = standing_of(scorecard)
    outcomes = outcomes_of(scorecard)
    if indicator not in outcomes or action not in DECISIONS:
        raise ValidationError(_("This scorecard has no such indicator."), code="no_such_indicator")
    refuse_out_of_turn(standing, action)
    refuse_unseen(standing, seen, about=indicator)
    if action == Review.Action.ACCEPT and indicator in standing.to_open_by(actor):
        raise NotOpened([indicator])
    overrides = action == Review.Action.OVERRIDE
    if overrides:
        refuse_without_effect(outcomes[indicator])
        refuse_thin_reason(reason.strip(), standing, indicator)
    decision = append(
        actor,
        scorecard,
        action,
        indicator=indicator,
        reason="" if action == Review.Action.ACCEPT else reason,
        score=score if overrides else None,
        records_sha256=records_digest(scorecard, outcomes[indicator]),
        before={"score": score_in_force(standing, scorecard, indicator)} if overrides else None,
    )
    if standing.approval is not None:
        append(actor, scorecard, Review.Action.REOPEN)
    return decision


def refuse_without_effect(outcome: Outcome) -> None:
    """A score for what does not apply would be dropped: nothing brings it back but other records or other rules."""
    if not outcome.applicable:
        raise ValidationError(
            {
                "score": ValidationError(
                    _(
                        "%(indicator)s does not apply here: %(why)s. A score would count for nothing. Correct the records, "
                        "or choose other rules."
                    ),
                    "does_not_apply",
                    {"indicator": outcome.code, "why": "; ".join(words_of([outcome.reason]))},
                )
            }
        )


def refuse_thin_reason(reason: str, standing: Standing, indicator: str) -> None:
    """What is published beside a score is long enough to name a record, and is not the question to the company."""
    if len(reason) < SHORTEST_OVERRIDE_REASON:
        raise ValidationError(
            {
                "reason": ValidationError(
                    _(
                        "Write at least %(shortest)s characters and say which record supports it. There are %(length)s so far."
                    ),
                    "reason_too_short",
                    {"shortest": SHORTEST_OVERRIDE_REASON, "length": len(reason)},
                )
            }
        )
    questions = (step for step in standing.steps if step.action == Review.Action.QUERY and step.indicator == indicator)
    if any(question.reason.strip() == reason for question in questions):
        raise ValidationError(
            {
                "reason": ValidationError(
                    _("This is the question to the company. Write the reason of the score: it is published."),
                    "reason_is_the_question",
                )
            }
        )


def score_in_force(standing: Standing, scorecard: Scorecard, indicator: str) -> str | None:
    """The reviewer's score of an indicator where one holds, else the computed one; None where nobody knows."""
    decision = standing.decisions.get(indicator)
    score = decision.score if decision and decision.score is not None else outcomes_of(scorecard)[indicator].score
    return None if score is None else str(score)


@dataclass(frozen=True)
class Rest:
    """What became of the indicators without a decision when a reviewer accepted them together."""

    accepted: tuple[str, ...]
    left: tuple[str, ...]
    """those to open first"""


@transaction.atomic
def accept_undecided(*, actor: User, scorecard: Scorecard, seen: int | None = None) -> Rest:
    """Accept every indicator that has no decision yet, is not in question, and was opened where it carries weight.

    Raises NotOpened where each of them is to be opened first.
    """
    lock_current(scorecard)
    refuse_own_entries(actor, scorecard)
    standing = standing_of(scorecard)
    refuse_unseen(standing, seen)
    ready = standing.ready_to_accept(actor)
    left = tuple(code for code in standing.untouched if code not in ready)
    if left and not ready:
        raise NotOpened(left)
    outcomes = outcomes_of(scorecard)
    accepted = Review.objects.bulk_create(
        Review(
            scorecard=scorecard,
            indicator=code,
            action=Review.Action.ACCEPT,
            reviewer=actor,
            records_sha256=records_digest(scorecard, outcomes[code]),
        )
        for code in ready
    )
    AuditEntry.objects.bulk_create(
        audit_entry(actor=actor, verb=Review.Action.ACCEPT, record=review) for review in accepted
    )
    return Rest(ready, left)


@transaction.atomic
def return_scorecard(*, actor: User, scorecard: Scorecard, reason: str, seen: int | None = None) -> Review:
    """Give an approved scorecard back to its reviewer with a reason."""
    lock_current(scorecard)
    refuse_own_entries(actor, scorecard)
    standing = standing_of(scorecard)
    refuse_out_of_turn(standing, Review.Action.RETURN)
    refuse_unseen(standing, seen)
    return append(actor, scorecard, Review.Action.RETURN, reason=reason)


@transaction.atomic
def reopen_scorecard(*, actor: User, scorecard: Scorecard, reason: str, seen: int | None = None) -> Review:
    """Open a published scorecard again, to correct what was decided; the publication stands until another follows."""
    lock_current(scorecard)
    refuse_own_entries(actor, scorecard)
    standing = standing_of(scorecard)
    refuse_out_of_turn(standing, Review.Action.REOPEN)
    refuse_unseen(standing, seen)
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Say what is to be corrected."), "required")})
    return append(actor, scorecard, Review.Action.REOPEN, reason=reason)


@transaction.atomic
def keep_published(*, actor: User, scorecard: Scorecard, seen: int | None = None) -> Review:
    """Close a scorecard that was opened again, where every decision is as it was when it was published."""
    lock_current(scorecard)
    refuse_own_entries(actor, scorecard)
    published = scorecard.reviews.filter(indicator="", action=Review.Action.PUBLISH).last()
    standing = standing_of(scorecard)
    refuse_out_of_turn(standing, Review.Action.KEEP)
    if published is None or not is_published(scorecard):
        raise out_of_turn(standing, Review.Action.KEEP)
    refuse_unseen(standing, seen)
    changed = [code for code, decision in standing.decisions.items() if decision.pk > published.pk]
    if changed:
        raise ValidationError(
            _(
                "Decided anew since it was published: %(codes)s. Approve it, and another person publishes the correction."
            ),
            code="decided_anew",
            params={"codes": ", ".join(sorted(changed))},
        )
    return append(actor, scorecard, Review.Action.KEEP)


@transaction.atomic
def choose_rules(
    *, actor: User, scorecard: Scorecard, framework: PolicyFramework, reason: str, seen: int | None = None
) -> Review:
    """Let a year be judged by another version of the rules, with a reason; the worker judges it again.

    A year keeps the version that was in force for it unless a reviewer says otherwise. The publication that stands
    stays until two people publish the next.
    """
    lock_current(scorecard)
    refuse_own_entries(actor, scorecard)
    standing = standing_of(scorecard)
    refuse_out_of_turn(standing, Review.Action.RULES)
    refuse_unseen(standing, seen)
    if framework not in rules_to_choose(scorecard):
        raise ValidationError(_("Choose other rules that may judge this country."), code="no_such_rules")
    step = append(actor, scorecard, Review.Action.RULES, reason=reason.strip(), framework=framework)
    promise_evaluation({(scorecard.project_id, scorecard.year)}, owner=actor)
    return step


def rules_to_choose(scorecard: Scorecard) -> list[PolicyFramework]:
    """The other versions that may judge its country, in force already or not yet, the first one first."""
    fitting = versions_for(PolicyFramework.objects.all(), scorecard.project.country)
    return [one for one in fitting if one != scorecard.framework]


def refuse_other_rules(scorecard: Scorecard, standing: Standing) -> None:
    """Refuse to go on where a reviewer chose other rules and the worker has not judged by them yet."""
    chosen = [step.framework_id for step in standing.steps if step.action == Review.Action.RULES]
    if chosen and chosen[-1] != scorecard.framework_id:
        raise ValidationError(
            _("Other rules were chosen for this year. Wait until it is judged by them, then look again."),
            code="other_rules_chosen",
        )


@transaction.atomic
def reply_to_query(*, actor: User, scorecard: Scorecard, indicator: str, words: str) -> Review:
    """Keep the company's answer beside the indicator; its words are not edited."""
    if not Project.objects.run_by(actor).filter(pk=scorecard.project_id).exists():
        raise PermissionDenied
    lock_current(scorecard)
    standing = standing_of(scorecard)
    refuse_out_of_turn(standing, Review.Action.REPLY)
    decision = standing.decisions.get(indicator)
    if decision is None or decision.action != Review.Action.QUERY:
        raise out_of_turn(standing, Review.Action.REPLY)
    return append(actor, scorecard, Review.Action.REPLY, indicator=indicator, reason=words)


@transaction.atomic
def approve_exemption(*, actor: User, exemption: Exemption, revision: int) -> None:
    """Let an indicator not apply; somebody else than who asked for it or worded it approves, and the scorecard follows.

    `revision` is the one whose words the actor read: where they were changed since, nothing is approved.
    """
    source = Source.objects.select_for_update().get(pk=exemption.source_id)
    exemption.refresh_from_db()
    if source.revision != revision:
        raise ValidationError(
            _("The reason was changed after you opened the list. Read it again, then approve."),
            code="edited_meanwhile",
        )
    if exemption.approved_by_id is not None:
        raise ValidationError(_("It is already approved."), code="already_approved")
    worded = AuditEntry.objects.about(exemption).filter(actor=actor).exclude(verb__in=["approve", *CHECKS])
    if exemption.requested_by_id == actor.pk or worded.exists():
        raise PermissionDenied(_("You asked for it or changed its words. Somebody else must approve it."))
    if Project.objects.run_by(actor).filter(pk=exemption.project_id).exists():
        raise PermissionDenied(_("You speak for a company of this mine. Somebody else must approve it."))
    if own_entries(actor, exemption.project_id):
        raise PermissionDenied(_("You entered records of this mine. Somebody else must approve it."))
    before = state_of(exemption)
    exemption.approved_by = actor
    exemption.save(update_fields=["approved_by"])
    write_audit(actor=actor, verb="approve", record=exemption, before=before)
    tell_of_record(
        CHECKED,
        [exemption.requested_by_id],
        record=exemption,
        by=actor,
        step="approved",
        cause=f"exemption/{exemption.pk}/{source.revision}",
    )
    promise_evaluation({(exemption.project_id, exemption.year)}, owner=actor)


def append(
    actor: User, scorecard: Scorecard, action: str, before: Mapping[str, Any] | None = None, **fields: Any
) -> Review:
    """Append one step and audit it, with what it replaces."""
    review = Review(scorecard=scorecard, action=action, reviewer=actor, **fields)
    review.full_clean(exclude=["scorecard", "reviewer"])
    review.save()
    write_audit(actor=actor, verb=action, record=review, before=before, reason=review.reason)
    tell_of_step(review)
    return review


def lock_current(scorecard: Scorecard) -> ScorecardHead:
    """Hold the head of this project and year; refuse where new facts have replaced the scorecard meanwhile."""
    head = ScorecardHead.objects.select_for_update().get(project=scorecard.project_id, year=scorecard.year)
    if head.scorecard_id != scorecard.pk:
        raise ValidationError(
            _("New facts have changed this scorecard since you opened it. Look at the new one and decide again."),
            code="scorecard_replaced",
        )
    return head


def refuse_outdated(head: ScorecardHead) -> None:
    """Refuse to approve or publish what does not know the newest facts."""
    if ScorecardHead.objects.filter(pk=head.pk).outdated().exists():
        raise ValidationError(
            _("This scorecard is out of date: facts that were saved since are not judged yet. Wait for the new one."),
            code="scorecard_outdated",
        )


OUT_OF_STATE = {
    ReviewState.OPEN: (_("A reviewer must approve it first."), "not_approved"),
    ReviewState.APPROVED: (_("%(name)s has approved it. Return it to decide anew."), "already_approved"),
    ReviewState.PUBLISHED: (
        _("This scorecard is already published. Open it again to correct it."),
        "already_published",
    ),
}
"""Why a step is refused in a state, with the code of the refusal."""

OUT_OF_TURN = {
    Review.Action.REPLY: (_("Nobody has asked about this indicator."), "no_question"),
    Review.Action.REOPEN: (_("Only a published scorecard can be opened again."), "not_published"),
    Review.Action.KEEP: (_("Only what was published and opened again can be left as it is."), "not_reopened"),
}
"""The same for steps that say it in words of their own, whatever the state."""


def refuse_out_of_turn(standing: Standing, action: str) -> None:
    """Refuse a step that leads nowhere from where the review is."""
    if standing.state not in STEPS[Review.Action(action)].leads:
        raise out_of_turn(standing, action)


def out_of_turn(standing: Standing, action: str) -> ValidationError:
    """Why a step cannot be taken now."""
    words, code = OUT_OF_TURN.get(Review.Action(action)) or OUT_OF_STATE[standing.state]
    approver = standing.approval.reviewer if standing.approval else ""
    return ValidationError(words, code=code, params={"name": approver})


def refuse_unseen(standing: Standing, seen: int | None, about: str = "") -> None:
    """Refuse where steps were taken that the actor's page did not show; about one indicator, those on it or the whole."""
    if seen is None:
        return
    unseen = [step for step in standing.steps if step.pk > seen and (not about or step.indicator in ("", about))]
    if unseen:
        steps = (f"{step.reviewer}: {step.indicator} {step.get_action_display()}" for step in unseen)
        raise ValidationError(
            _("Since you opened this page others have gone on (%(steps)s). Look again, then decide."),
            code="decided_meanwhile",
            params={"steps": "; ".join(" ".join(step.split()) for step in steps)},
        )


def is_published(scorecard: Scorecard) -> bool:
    """Whether the publication that stands for this project and year is of this very scorecard."""
    standing = Publication.objects.filter(project_slug=scorecard.project.slug, year=scorecard.year).order_by(
        "-sequence"
    )
    return standing.values_list("scorecard", flat=True).first() == scorecard.pk
