"""One scorecard as a reviewer works on it: every figure with its working, its records and what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from accounts.audience import read_organisations
from accounts.design.bands import Bands
from accounts.models import User
from compliance.evaluation.certainty import certainty_of
from compliance.evaluation.criteria.measurement import Part
from compliance.evaluation.judgement import UNKNOWN, Judgement, Outcome
from compliance.evaluation.scoring import judge
from compliance.evaluation.sealed import facts_of, judgement_of, rules_of
from compliance.models import Publication, Review, Scorecard, ScorecardHead, Takedown
from compliance.public_pages.certainty import hold_sentence, interval_sentence
from compliance.public_pages.document import read_if_possible
from compliance.public_pages.scorecard import ViewRow, all_views, lifted_gate_sentences
from compliance.review_pages.comparison import Comparison, Correction, compare, corrections_since
from compliance.review_pages.records import RecordLink, record_links
from compliance.review_pages.sums import Sums, add_up
from compliance.review_pages.versions import OtherRules, other_rules
from compliance.review_pages.working import Division, currency_words, division_of, is_ratio, points_words
from compliance.services.conflicts import Conflict, conflict_of
from compliance.services.reviews import DECISIONS, Standing, outcomes_of, overrides_of, standing_of
from compliance.services.small_numbers import exact_judgement
from compliance.words import part_words

ONE_SIDED = frozenset({"company-word-only", "no-answer", "one-side-silent", "one-sided"})
"""What a figure says that rests on one side's word."""


@dataclass(frozen=True)
class IndicatorLine:
    """One indicator on the page."""

    outcome: Outcome
    """as it counts, with the override in force"""
    since_last_year: Comparison | None
    since_before: Comparison | None
    """against the scorecard of this very year that stood before"""
    since_published: Comparison | None
    """against the public page, where that is of other facts or decisions"""
    decision: Review | None
    fallen: Review | None
    """the reviewer's score that was the last decision and counts no more, because records or rules have changed"""
    queries: list[Review]
    records: list[RecordLink]
    parts: list[tuple[str, Part]]
    """the figures that make up the value, each with its name in words"""
    links: dict[str, RecordLink]
    to_open: bool
    """whether the person cannot accept it before opening it"""
    bands: Bands
    """of the framework that judged it"""

    @property
    def code(self) -> str:
        """The indicator's code."""
        return self.outcome.code

    @property
    def points_before(self) -> Decimal | None:
        """Last year's score, to draw; nothing where it was unknown."""
        return self.since_last_year.before.known_score if self.since_last_year else None

    @property
    def filed(self) -> int:
        """Records that hold at least one file."""
        return sum(1 for record in self.records if record.files)

    @property
    def disputed(self) -> list[RecordLink]:
        """Records in dispute."""
        return [record for record in self.records if record.disputed]

    @property
    def asked(self) -> bool:
        """Whether a decision still waits for a question or its answer."""
        return self.decision is not None and self.decision.action == Review.Action.QUERY

    @property
    def last_word(self) -> Review | None:
        """The latest question or answer, where a decision still waits for it."""
        return self.queries[-1] if self.asked and self.queries else None

    @property
    def division(self) -> Division | None:
        """What was divided by what."""
        return division_of(self.outcome)

    @property
    def is_ratio(self) -> bool:
        """Whether its parts are quotients."""
        return is_ratio(self.outcome)

    @property
    def currency_words(self) -> str:
        """Which of several currencies decides."""
        return currency_words(self.outcome)

    @property
    def points_words(self) -> str:
        """How the value became points."""
        return points_words(self.outcome, self.bands)

    @property
    def comparisons(self) -> list[tuple[str, Comparison]]:
        """Against what it differs: ``before`` in this very year, ``year`` the year before."""
        both = (("before", self.since_before), ("year", self.since_last_year))
        return [(name, one) for name, one in both if one is not None and one.differs]

    @property
    def corrections(self) -> list[tuple[RecordLink | None, Correction]]:
        """Who changed which of its records since the scorecard before it, or else since last year's."""
        found = self.since_before or self.since_last_year
        return [(self.links.get(one.record), one) for one in found.corrections] if found else []


@dataclass(frozen=True)
class LastYear:
    """How the year before came out: as it is published, reviewers' scores included, or else as it was computed."""

    year: int
    judgement: Judgement
    published: bool


def last_year(year: int, publication: Publication | None, scorecard: Scorecard | None) -> LastYear | None:
    """The publication that stands and can be read, else the scorecard that does, else nothing."""
    document = read_if_possible(publication) if publication else None
    if publication and document:
        return LastYear(year, exact_judgement(publication, document), published=True)
    return LastYear(year, judgement_of(scorecard), published=False) if scorecard else None


