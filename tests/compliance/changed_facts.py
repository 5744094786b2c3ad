"""A sealed document with one fact changed, and the sentences that the pages of its mine then show.

Of each fact every other meaning that it could have is tried: nobody says it, the other answer, another choice, the days
around each day that it is compared with, nothing, one more. Facts that pages show in the words of a described part are
described anew, as publishing does.
"""

from __future__ import annotations

import copy
import dataclasses
import html
import re
import types
import typing
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from django.template.loader import render_to_string

from communities.models import Influence
from communities.statement_words import Testimony
from compliance.evaluation import canonical
from compliance.evaluation.criteria.ownership import HoldingFact
from compliance.evaluation.criteria.purchases import PurchasesFact
from compliance.evaluation.criteria.study_steps import StudyStepFact
from compliance.evaluation.facts import (
    SUPPLIERS,
    TABLES,
    AssessmentFact,
    CommitmentFact,
    ConditionFact,
    DisclosureFact,
    EmploymentFact,
    ExpectedFact,
    Row,
)
from compliance.evaluation.small_numbers import HIDDEN_COUNTS
from compliance.public_pages.assessments import rule_of_studies, studies_of, studies_with_meetings, study_of
from compliance.public_pages.checks import checks_of
from compliance.public_pages.commitments import PublishedPromise, overdue, promises_of, what_became_of
from compliance.public_pages.communities import Neighbour
from compliance.public_pages.document import Document, Json, UnreadableDocument, document_from
from compliance.public_pages.due_days import moved_day
from compliance.public_pages.employment import employment_of
from compliance.public_pages.evidence import papers_of, stands_on_paper
from compliance.public_pages.front import Shown, front_page
from compliance.public_pages.money import money_of
from compliance.public_pages.project import MinePhase, OwnerShare, recorders
from compliance.public_pages.scorecard import working
from compliance.public_pages.sections import PAGES, SECTIONS
from compliance.public_pages.staff import PayCurrency
from compliance.public_pages.suppliers import COLUMNS as SUPPLIER_COLUMNS
from projects.models import Source

Path = tuple[str | int, ...]
"""Where a value stands in a sealed document."""

VOICES = ("company", "community", "authority", "monitor", "unknown")
ANSWERS = ("fulfilled", "not_fulfilled")
CHOICES: Mapping[str, Sequence[str]] = {
    "voice": VOICES,
    "community_says": ANSWERS,
    "authority_says": ANSWERS,
    "published_by": ("company", "regulator"),
    "currency": ("PEN", "USD"),
    "instrument": ("EIA-d", "DIA", "FTA", "ITS", "PAMA", "social"),
    "step": ("observed", "answered", "withdrawn", "lapsed", "annulled"),
    "decision": ("", "refused", "never-made", "under-evaluation"),
    "degree": Influence.Degree.values,
    "recognition": Influence.Recognition.values,
    "of": ("assessments", "conditions", "employment", "obligations", "commitments"),
    "code": ("exploration", "development", "operation", "closure"),
    "country": ("PE", "CL"),
    "community_known_by": ("", "told", "assembly", "public"),
    "later_day_agreed_by": ("", "community", "authority"),
    "later_day_known_by": ("", "told", "assembly", "public"),
    "state": (Source.State.VERIFIED, Source.State.DISPUTED, Source.State.UNVERIFIED),
}
"""The meanings of a text that is a choice; any other text is a name, which could be another one."""


NAMED = ("record", "slug", "carried", "placed_by")
"""What places a row."""


@dataclass(frozen=True)
class Changed:
    """A document of which one fact says something else."""

    what: str
    """``commitments.due_on``"""
    row: Any
    """what said it: a row, or the values of a result"""
    was: object
    now: object
    document: Document

    @property
    def silent_before(self) -> bool:
        """Whether nothing was said of it, so that a page may have had no sentence that stood on it."""
        return self.was in SILENT or self.what == "indicators.score_at_most"

    @property
    def unspoken(self) -> bool:
        """Whether no public sentence speaks of it."""
        return any(one.of(self) for one in UNSPOKEN)

    def __str__(self) -> str:
        return f"{self.what}: {self.was!r} → {self.now!r}"


