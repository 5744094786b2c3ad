"""What a reviewer sees of one scorecard: every figure with its working, its records and what changed since last year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Model
from django.urls import reverse
from django.utils.timezone import localtime

from accounts.models import User
from communities.models import Obligation
from compliance.evaluation import canonical
from compliance.evaluation.canonical import ZERO
from compliance.evaluation.facts import Facts
from compliance.evaluation.scoring import WITHHELD, judge
from compliance.models import Publication, Review, Scorecard, ScorecardHead
from compliance.models.scorecards import CLOSED_STEPS
from compliance.services.frameworks import rules_of
from compliance.services.reviews import RECORD_MODELS, Standing, overrides_of, standing_of
from compliance.words import part_words

NO_GRADE = (None, WITHHELD)
MOST_PEERS = 100
ADDRESS_OF_KIND = {
    "assessment": "assessments",
    "condition": "conditions",
    "employment-return": "employment",
    "obligation": "obligations",
    "commitment": "commitments",
    "disclosure": "disclosures",
    "exemption": "exemptions",
}


@dataclass(frozen=True)
class RecordLink:
    """A record that a figure rests on: what it is called, where it is, who says so, how many files it has."""

    label: str
    url: str
    voice: str
    files: int
    amount: str | None = None
    currency: str = ""
    on: date | None = None


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator on the page."""

    outcome: dict[str, Any]
    """as it counts, with the override in force"""
    name: dict[str, str]
    help: dict[str, str]
    previous: dict[str, Any] | None
    published: dict[str, Any] | None
    """what stands on the public page, where that is of other facts or decisions"""
    decision: Review | None
    queries: list[Review]
    records: list[RecordLink]
    parts: list[tuple[str, dict[str, Any]]]
    """the figures that make up the value, each with its name in words"""

    @property
    def code(self) -> str:
        """The indicator's code."""
        return str(self.outcome["code"])

    @property
    def applicable(self) -> bool:
        """Whether it asks for a decision."""
        return bool(self.outcome["state"] != "not_applicable")

    @property
    def change(self) -> Decimal | None:
        """How far the score moved since last year, where both are known."""
        return difference(self.previous, self.outcome)

    @property
    def correction(self) -> Decimal | None:
        """How far the score differs from what is published, where both are known."""
        return difference(self.published, self.outcome)

    @property
    def filed(self) -> int:
        """Records that hold at least one file."""
        return sum(1 for record in self.records if record.files)

    @property
    def last_word(self) -> Review | None:
        """The latest question or answer, where a decision still waits for it."""
        asked = self.decision is not None and self.decision.action == Review.Action.QUERY
        return self.queries[-1] if asked and self.queries else None


def difference(before: dict[str, Any] | None, after: dict[str, Any]) -> Decimal | None:
    """Points gained, where both scores are known."""
    if not before or before["score"] is None or after["score"] is None:
        return None
    return Decimal(after["score"]) - Decimal(before["score"])


@dataclass(frozen=True)
class LastYear:
    """How the year before came out: as it is published, reviewers' scores included, or else as it was computed."""

    year: int
    grade: str | None
    score: str | None
    outcomes: dict[str, dict[str, Any]]
    published: bool


def last_year(year: int, publication: Publication | None, scorecard: Scorecard | None) -> LastYear | None:
    """The publication that stands, else the scorecard that does, else nothing."""
    judged = publication.content["scorecard"] if publication else scorecard.judgement if scorecard else None
    if judged is None:
        return None
    outcomes = {row["code"]: row for row in judged["indicators"]}
    return LastYear(year, judged["grade"], judged["score"], outcomes, published=publication is not None)


@dataclass(frozen=True)
class ReviewPage:
    """One scorecard as the reviewer works on it."""

    scorecard: Scorecard
    result: dict[str, Any]
    """the judgement as it would be published now, overrides included"""
    standing: Standing
    lines: list[IndicatorLine]
    previous: LastYear | None
    publication: Publication | None
    """what stands on the public page for this project and year"""
    current: bool

    @property
    def overridden(self) -> bool:
        """Whether the result differs from what was computed because of a reviewer's score."""
        return any(line.outcome["override"] for line in self.lines)

    @property
    def moved(self) -> list[IndicatorLine]:
        """Indicators whose score moved since last year, the furthest first."""
        return sorted(
            (line for line in self.lines if line.change), key=lambda line: abs(line.change or ZERO), reverse=True
        )

    @property
    def corrected(self) -> list[IndicatorLine]:
        """Indicators whose score differs from what is published."""
        return [line for line in self.lines if line.correction]

    @property
    def decided(self) -> int:
        """Indicators with a decision that stands."""
        return sum(1 for line in self.lines if line.applicable) - len(self.standing.undecided)

    @property
    def to_decide(self) -> int:
        """Indicators that ask for a decision."""
        return sum(1 for line in self.lines if line.applicable)