@dataclass(frozen=True)
class ReviewPage:
    """One scorecard as the reviewer works on it."""

    scorecard: Scorecard
    result: Judgement
    """the judgement as it would be published now, overrides included"""
    standing: Standing
    lines: list[IndicatorLine]
    sums: Sums
    previous: LastYear | None
    before: Scorecard | None
    """the scorecard of this very year that stood before"""
    publication: Publication | None
    """what stands on the public page for this project and year"""
    taken_down: Takedown | None
    """what stood there last, where it was taken down"""
    head: Scorecard | None
    """the scorecard that stands now for this project and year"""
    outdated_since: datetime | None
    """when its facts were read, where newer ones are not judged yet"""
    conflict: Conflict | None
    """why the person who looks at it may not review it"""
    own_records: list[RecordLink]
    """the records because of which"""
    other_rules: list[OtherRules]
    """what other versions of the rules would change"""
    views: list[tuple[str, list[ViewRow]]]
    """the same results by what the law asks and by who owes it, and what the State owes"""
    ready_to_accept: tuple[str, ...]
    """indicators without a decision that the person can accept now"""

    @property
    def bands(self) -> Bands:
        """The grades of the framework that judged."""
        return self.result.framework.bands

    @property
    def current(self) -> bool:
        """Whether nothing has replaced it."""
        return self.head == self.scorecard

    @property
    def overridden(self) -> bool:
        """Whether the result differs from what was computed because of a reviewer's score."""
        return any(line.outcome.overridden for line in self.lines)

    @property
    def lifted(self) -> list[str]:
        """Gates that hold nothing down because their rule was not in force."""
        return lifted_gate_sentences(self.result)

    @property
    def sureness(self) -> str:
        """How sure the grade is, as it would be published now."""
        certainty = certainty_of(self.result)
        return f"{hold_sentence(self.result, certainty)} {interval_sentence(self.result, certainty)}"

    @property
    def unknown(self) -> list[IndicatorLine]:
        """Indicators that apply and of which too little is known."""
        return [line for line in self.lines if line.outcome.state == UNKNOWN]

    @property
    def measured(self) -> int:
        """Indicators that are known."""
        return self.to_decide - len(self.unknown)

    @property
    def one_sided(self) -> int:
        """Known indicators that rest on one side's word."""
        known = (line.outcome.measured for line in self.lines if line.outcome.known)
        return sum(1 for measured in known if ONE_SIDED.intersection([*measured.flags, *measured.missing]))

    @property
    def moved(self) -> list[IndicatorLine]:
        """Indicators whose score moved since last year, the furthest first."""
        moved = [line for line in self.lines if line.since_last_year and line.since_last_year.points]
        return sorted(moved, key=lambda line: abs(points_of(line.since_last_year)), reverse=True)

    @property
    def lost(self) -> list[IndicatorLine]:
        """Indicators that were known last year and are not any more."""
        return [line for line in self.lines if line.since_last_year and line.since_last_year.shift == "lost"]

    @property
    def found(self) -> list[IndicatorLine]:
        """Indicators that became known since last year."""
        return [line for line in self.lines if line.since_last_year and line.since_last_year.shift == "found"]

    @property
    def changed(self) -> list[IndicatorLine]:
        """Indicators that differ from the scorecard of this year that stood before."""
        return [line for line in self.lines if line.since_before and line.since_before.differs]

    @property
    def corrected(self) -> list[IndicatorLine]:
        """Indicators that differ from what is published."""
        return [line for line in self.lines if line.since_published and line.since_published.differs]

    @property
    def decided(self) -> int:
        """Indicators with a decision that stands."""
        return self.to_decide - len(self.standing.undecided)

    @property
    def to_decide(self) -> int:
        """Indicators that ask for a decision."""
        return sum(1 for line in self.lines if line.outcome.applicable)

    @property
    def to_open(self) -> list[IndicatorLine]:
        """Indicators without a decision that the person has to open before they can accept them."""
        return [line for line in self.lines if line.to_open and line.code in self.standing.untouched]

    @property
    def asked(self) -> list[str]:
        """Indicators about which a question waits for the company's answer."""
        words = ((line.code, line.last_word) for line in self.lines)
        return [code for code, word in words if word is not None and word.action == Review.Action.QUERY]

    @property
    def returned(self) -> Review | None:
        """The step that returned it before the approval that stands, where nothing was decided in between."""
        own = [step for step in self.standing.steps if step.scorecard_id == self.scorecard.pk]
        approval = self.standing.approval
        returns = [step for step in own if step.action == Review.Action.RETURN]
        if approval is None or not returns:
            return None
        since = [step for step in own if returns[-1].pk < step.pk < approval.pk]
        return None if since else returns[-1]

    @property
    def as_published(self) -> bool:
        """Whether it was opened again, and neither a score nor a decision differs from what is published."""
        own = (step for step in self.standing.steps if step.scorecard_id == self.scorecard.pk)
        steps = [step.pk for step in own if step.action == Review.Action.PUBLISH]
        decided = any(decision.pk > steps[-1] for decision in self.standing.decisions.values()) if steps else True
        return bool(steps) and not decided and not self.corrected


def points_of(comparison: Comparison | None) -> Decimal:
    """Points gained, none where that cannot be said."""
    return (comparison and comparison.points) or Decimal(0)