SILENT: tuple[Any, ...] = (None, "", False, 0, "0", [], "unknown")


# What a fact could say instead


def other_values(name: str, hint: Any, value: Any, days: Iterable[date]) -> list[Any]:
    """Each other meaning of one value of a class, as it is sealed; `days` are those that it is compared with."""
    options = typing.get_args(hint) if typing.get_origin(hint) in (types.UnionType, typing.Union) else (hint,)
    found: list[Any] = [None] if type(None) in options else []
    [kind] = [one for one in options if one is not type(None)]
    if kind is bool:
        found += [True, False]
    elif kind is date:
        found += [day + timedelta(days=step) for day in days for step in (-1, 0, 1)]
    elif kind in (int, Decimal):
        found += [kind(0), *([] if value is None else [value + 1])]
    elif name in CHOICES:
        found += CHOICES[name]
    elif kind is str:
        found.append(f"{value} otherwise")
    plain = [canonical.plain(one) for one in found]
    return [one for place, one in enumerate(plain) if one != canonical.plain(value) and one not in plain[:place]]


def changed_rows(row: Any) -> Iterator[tuple[str, Any, Any]]:
    """Each value of a row with each that it could have instead: its name, what it says and what it would say."""
    hints = typing.get_type_hints(type(row))
    values = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    days = [value for value in values.values() if isinstance(value, date)]
    for name, value in values.items():
        if name not in NAMED and not isinstance(value, tuple | dict) and not dataclasses.is_dataclass(value):
            for other in other_values(name, hints[name], value, days):
                yield name, canonical.plain(value), other


def with_value(part: Any, path: Path, value: object) -> Any:
    """A copy of sealed JSON in which one value is another; what is not on the way is shared."""
    if not path:
        return value
    made = copy.copy(part)
    made[path[0]] = with_value(part[path[0]], path[1:], value) if path[1:] else value
    return made


def read_again(document: Document, sealed: Json) -> Document:
    """The document that other sealed values make."""
    return document_from(sealed, document.stored)


# Facts that sections show


def described_anew(document: Document, table: type[Row], changed: Row) -> Json:
    """The sealed values of a document with what is described from one table of facts, as publishing would."""
    facts, parts = document.facts, dict(document.sealed)
    if table is AssessmentFact:
        rule = rule_of_studies(document.framework)
        told = {one.record: one for one in studies_of(document)}
        listed = studies_with_meetings(facts)
        studies = (
            study_of(
                *(row, rule, facts.period_end, told[row.record].resolution),
                approved_by=told[row.record].approved_by,
                meetings_listed=row.record in listed,
            )
            for row in facts[AssessmentFact]
        )
        parts["assessments"] = canonical.plain(list(studies))
    elif isinstance(changed, CommitmentFact):
        promises = (
            told_anew(one, changed, document.as_of) if one.record == changed.record else one
            for one in promises_of(document)
        )
        parts["commitments"] = canonical.plain(list(promises))
    elif table is EmploymentFact:
        years = [row for row in parts["employment"] if row["year"] != document.year]
        parts["employment"] = [*years, canonical.plain(employment_of(facts))]
    return parts


def told_anew(promise: PublishedPromise, row: CommitmentFact, on: date) -> PublishedPromise:
    """A promise with what became of it by other facts."""
    known = promise.community_known or Testimony(voice=row.voice)
    known = dataclasses.replace(
        known,
        voice="community" if row.community_known_by else row.voice,
        known_by=row.community_known_by or "",
        files=row.evidence,
    )
    return dataclasses.replace(
        promise,
        due_on=row.falls_due,
        moved=moved_day(row),
        voluntary=row.voluntary,
        community_known=known if row.community_says else None,
        authority_document=promise.authority_document if row.authority_says else "",
        **dataclasses.asdict(what_became_of(row, on)),
    )