def review_page(scorecard: Scorecard) -> ReviewPage:
    """Gather what the page shows, with a fixed number of queries."""
    standing = standing_of(scorecard)
    framework = rules_of(scorecard.framework)
    overrides = overrides_of(standing)
    result = (
        judge(framework, Facts.from_json(scorecard.facts), overrides).to_json() if overrides else scorecard.judgement
    )
    years = [scorecard.year - 1, scorecard.year]
    publications = {
        row.year: row
        for row in Publication.objects.current().filter(project_slug=scorecard.project.slug, year__in=years)
    }
    publication = publications.get(scorecard.year)
    published = (
        {row["code"]: row for row in publication.content["scorecard"]["indicators"]}
        if publication and standing.publication is None
        else {}
    )
    heads = {
        head.year: head.scorecard
        for head in ScorecardHead.objects.filter(project=scorecard.project_id, year__in=years)
        .select_related("scorecard")
        .defer("scorecard__facts_text")
    }
    before = last_year(years[0], publications.get(years[0]), heads.get(years[0]))
    earlier = before.outcomes if before else {}
    rules = {indicator.code: indicator for indicator in framework.indicators}
    links = record_links(scorecard)
    words = [step for step in standing.steps if step.action in (Review.Action.QUERY, Review.Action.REPLY)]
    lines = [
        IndicatorLine(
            outcome=outcome,
            name=dict(rules[outcome["code"]].names),
            help=dict(rules[outcome["code"]].help),
            previous=earlier.get(outcome["code"]),
            published=published.get(outcome["code"]),
            decision=standing.decisions.get(outcome["code"]),
            queries=[review for review in words if review.indicator == outcome["code"]],
            records=[links[record] for record in outcome["records"] if record in links],
            parts=[(name_of_part(part["name"], links), part) for part in outcome["breakdown"]],
        )
        for outcome in result["indicators"]
    ]
    return ReviewPage(
        scorecard,
        result,
        standing,
        lines,
        before,
        publication,
        current=heads.get(scorecard.year) == scorecard,
    )


def name_of_part(name: str, links: dict[str, RecordLink]) -> str:
    """A record as people read it, else the words for the part."""
    return links[name].label if name in links else part_words(name)


@dataclass(frozen=True)
class Result:
    """A scorecard as a whole."""

    grade: str | None
    score: Decimal | None
    worst: Decimal | None
    best: Decimal | None
    coverage: Decimal | None


def computed_result(card: Scorecard) -> Result:
    """As it was computed."""
    return Result(card.grade or None, card.score, card.worst, card.best, card.coverage)


def published_result(publication: Publication) -> Result:
    """As the document says it."""
    sealed = publication.content["scorecard"]
    numbers = (sealed[name] for name in ("score", "worst", "best", "coverage"))
    return Result(sealed["grade"], *(None if number is None else Decimal(number) for number in numbers))


def results_of(heads: Iterable[Any]) -> list[tuple[Any, Result]]:
    """Each standing scorecard (`with_status`) with its result: as published where a reviewer set a score, else as computed."""
    heads = list(heads)
    closed = [head.scorecard_id for head in heads if head.overridden and head.latest_action in CLOSED_STEPS]
    rows = Publication.objects.current().filter(scorecard__in=closed)
    published = {row.scorecard_id: published_result(row) for row in rows}
    return [(head, published.get(head.scorecard_id) or computed_result(head.scorecard)) for head in heads]


@dataclass(frozen=True)
class Peer:
    """Another mine's result of the same year, by the same rules."""

    head: ScorecardHead
    result: Result


@dataclass(frozen=True)
class Peers:
    """The other mines of the year that the person sees."""

    graded: list[Peer]
    withheld: int
    """of so many too little is known for a grade, and they are compared with nothing"""
    more: bool
    """there are more than a drawing holds"""

    @property
    def scores(self) -> list[Decimal]:
        """Their scores, from the lowest."""
        return sorted(peer.result.score or ZERO for peer in self.graded)

    @property
    def coverages(self) -> list[Decimal]:
        """How much is known of each, from the least."""
        return sorted(peer.result.coverage or ZERO for peer in self.graded)

    @property
    def middle(self) -> Decimal:
        """As many scores lie below as above."""
        return median(self.scores)


