"""Promises with a date, other than money: whether each was kept, and who says so."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.design.writing import days, long_date
from communities.models import Commitment
from communities.statement_words import Testimony
from compliance.evaluation.canonical import added
from compliance.evaluation.counted import community_counts
from compliance.evaluation.facts import CommitmentFact
from compliance.public_pages.communities import Named, named
from compliance.public_pages.conditions import vague_words
from compliance.public_pages.document import Document
from compliance.public_pages.due_days import MovedDay, moved_day
from compliance.public_pages.sections import (
    Overdue,
    Section,
    Subject,
    Table,
    Values,
    register,
    table_of,
    time_between,
)
from projects.vagueness import is_vague

LEAD = gettext_lazy("Other than money. The mark says whose word it is.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPromise:
    """A promise due in the year, to whom it was made, and what each side says became of it."""

    record: str
    description: str
    community: Named | None = None
    parties: tuple[Named, ...] = ()
    """the communities of its agreement; unknown where there is none"""
    due_on: date
    voluntary: bool
    state: str
    """confirmed, told (without paper), claimed, late, disputed (any two who were asked differ) or unknown"""
    said_by: tuple[str, ...] | None = None
    """whose word the state is; None in older documents, which do not say it"""
    fulfilled_on: date | None
    days_late: int | None
    community_known: Testimony | None = added(None)
    """how it is known what the community says; absent where it says nothing, and in older documents"""
    authority_document: str = added("")
    moved: MovedDay | None = added(None)
    """both days, where its day was moved later; `due_on` is the one that counts"""

    @property
    def proof(self) -> str:
        """How the words of others than the company are known; empty where nobody says so."""
        sentences = []
        if self.community_known:
            sentences.append(self.community_known.sentence("recipient", denied=self.is_denied_by("community")))
        if self.authority_document:
            words = _("The authority says so in: %(document)s.")
            if self.is_denied and not self.is_denied_by("authority"):
                words = _("An authority says that it was done, in: %(document)s.")
            sentences.append(words % {"document": self.authority_document})
        return " ".join(sentences)

    @property
    def is_denied(self) -> bool:
        """Whether somebody who was asked says that it was not done."""
        return self.state in ("disputed", "late") and not self.kept

    def is_denied_by(self, voice: str) -> bool:
        """Whether the community, or an authority, says that it was not done."""
        return self.is_denied and voice in (self.said_by or ())

    @property
    def kept(self) -> bool:
        """Whether somebody else than the company confirms it; one kept late is no longer a debt."""
        return self.state == "confirmed" or (self.state == "late" and self.done_late)

    @property
    def done_late(self) -> bool:
        """Whether it was done after its day."""
        return bool(self.days_late and self.fulfilled_on)

    @property
    def names_its_day(self) -> bool:
        """Whether the words of its state name the day on which it was done."""
        return self.done_late and self.state in ("late", "claimed")

    @property
    def day_words(self) -> str:
        """On which day it was done, as is said; empty where nobody says so, or where its state names the day."""
        if self.fulfilled_on is None or self.names_its_day or self.state not in ("confirmed", "told", "claimed"):
            return ""
        return _("The day that is named: %(date)s.") % {"date": long_date(self.fulfilled_on)}

    @property
    def mark(self) -> str:
        """The tick in verdigris is the community's alone."""
        if not self.kept:
            return self.state
        if "community" not in (self.said_by or ()):
            return "record"
        return "kept_late" if self.state == "late" else "confirmed"

    @property
    def tone(self) -> str:
        """The colour of its words: whose word it is, or that it is wrong."""
        if self.kept:
            return "community" if self.mark != "record" else ""
        return {"claimed": "company", "late": "wrong", "disputed": "wrong"}.get(self.state, "")

    @property
    def words(self) -> str:
        """What became of it, and who says so."""
        said = {"who": self.speakers, "date": long_date(self.fulfilled_on), "days": days(self.days_late)}
        if self.kept and self.state == "late":
            return _("Done on %(date)s, %(days)s late, confirmed by %(who)s") % said
        if self.kept:
            return _("Done, confirmed by %(who)s") % said
        claimed = _("Done on %(date)s, %(days)s late, says the company")
        words = {
            "told": _("Said to be done, no paper of %(who)s"),
            "claimed": claimed if self.names_its_day else _("Done, says the company"),
            "late": _("Not done, %(days)s late, according to %(who)s")
            if self.days_late
            else _("Not done, according to %(who)s"),
            "disputed": _("Disputed: not done, according to %(who)s"),
            "not_due": _("Not due yet"),
        }.get(self.state, _("We don’t know"))
        return words % said

    @property
    def speakers(self) -> str:
        """Who confirms or denies it, by name where it was made to one community."""
        community = self.community.name if self.community else _("the communities")
        if self.said_by is None:
            return _("%(community)s or an authority") % {"community": community}
        names = {"community": community, "authority": _("an authority")}
        heard = [names[voice] for voice in self.said_by if voice in names]
        if len(heard) == 2:
            return _("%(community)s and an authority") % {"community": community}
        return str(heard[0]) if heard else _("nobody")

    def made_to(self, slug: str) -> bool | None:
        """Whether it was made to a community; None where the parties of its agreement are not known."""
        if self.community:
            return self.community.slug == slug
        return slug in {party.slug for party in self.parties} if self.parties else None


def promises_of(document: Document) -> list[PublishedPromise]:
    """The promises of a document, by the day they were due."""
    return sorted(document.rows(PublishedPromise, "commitments"), key=lambda one: one.due_on)