SHOWN_FACTS: tuple[type[Row], ...] = (
    AssessmentFact,
    StudyStepFact,
    ConditionFact,
    EmploymentFact,
    CommitmentFact,
    DisclosureFact,
    ExpectedFact,
    PurchasesFact,
    HoldingFact,
)
"""The tables of facts that sections show; payments and the sums that they settle have a test of their own."""
PAPER = ("evidence", "opens", "company_known_by", "recipient_known_by")
"""The columns that say whether a record stands on paper, which *Scorecard* counts; they are changed together."""


def changed_facts(document: Document) -> Iterator[Changed]:
    """The document with each fact changed that its sections show."""
    if document.covered:
        return
    for table in SHOWN_FACTS:
        name = TABLES[table].name
        for place, row in enumerate(document.facts[table]):
            for column, was, now in changed_rows(row):
                path = ("facts", name, place, column)
                if column in PAPER or not may_be(row, column, now):
                    continue
                facts = read_again(document, with_value(spelled(document, name), path, now))
                changed = next(one for one in facts.facts[table] if one.record == row.record)
                described = read_again(document, described_anew(facts, table, changed))
                yield Changed(f"{name}.{column}", row, was, now, described)


def changed_papers(document: Document) -> Iterator[Changed]:
    """The document without the papers behind each record of an indicator that stands on paper."""
    papers = papers_of(document.facts)
    shown = {
        record for one in document.scorecard.outcomes if stands_on_paper(one, papers) for record in one.measured.records
    }
    for kind, rows in document.facts.tables.items():
        name = TABLES[kind].name
        for place, row in enumerate(rows):
            if row.record in shown:
                sealed = spelled(document, name)
                for column in PAPER:
                    nothing = {"evidence": 0, "opens": False}.get(column)
                    if hasattr(row, column):
                        sealed = with_value(sealed, ("facts", name, place, column), nothing)
                yield Changed(f"{name}.papers", row, True, False, read_again(document, sealed))


def spelled(document: Document, table: str) -> Json:
    """The sealed values with every column of one table spelled, also those that say their default."""
    rows = [
        {field.name: canonical.plain(getattr(row, field.name)) for field in dataclasses.fields(row)}
        for kind, rows in document.facts.tables.items()
        if TABLES[kind].name == table
        for row in rows
    ]
    sealed: Json = with_value(document.sealed, ("facts", table), rows)
    return sealed


def every_change(document: Document) -> Iterator[Changed]:
    """The document with each fact and each figure changed of which a page of its mine could speak."""
    for changes in (changed_facts, changed_papers, changed_parts, changed_results):
        yield from (one for one in changes(document) if not one.unspoken)


def may_be(row: Row, column: str, now: object) -> bool:
    """Whether a record can say it: a period ends after it begins, and of nobody's word nobody knows the way."""
    if isinstance(row, EmploymentFact | ExpectedFact | PurchasesFact) and column in ("period_start", "period_end"):
        start, end = row.period_start.isoformat(), row.period_end.isoformat()
        return now <= end if column == "period_start" else now >= start  # type: ignore[operator]
    return not (isinstance(row, CommitmentFact) and column == "community_known_by" and row.community_says is None)


# Parts that name what live rows say