def review_page(actor: User, scorecard: Scorecard) -> ReviewPage:
    """Gather what the page shows, with a fixed number of queries."""
    standing = standing_of(scorecard)
    facts = facts_of(scorecard)
    overrides = overrides_of(standing)
    result = judge(rules_of(scorecard.framework), facts, overrides) if overrides else judgement_of(scorecard)
    years = [scorecard.year - 1, scorecard.year]
    rows = Publication.objects.current().filter(project_slug=scorecard.project.slug, year__in=years)
    publications = {row.year: row for row in rows}
    publication = publications.get(scorecard.year)
    heads = {
        head.year: head.scorecard
        for head in ScorecardHead.objects.filter(project=scorecard.project_id, year__in=years)
        .select_related("scorecard__framework")
        .defer("scorecard__facts_text")
    }
    previous = last_year(years[0], publications.get(years[0]), heads.get(years[0]))
    before = stood_before(scorecard, current=heads.get(scorecard.year) == scorecard)
    conflict = conflict_of(actor, scorecard) if actor.may("review.decide") else None
    own = conflict.records if conflict else ()
    links = record_links(facts, scorecard.project.slug, own)
    past = before or (heads.get(years[0]) if previous else None)
    corrections = corrections_since(links, past.computed_at if past else None)
    read_organisations(actor, [one.entry for one in corrections], "actor")
    corrected = publication if standing.publication is None else None
    published = read_if_possible(corrected) if corrected else None
    earlier = Earlier(
        last_year=previous.judgement.by_code if previous else {},
        before=outcomes_of(before) if before else {},
        published=exact_judgement(corrected, published).by_code if corrected and published else {},
    )
    to_open = standing.to_open_by(actor)
    return ReviewPage(
        scorecard=scorecard,
        result=result,
        standing=standing,
        lines=[
            line_of(
                *(outcome, standing, earlier, links, corrections),
                to_open=outcome.code in to_open,
                bands=result.framework.bands,
            )
            for outcome in result.outcomes
        ],
        sums=add_up(result),
        previous=previous,
        before=before,
        publication=publication,
        taken_down=Takedown.objects.unreplaced()
        .filter(project_slug=scorecard.project.slug, year=scorecard.year)
        .first(),
        head=heads.get(scorecard.year),
        outdated_since=outdated_since(scorecard),
        conflict=conflict,
        own_records=[links[name] for name in own if name in links],
        other_rules=other_rules(scorecard, facts, overrides, result),
        views=all_views(result, facts),
        ready_to_accept=standing.ready_to_accept(actor),
    )


def outdated_since(scorecard: Scorecard) -> datetime | None:
    """When the facts of a scorecard were read, where facts were saved since that are not judged yet."""
    heads = ScorecardHead.objects.filter(scorecard=scorecard).outdated()
    return heads.values_list("facts_read_at", flat=True).first()


@dataclass(frozen=True)
class Earlier:
    """What outcomes are compared with, each by indicator."""

    last_year: dict[str, Outcome]
    before: dict[str, Outcome]
    published: dict[str, Outcome]


def stood_before(scorecard: Scorecard, *, current: bool) -> Scorecard | None:
    """The scorecard of the same project and year that was computed before this one, or that this one replaced."""
    others = Scorecard.objects.filter(project=scorecard.project_id, year=scorecard.year).exclude(pk=scorecard.pk)
    others = others if current else others.filter(pk__lt=scorecard.pk)
    return others.select_related("framework").defer("facts_text").order_by("-pk").first()


def line_of(
    outcome: Outcome,
    standing: Standing,
    earlier: Earlier,
    links: dict[str, RecordLink],
    corrections: list[Correction],
    *,
    to_open: bool,
    bands: Bands,
) -> IndicatorLine:
    """One indicator with what was said of it."""
    code = outcome.code
    words = (Review.Action.QUERY, Review.Action.REPLY)
    return IndicatorLine(
        outcome=outcome,
        since_last_year=compare(earlier.last_year, outcome, corrections),
        since_before=compare(earlier.before, outcome, corrections),
        since_published=compare(earlier.published, outcome, corrections),
        decision=standing.decisions.get(code),
        fallen=fallen_override(standing, code),
        queries=[step for step in standing.steps if step.action in words and step.indicator == code],
        records=[links[record] for record in outcome.measured.records if record in links],
        parts=[(name_of_part(part.name, links), part) for part in outcome.measured.breakdown],
        links=links,
        to_open=to_open,
        bands=bands,
    )


def fallen_override(standing: Standing, code: str) -> Review | None:
    """The score that a reviewer gave last, where it is no decision on the outcome as it is now."""
    decided = [step for step in standing.steps if step.action in DECISIONS and step.indicator == code]
    last = decided[-1] if decided else None
    in_force = standing.decisions.get(code)
    return last if last and last.action == Review.Action.OVERRIDE and last != in_force else None


def name_of_part(name: str, links: dict[str, RecordLink]) -> str:
    """A record as people read it, else the words for the part."""
    return links[name].label if name in links else part_words(name)