def describe_commitments(subject: Subject) -> list[PublishedPromise]:
    """Each promise due in the year."""
    rows = subject.facts[CommitmentFact]
    records = (
        Commitment.with_withdrawn.select_related("community", "agreement", "source__entered_for")
        .prefetch_related("agreement__communities")
        .in_bulk([row.key for row in rows])
    )
    described = [promise_of(row, records[row.key], subject.on) for row in rows]
    return sorted(described, key=lambda one: (one.due_on, one.record))


def promise_of(row: CommitmentFact, record: Commitment, on: date) -> PublishedPromise:
    """One promise, late up to the day on which it was kept, else up to `on`."""
    became = what_became_of(dataclasses.replace(row, community_known_by=record.community_known_by or None), on)
    parties = [named(community) for community in record.agreement.communities.all()]
    return PublishedPromise(
        record=row.record,
        description=record.description,
        community=named(record.community) if record.community else None,
        parties=tuple(sorted(parties, key=lambda party: party.slug)),
        due_on=row.falls_due,
        voluntary=row.voluntary,
        state=became.state,
        said_by=became.said_by,
        fulfilled_on=became.fulfilled_on,
        days_late=became.days_late,
        community_known=testimony_of(record, row.evidence) if row.community_says else None,
        authority_document=record.authority_document if row.authority_says else "",
        moved=moved_day(row),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What became of a promise: its state, whose word that is, the day on which it was done, and how late."""

    state: str
    said_by: tuple[str, ...]
    fulfilled_on: date | None
    days_late: int | None


def what_became_of(row: CommitmentFact, on: date) -> Became:
    """What the facts say of a promise on a day."""
    state, fulfilled_on = state_of_commitment(row), row.confirmed_on or row.company_says_fulfilled_on
    open_days = (on - row.falls_due).days if state == "late" else None
    return Became(
        state=state,
        said_by=said_by(row),
        fulfilled_on=fulfilled_on,
        days_late=max(0, (fulfilled_on - row.falls_due).days) if fulfilled_on else open_days,
    )


def testimony_of(record: Commitment, files: int) -> Testimony:
    """How it is known what the community says of a promise; without a source of its own it is that of the record."""
    of_record = Testimony.of(record.source, files)
    if not record.community_known_by:
        return of_record
    return dataclasses.replace(
        of_record, voice="community", known_by=record.community_known_by, said_on=record.community_said_on
    )


def state_of_commitment(row: CommitmentFact) -> str:
    """Confirmed, told without paper, claimed by the company alone, late, disputed by any two who were asked, or unknown."""
    answers = (row.community_says, row.authority_says)
    if "not_fulfilled" in answers:
        return "disputed" if row.company_says_fulfilled_on or "fulfilled" in answers else "late"
    if row.authority_says != "fulfilled" and row.community_says == "fulfilled" and not community_counts(row):
        return "told"
    if "fulfilled" in answers:
        return "late" if row.confirmed_on and row.confirmed_on > row.falls_due else "confirmed"
    return "claimed" if row.company_says_fulfilled_on else "unknown"


def said_by(row: CommitmentFact) -> tuple[str, ...]:
    """Whose word the state of a promise is: of those who say that it was not kept, else of all who say that it was."""
    answers = {"community": row.community_says, "authority": row.authority_says}
    denied = tuple(voice for voice, answer in answers.items() if answer == "not_fulfilled")
    kept = tuple(voice for voice, answer in answers.items() if answer == "fulfilled")
    return denied or (*kept, *(["company"] if row.company_says_fulfilled_on else []))


def show(document: Document) -> Values:
    """Every promise, and how many of them are vague."""
    promises = promises_of(document)
    vague = sum(is_vague(one.description) for one in promises)
    lead = {"lead": f"{LEAD} {vague_words(vague, len(promises))}"} if vague else {}
    return {"promises": promises, **lead}


def overdue(document: Document, on: date) -> Iterable[Overdue]:
    """Promises that should have been kept by a day, and of which somebody says that they were not."""
    for one in promises_of(document):
        if one.state == "late" and not one.done_late and one.due_on < on:
            said = _("Not done, according to %(who)s. It was due on %(day)s.")
            words = said % {"who": one.speakers, "day": long_date(one.due_on)}
            yield Overdue(one.description, time_between(one.due_on, on), words)


def unanswered(document: Document, on: date) -> str:
    """Of how many promises that were due before a day nobody says whether they were kept."""
    number = sum(one.state == "unknown" and one.due_on < on for one in promises_of(document))
    words = ngettext(
        "Of %(number)s promise that was due nobody says whether it was kept.",
        "Of %(number)s promises that were due nobody says whether they were kept.",
        number,
    )
    return words % {"number": number} if number else ""


def promise_table(document: Document) -> Table:
    """One row a promise."""
    columns: dict[str, Callable[[PublishedPromise], object]] = {
        _("promise"): lambda one: one.description,
        _("community"): lambda one: one.community and one.community.name,
        _("due on"): lambda one: one.due_on,
        _("voluntary"): lambda one: one.voluntary,
        _("done on"): lambda one: one.fulfilled_on,
        _("days late"): lambda one: one.days_late,
        _("state"): lambda one: one.words,
        _("how that is known"): lambda one: one.proof,
        _("first agreed for"): lambda one: one.moved and one.moved.first,
        _("moved to"): lambda one: one.moved and one.moved.later,
    }
    return table_of(document, columns, promises_of(document))


register(
    Section(
        name="commitments",
        page="promises",
        title=gettext_lazy("Promises with a date"),
        lead=LEAD,
        part=PublishedPromise,
        is_list=True,
        describe=describe_commitments,
        show=show,
        overdue=overdue,
        unanswered=unanswered,
        table=promise_table,
    )
)