def changed_parts(document: Document) -> Iterator[Changed]:
    """The document with each value changed that live rows and earlier documents gave it."""
    rows: list[tuple[str, Path, Any]] = [
        ("communities", ("communities", place), row)
        for place, row in enumerate(document.rows(Neighbour, "communities"))
    ]
    project = document.sealed["project"]
    rows += [
        ("project.stakes", ("project", "stakes", place), canonical.read(OwnerShare, row))
        for place, row in enumerate(project["stakes"])
    ]
    if project["phase"]:
        rows.append(("project.phase", ("project", "phase"), canonical.read(MinePhase, project["phase"])))
    rows += [("staff", ("staff", place), row) for place, row in enumerate(document.rows(PayCurrency, "staff"))]
    rows += [("money.totals", ("money", "totals", place), row) for place, row in enumerate(money_of(document).totals)]
    rows += [
        ("money.purposes", ("money", "purposes", place), row) for place, row in enumerate(money_of(document).purposes)
    ]
    for what, path, row in rows:
        for column, was, now in changed_rows(row):
            sealed = with_value(document.sealed, (*path, column), now)
            yield Changed(f"{what}.{column}", row, was, now, read_again(document, sealed))
    for what, path, was, now in (
        ("project.operator", ("project", "operator"), project["operator"], None),
        ("project.phase", ("project", "phase"), project["phase"], None),
        ("project.minerals", ("project", "minerals"), project["minerals"], []),
        ("project.areas", ("project", "areas"), project["areas"], []),
        ("project.stakes", ("project", "stakes"), project["stakes"], []),
        ("project.followed_by", ("project", "followed_by"), project.get("followed_by", []), []),
        ("owners", ("owners",), document.sealed.get("owners", []), []),
        ("conditions", ("conditions",), document.sealed.get("conditions", []), []),
        ("correction_reason", ("correction_reason",), document.sealed["correction_reason"], "Read again."),
        ("changes", ("changes",), document.sealed["changes"], []),
        ("as_of", ("as_of",), document.sealed["as_of"], (document.as_of + timedelta(days=1)).isoformat()),
    ):
        if was != now:
            yield Changed(what, None, was, now, read_again(document, with_value(document.sealed, path, now)))
    for place, promise in enumerate(document.sealed["commitments"]):
        for name in ("description", "authority_document"):
            if was := promise.get(name):
                sealed = with_value(document.sealed, ("commitments", place, name), f"{was} otherwise")
                yield Changed(f"commitments.{name}", promise, was, f"{was} otherwise", read_again(document, sealed))
    for place, change in enumerate(document.sealed["changes"]):
        for side in ("before", "after"):
            now = "1" if change["kind"] == "money" else "?" if change[side] != "?" else "E"
            sealed = with_value(document.sealed, ("changes", place, side), now)
            yield Changed(f"changes.{side}", change, change[side], now, read_again(document, sealed))
    for place, check in enumerate(document.sealed.get("checks", ())):
        for state in CHOICES["state"]:
            if state != check["state"]:
                sealed = with_value(document.sealed, ("checks", place, "state"), str(state))
                yield Changed("checks.state", check, check["state"], state, read_again(document, sealed))


# What it came to

GRADES = ["A", "E", "?"]
RESULT_VALUES: Mapping[str, Callable[[Any], list[Any]]] = {
    "state": lambda was: ["scored", "unknown", "not_applicable"],
    "grade": lambda was: [*GRADES, None],
    "grade_worst": lambda was: GRADES,
    "grade_best": lambda was: GRADES,
    "passes": lambda was: [True, False] if was is not None else [],
    "known": lambda was: [was + 1],
    "applicable": lambda was: [was + 1],
    "missing": lambda was: [[], ["no-answer"]],
    "flags": lambda was: [[], ["small-base"]],
    "records": lambda was: [[], ["assessment/999"]],
    "capped_by": lambda was: [[], ["R01"]],
    "blocked_by": lambda was: [[], ["R01"]],
    "reason": lambda was: ["nothing-planned"],
    "explanation": lambda was: ["It does not apply here."],
    "previous_grade": lambda was: GRADES,
}
"""The other meanings of what a judgement seals; of all else that is a number: one more, and none."""
NAMES = (
    "code",
    "policy",
    "unit",
    "weight",
    "override",
    "breakdown",
    "framework",
    "project",
    "year",
    "period",
    "previous",
)
"""What places a result, or is no figure."""


def other_results(name: str, was: Any) -> list[Any]:
    """Each other meaning of one value of a result."""
    if name in RESULT_VALUES:
        return [now for now in RESULT_VALUES[name](was) if now != was]
    if isinstance(was, str) and re.fullmatch(r"-?\d+(\.\d+)?", was):
        return [
            *([] if name in ("worst", "best") else [None]),
            canonical.spell(Decimal(was) + 1 if Decimal(was) < 99 else Decimal(was) - 1),
        ]
    return []