def peers_of(actor: User, page: ReviewPage) -> Peers | None:
    """Whom to compare the result with; nobody where it has no grade itself, or where there is no other."""
    card = page.scorecard
    if page.result["grade"] in NO_GRADE:
        return None
    heads = ScorecardHead.objects.visible_to(actor).with_status().exclude(project=card.project_id)
    heads = heads.filter(year=card.year, scorecard__framework=card.framework_id).select_related("scorecard", "project")
    heads = heads.defer("scorecard__facts_text", "scorecard__judgement_text").order_by("project__name")
    rows = results_of(heads[: MOST_PEERS + 1])
    graded = [Peer(head, result) for head, result in rows if result.grade not in NO_GRADE]
    more = len(rows) > MOST_PEERS
    return Peers(graded, len(rows) - len(graded), more) if graded or more else None


def record_links(scorecard: Scorecard) -> dict[str, RecordLink]:
    """Every record that the sealed facts name, by that name; one query a kind."""
    rows: dict[str, dict[str, Any]] = {}
    for table in scorecard.facts.values():
        for row in table if isinstance(table, list) else []:
            if isinstance(row, dict):
                rows[row["record"]] = row
    kinds: dict[str, list[str]] = {}
    for record in rows:
        kind, _slash, key = record.partition("/")
        kinds.setdefault(kind, []).append(key)
    found: dict[str, Model] = {}
    for kind, keys in kinds.items():
        related = [path for path in ("community", "payee", "payer", "employer", "recipient") if has_field(kind, path)]
        queryset = (
            RECORD_MODELS[kind]._default_manager.select_related(*related)
            if related
            else RECORD_MODELS[kind]._default_manager
        )
        found |= {f"{kind}/{row.pk}": row for row in queryset.filter(pk__in=keys)}
    return {
        record: RecordLink(
            label_of(found[record]),
            address_of(record, scorecard.project.slug),
            row.get("voice", "unknown"),
            row.get("evidence", 0),
            **flow_of(row),
        )
        for record, row in rows.items()
        if record in found
    }


TRAIL_COLUMNS = ("project", "year", "scorecard", "at", "by", "step", "indicator", "score", "reason")


def trail_of(scorecard: Scorecard, standing: Standing) -> list[Review]:
    """What was done about this very scorecard, newest first."""
    return [step for step in reversed(standing.steps) if step.scorecard_id == scorecard.pk]


def trail_table(scorecard: Scorecard, steps: Iterable[Review]) -> list[tuple[object, ...]]:
    """The computation and every step since, newest first as on the page: when, who, what and why."""
    taken = [(step.at, step.reviewer, step.action, step.indicator, spelt(step.score), step.reason) for step in steps]
    sealed = f"SHA-256 {scorecard.facts_sha256}"
    rows = [*taken, (scorecard.computed_at, "Minka", "compute", "", spelt(scorecard.score), sealed)]
    where = (scorecard.project, scorecard.year, scorecard.pk)
    return [TRAIL_COLUMNS, *((*where, localtime(at).isoformat("T", "seconds"), *rest) for at, *rest in rows)]


def spelt(score: Decimal | None) -> str:
    """A score as it is stored, without the zeros behind it; empty where there is none."""
    return "" if score is None else canonical.spell(score)


def label_of(record: Model) -> str:
    """What a record is called; who owes whom, where amount and day stand beside it."""
    return f"{record.payer} → {record.payee}" if isinstance(record, Obligation) else str(record)


def flow_of(row: dict[str, Any]) -> dict[str, Any]:
    """What tells two sums between the same two apart: amount and day, of a payment by the company or else the recipient."""
    if "recipient" in row:
        return {"amount": row["amount"], "currency": row["currency"], "on": date.fromisoformat(row["due_on"])}
    if "company_amount" not in row:
        return {}
    side = ("company_amount", "paid_on") if row["company_amount"] is not None else ("recipient_amount", "received_on")
    amount, on = (row[name] for name in side)
    return {"amount": amount, "currency": row["currency"], "on": date.fromisoformat(on) if on else None}


def has_field(kind: str, name: str) -> bool:
    """Whether the kind's model has such a column."""
    return any(field.name == name for field in RECORD_MODELS[kind]._meta.concrete_fields)


def address_of(record: str, slug: str) -> str:
    """The page of a record."""
    kind, _slash, key = record.partition("/")
    if kind == "disbursement":
        return reverse("ledger:page", kwargs={"pk": key})
    return reverse("records:page", kwargs={"slug": slug, "kind": ADDRESS_OF_KIND[kind], "pk": key})