def changed_results(document: Document) -> Iterator[Changed]:
    """The document with each value changed of its scorecard, and of how sure it is."""
    card = document.sealed["scorecard"]
    places: list[tuple[str, Path, Json]] = [("scorecard", (), card)]
    places += [("policies", ("policies", place), row) for place, row in enumerate(card["policies"])]
    places += [("indicators", ("indicators", place), row) for place, row in enumerate(card["indicators"])]
    for what, path, row in places:
        for name, was in row.items():
            if name in NAMES or isinstance(was, dict) or name in ("policies", "indicators", "certainty"):
                continue
            for now in other_results(name, was):
                sealed = with_value(document.sealed, ("scorecard", *path, name), now)
                if (what, name, now) == ("indicators", "state", "unknown"):
                    unknown = row | {"state": now, "value": None, "passes": None, "score": "0"}
                    sealed = with_value(document.sealed, ("scorecard", *path), unknown)
                yield from read_where_possible(f"{what}.{name}", row, was, now, read_again(document, sealed))
    for name, was in (card.get("certainty") or {}).items():
        now = {"robust": not was, "holds": abs(card["certainty"]["holds"] - 100)}.get(name)
        for other in [now] if now is not None else other_results(name, was):
            sealed = with_value(document.sealed, ("scorecard", "certainty", name), other)
            yield from read_where_possible(f"certainty.{name}", card, was, other, read_again(document, sealed))


def read_where_possible(what: str, row: Any, was: object, now: object, document: Document) -> Iterator[Changed]:
    """The changed document, where a document could say it at all."""
    try:
        _read = document.scorecard, document.certainty
    except UnreadableDocument:
        return
    yield Changed(what, row, was, now, document)


# What no public sentence speaks of


@dataclass(frozen=True)
class Unspoken:
    """What may change and no sentence with it, and why that is no fault."""

    what: str
    because: str
    where: Callable[[Changed], bool] = lambda changed: True

    def of(self, changed: Changed) -> bool:
        """Whether it is about this change."""
        return changed.what == self.what and self.where(changed)


UNSPOKEN = (
    Unspoken("assessments.start_extended", "how long an approval lasts is said where works began after its last day"),
    Unspoken("assessments.not_begun_on", "only grades look at it; pages say when works began"),
    Unspoken(
        "assessments.decision",
        "a study that was approved is not under evaluation",
        lambda one: one.now == "under-evaluation" or one.row.works_started_on is None,
    ),
    Unspoken(
        "assessments.participation_held",
        "without a plan of meetings, or an approval on record, nobody can say how many were held; or each is told of",
        lambda one: (
            not one.row.participation_planned
            or one.row.approved_on is None
            or one.row.record in studies_with_meetings(one.document.facts)
        ),
    ),
    Unspoken("assessments.valid_until", "it is told of at the approval", lambda one: one.row.approved_on is None),
    Unspoken(
        "assessments.participation_planned",
        "meetings are told of at the approval",
        lambda one: one.row.approved_on is None,
    ),
    Unspoken("commitments.community", "the record names the community, by the name that it has today"),
    *(
        Unspoken(
            f"{table}.first_due_on",
            "a first day is said where the day was moved later",
            lambda one: one.now is None or str(one.now) >= str(one.row.due_on),
        )
        for table in ("commitments", "conditions")
    ),
    *(
        Unspoken(
            f"{table}.later_day_{what}",
            "nobody agrees to a later day where the day was not moved later",
            lambda one: not one.row.moved_later,
        )
        for table in ("commitments", "conditions")
        for what in ("agreed_by", "known_by")
    ),
    *(
        Unspoken(f"conditions.replaced_{what}", "the words of the document say what replaced it, and since when")
        for what in ("by", "on")
    ),
    Unspoken("conditions.every_months", "no reports come every 0 months", lambda one: not one.now),
    Unspoken(
        "conditions.until",
        "until when is said of what asks for reports",
        lambda one: not one.row.every_months,
    ),
    Unspoken("commitments.promised_by", "no sentence says that the mine promised it"),
    Unspoken(
        "commitments.company_says_fulfilled_on",
        "where others answered, theirs is the word and the day",
        lambda one: one.row.community_says or one.row.authority_says,
    ),
    Unspoken(
        "commitments.confirmed_on",
        "the day of what nobody confirms, or somebody denies",
        lambda one: (
            "fulfilled" not in (one.row.community_says, one.row.authority_says)
            or "not_fulfilled" in (one.row.community_says, one.row.authority_says)
        ),
    ),
    Unspoken(
        "commitments.confirmed_on",
        "the company names the same day",
        lambda one: one.now is None and str(one.row.company_says_fulfilled_on) == one.was,
    ),
    Unspoken(
        "commitments.authority_says",
        "an authority that speaks against others is heard through its document",
        lambda one: (
            one.row.community_says == "not_fulfilled"
            and one.now != "not_fulfilled"
            and one.row.company_says_fulfilled_on
        ),
    ),
    Unspoken(
        "commitments.voice",
        "each answer says whose word it is",
        lambda one: one.row.community_known_by or one.row.community_says is None,
    ),
    Unspoken("communities.kind", "what kind of community it is is not said"),
    Unspoken(
        "communities.degree",
        "of one that the study leaves out it does not say how it is affected",
        lambda one: one.row.left_out,
    ),
    Unspoken(
        "disclosures.period_end", "a report is named by its year", lambda one: str(one.was)[:4] == str(one.now)[:4]
    ),
    Unspoken("assessments.amends", "of a study that changes no other nothing is said", lambda one: one.was is None),
    Unspoken("employment.employer_key", "it tells two employers of one name apart"),
    Unspoken("employment.foreign_exonerated", "the rule about foreign staff says what it excuses"),
    Unspoken("holdings.owner_key", "it joins the shares, and tells two owners of one name apart"),
    Unspoken("holdings.company", "the share that leads to the company names it"),
    Unspoken("expected.currency", "of what has no sum", lambda one: one.row.amount is None),
    Unspoken("expected.amount", "a list of employers names workers", lambda one: one.row.people is not None),
    Unspoken(
        "purchases.currency", "of what has no sum", lambda one: one.row.eligible_amount is None is one.row.local_amount
    ),
    *(
        Unspoken(
            f"purchases.{name}",
            "rules of before say nothing of suppliers",
            lambda one: SUPPLIERS not in one.document.framework.looks_at,
        )
        for name in SUPPLIER_COLUMNS
    ),
    Unspoken(
        "purchases.ownership_is_registered",
        "of no sum nobody asks for the owners",
        lambda one: not one.row.indigenous_amount,
    ),
    Unspoken("indicators.computed_score", "the score that counts is said"),
    *(
        Unspoken(f"indicators.{end}", "the range is said in points", lambda one: HIDDEN_COUNTS not in one.row["flags"])
        for end in ("low", "high")
    ),
    Unspoken("indicators.score_at_most", "of what does not apply", lambda one: one.row["state"] == "not_applicable"),
    Unspoken("indicators.value", "of yes and no it is said which", lambda one: one.row["passes"] is not None),
    Unspoken("indicators.reason", "why it does not apply", lambda one: one.row["state"] != "not_applicable"),
    Unspoken("indicators.explanation", "why it does not apply", lambda one: one.row["state"] != "not_applicable"),
    *(
        Unspoken(f"policies.{name}", "said of the whole alone")
        for name in ("blocked_by", "coverage", "grade_best", "grade_worst")
    ),
    Unspoken("policies.previous_grade", "of a year that was not published", lambda one: not one.document.last_year),
    *(
        Unspoken(f"{level}.unweighted", "a sum for those who reckon, in the file")
        for level in ("policies", "scorecard")
    ),
    *(
        Unspoken(f"money.totals.{name}", "what older documents do not say", lambda one: one.now is None)
        for name in ("told", "unanswered", "disputed", "unpaid", "unknown", "beyond_paid", "beyond_confirmed")
    ),
    Unspoken("certainty.draws", "the sentence names a thousand"),
    *(
        Unspoken(f"certainty.{name}", "there is no grade that could hold", lambda one: one.row["grade"] == "?")
        for name in ("holds", "robust")
    ),
    Unspoken(
        "checks.state",
        "of a record on which no figure rests",
        lambda one: all(
            one.row["record"] not in outcome.measured.records for outcome in one.document.scorecard.outcomes
        ),
    ),
    Unspoken(
        "project.stakes.share_percent",
        "what an owner does not hold is then said of nobody",
        lambda one: one.now == "0",
    ),
)
"""Every field of which no public sentence speaks, or not there, with the reason."""


# What pages say

Words = Callable[[Document], str]
"""A part of a page."""
ADDRESSES = {page.name: f"/{page.name}/" for page in PAGES}


def section(name: str) -> Words:
    """A section, with the answer that it gives."""
    one = SECTIONS[name]

    def shown(document: Document) -> str:
        values = one.show(document)
        texts = []
        if values is not None:
            whole = Shown(one, values, ADDRESSES[one.page])
            texts += [f"<h2>{whole.title}</h2><p>{whole.lead}</p>", render_to_string(whole.template, {"shown": values})]
        if one.answer:
            context = {"shown": one.answer(document), "front": True, "more": "", "name": name}
            texts.append(render_to_string(f"compliance/public/answers/{name}.html", context))
        return "".join(texts)

    return shown


def front(document: Document) -> str:
    """What the front says besides the answers of sections."""
    values = front_page(document, document.as_of, ADDRESSES)
    context = {**values, "document": document, "grades": "", "data": ""}
    parts = ("front_overdue", "front_do", "front_grades")
    changed = {"rows": values["changes"], "reason": document.correction_reason}
    texts = [render_to_string(f"compliance/public/{part}.html", context) for part in parts]
    return "".join([f"<p>{values['owed']}</p>", *texts, render_to_string("compliance/public/changed.html", changed)])


def recorded_by(document: Document) -> str:
    """Whom the front says to go to."""
    return "".join(f"<p>{name}</p>" for name, _contact in recorders([document]))


def overdue_promises(document: Document) -> str:
    """What the front says of promises that are overdue."""
    return "".join(f"<p>{one.what}<b>{one.how_much}</b>{one.said}</p>" for one in overdue(document, document.as_of))


def result_of(code: str) -> Words:
    """How one indicator came about."""

    def words(document: Document) -> str:
        bands = document.framework.bands
        one = working(document.scorecard.outcome(code), checks_of(document), bands)
        shown = {"one": one, "outcome": one.outcome, "bands": bands}
        return render_to_string("compliance/public/indicator.html", shown)

    return words


SHOWN_BY: Mapping[str, tuple[Words, ...]] = {
    **dict.fromkeys(("assessments", "assessment-steps"), (section("assessments"), section("conditions"))),
    "conditions": (section("conditions"),),
    "employment": (section("employment"), section("staff"), section("workforce")),
    "commitments": (section("commitments"), overdue_promises),
    "disclosures": (section("disclosures"),),
    "expected": (section("expected"),),
    "purchases": (section("purchases"), section("suppliers")),
    **dict.fromkeys(("holdings", "owners"), (section("owners"),)),
    "staff": (section("staff"),),
    "communities": (section("communities"), front),
    "money": (section("money"), section("purposes")),
    "policies": (section("scorecard"),),
    "changes": (section("changes"), front),
    "as_of": (front,),
    "project": (section("project"), section("assessments"), recorded_by),
}
"""The parts of pages that show a table of facts or a part of the document; all else is shown with the results."""


def shown_by(changed: Changed) -> tuple[Words, ...]:
    """The parts of pages that speak of it."""
    part, _dot, column = changed.what.partition(".")
    if part == "indicators" and column != "state":
        return (of_code(changed.row["code"]),)
    if part == "checks":
        outcomes = changed.document.scorecard.outcomes
        return tuple(of_code(one.code) for one in outcomes if changed.row["record"] in one.measured.records)
    return SHOWN_BY.get(part, RESULTS) if column != "papers" else RESULTS


RESULTS = (section("scorecard"), section("changes"), front)
of_code = cache(result_of)


def sentences(document: Document, parts: Iterable[Words]) -> Counter[str]:
    """Every sentence of some parts of pages: the texts between tags, and those that are read aloud for a drawing."""
    text = "".join(part(document) for part in parts)
    found = [*re.split(r"<[^>]*>", text), *re.findall(r'aria-label="([^"]*)"', text)]
    return Counter(" ".join(html.unescape(one).split()) for one in found if one.strip())


def is_noticed(before: Counter[str], after: Counter[str], changed: Changed) -> bool:
    """Whether a sentence that stood is gone; where nothing was said of it, whether there is another one."""
    return before != after if changed.silent_before else bool(before - after)


WORDS_OVER_FIGURES = (
    *("Bought in all", "Buyer", "Condition", "Did neighbours get the jobs?", "District (neighbours)", "Due on"),
    *("Employees", "Employer", "Foreigners who count", "In the districts", "Met on", "More on studies", "More on work"),
    *("Firms", "From firms of indigenous people or communities", "Until a local firm is paid"),
    *("Of 100", "Of every 100", "Of every 100 workers", "On record", "Other countries", "Paid to all"),
    *(
        "Paid to those foreigners",
        "Province",
        "Published on",
        "Region",
        "Report",
        "Somebody else found the figures in it",
    ),
    *("Skilled, technicians and heads", "Of these, technicians and heads", "Of these, heads"),
    *("Left of their own will", "Hurt at work"),
    *("The whole country", "People who say that they are indigenous"),
    *("The list names", "Was the study approved before digging?", "What", "Who", "Women", "Workers"),
    *("Workers by where they live, 2025", "Year by year, of every 100"),
)
"""What stands there whatever the figures are, beside the titles of sections and the lines below them."""

SECTIONS_OF_FACTS = [SHOWN_BY[TABLES[table].name] for table in SHOWN_FACTS]
"""Where every sentence stands on a fact that is changed here, or is a heading."""


def is_heading(sentence: str) -> bool:
    """Whether a sentence stands over figures, or is the name of a year or a number of an earlier one."""
    titles = {str(text) for one in SECTIONS.values() for text in (one.title, one.lead)}
    return sentence in titles or sentence in WORDS_OVER_FIGURES or sentence.isdigit()


@dataclass
class Tried:
    """How many changes of facts were tried, and which of them no page tells of."""

    changes: int = 0
    untold: list[str] = dataclasses.field(default_factory=list)
    standing: set[str] = dataclasses.field(default_factory=set)
    """sentences of the sections of facts, other than headings, that no change of a fact takes away"""

    @property
    def share(self) -> Decimal:
        """Of every hundred changes, how many a page tells of."""
        return Decimal(100 * (self.changes - len(self.untold))) / self.changes


def try_every_change(documents: Iterable[Document]) -> Tried:
    """Each document with each change, and what its pages say then."""
    tried = Tried()
    for document in documents:
        told: dict[tuple[Words, ...], Counter[str]] = {}
        gone: set[str] = set()
        for changed in every_change(document):
            parts = shown_by(changed)
            if parts not in told:
                told[parts] = sentences(document, parts)
            before, after = told[parts], sentences(changed.document, parts)
            tried.changes += 1
            gone |= {*(before - after)}
            if not is_noticed(before, after, changed):
                tried.untold.append(f"{document.slug} {document.year}, {changed}")
        of_facts = [words for parts, words in told.items() if parts in SECTIONS_OF_FACTS]
        tried.standing |= {one for words in of_facts for one in words if not is_heading(one)} - gone
    return tried
