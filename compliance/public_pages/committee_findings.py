"""What monitoring committees found, what was answered, and what is open; an answer of the mine closes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.design.writing import long_date
from compliance.evaluation.criteria.committee_findings import CommitteeFindingFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import (
    RecordRow,
    Section,
    Subject,
    Table,
    Values,
    public_records,
    register,
    rows_shown,
    table_of,
    time_between,
)
from compliance.words import SPEAKERS
from projects.models import CommitteeFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingWords:
    """Where it was found and what was said of it, where everybody may read the source."""

    record: str
    committee: str = ""
    station_name: str = ""
    place: str = ""
    found: str = ""
    answer: str = ""
    answer_document: str = ""
    closed_how: str = ""
    closed_document: str = ""


WORDS = ("committee", "place", "found", "answer", "answer_document", "closed_how", "closed_document")


def describe_findings(subject: Subject) -> list[FindingWords] | None:
    """The words of each finding, and where it was.

    Of other sources only that there is one is published, with its days, and which side answered and closed it.
    """
    rows = subject.facts[CommitteeFindingFact]
    records = public_records(CommitteeFinding, rows, "station")
    return [said_of(row.record, records[row.key]) for row in rows if row.key in records] or None


def said_of(record: str, finding: CommitteeFinding) -> FindingWords:
    """What stands in a finding."""
    station = finding.station.name if finding.station else ""
    return FindingWords(record=record, station_name=station, **{name: getattr(finding, name) for name in WORDS})


def words_of(document: Document) -> dict[str, FindingWords]:
    """What was said of each finding, by its record; none where not everybody may read it."""
    return {one.record: one for one in document.rows(FindingWords, "committee-findings")}


def findings_of(document: Document) -> list[tuple[CommitteeFindingFact, FindingWords]]:
    """What is open, the oldest first, and then what was closed in the year."""
    words = words_of(document)
    rows = document.facts[CommitteeFindingFact]
    shown = [row for row in rows if not row.is_closed or (row.closed_on and row.closed_on.year >= document.year)]
    shown.sort(key=lambda row: (row.is_closed, row.found_on, row.record))
    return [(row, words.get(row.record, FindingWords(record=row.record))) for row in shown]


def show_findings(document: Document) -> Values | None:
    """Each finding with its answer and its state, below how many are open."""
    found = findings_of(document)
    rows = [
        RecordRow(
            said.committee or _("A monitoring committee"),
            found_words(said),
            row.voice,
            [long_date(row.found_on), answer_words(row, said), state_words(row, said, document)],
        )
        for row, said in found
    ]
    shown = rows_shown([_("Committee"), _("Found on"), _("What was answered"), _("Open or closed")], rows)
    return shown and {"lead": open_words([row for row, _said in found]), **shown}


def open_words(rows: list[CommitteeFindingFact]) -> str:
    """How many of the findings are open."""
    words = ngettext(
        "%(open)d of %(all)d finding of monitoring committees is open. Only the committee or an authority closes one.",
        "%(open)d of %(all)d findings of monitoring committees are open. Only the committee or an authority closes one.",
        len(rows),
    )
    return words % {"open": sum(not row.is_closed for row in rows), "all": len(rows)}


def found_words(said: FindingWords) -> str:
    """What was found and where."""
    where = ", ".join(one for one in (said.station_name, said.place) if one)
    what = f"“{said.found}”" if said.found else _("Its words are not public.")
    return f"{where}: {what}" if where else what


def answer_words(row: CommitteeFindingFact, said: FindingWords) -> str:
    """Who answered, when, and what; that no answer is on record is no word that there was none."""
    if row.answered_on is None:
        return _("No answer is on record")
    who = str(CommitteeFinding.Side(row.answered_by).label)
    answered = _("%(who)s, %(day)s") % {"who": who, "day": long_date(row.answered_on)}
    return f"{answered}: “{said.answer}” ({said.answer_document})" if said.answer else answered


def state_words(row: CommitteeFindingFact, said: FindingWords, document: Document) -> str:
    """For how long it is open, who says that it is closed, since when and how; that the mine says so leaves it open."""
    closed = closed_words(row, said)
    if row.is_closed:
        return closed
    open_for = _("Open for %(time)s") % {"time": time_between(row.found_on, document.as_of)}
    return f"{open_for}. {closed}" if closed else open_for


def closed_words(row: CommitteeFindingFact, said: FindingWords) -> str:
    """Who closed it, on which day, how, and whose word that is; empty where nobody says that it is closed."""
    if row.closed_on is None:
        return ""
    by_committee = row.closed_by == CommitteeFinding.Closer.COMMITTEE
    if row.closed_by == row.voice:
        by, other = _("Closed on %(day)s, says the committee itself"), _("Closed on %(day)s, says an authority")
    elif row.voice in SPEAKERS:
        by = _("Closed by the committee on %(day)s, says %(who)s")
        other = _("Closed by an authority on %(day)s, says %(who)s")
    else:
        by = _("Closed by the committee on %(day)s; nobody says whose word this is")
        other = _("Closed by an authority on %(day)s; nobody says whose word this is")
    says = (by if by_committee else other) % {"day": long_date(row.closed_on), "who": SPEAKERS.get(row.voice, "")}
    return f"{says}: “{said.closed_how}” ({said.closed_document})" if said.closed_how else says


Line = tuple[CommitteeFindingFact, FindingWords]
"""A finding and what was said of it."""


def of_row(name: str, line: Line) -> object:
    """A column of the finding of a line."""
    return getattr(line[0], name)


def of_words(name: str, line: Line) -> object:
    """What was said of it; None where not everybody may read it, or nobody says it."""
    return getattr(line[1], name) or None


def findings_table(document: Document) -> Table:
    """One row a finding that is open or was closed in the year."""
    words = {
        "record": _("record"),
        "found_on": _("found on"),
        "answered_by": _("answered by"),
        "answered_on": _("answered on"),
        "closed_by": _("closed by"),
        "closed_on": _("closed on"),
        "voice": _("who says so"),
    }
    said = {
        "committee": _("committee"),
        "station_name": _("station"),
        "place": _("place"),
        "found": _("what it found"),
        "answer": _("what was answered"),
        "answer_document": _("document of the answer"),
        "closed_how": _("how it was closed"),
        "closed_document": _("document that closes it"),
    }
    columns: dict[str, Callable[[Line], object]] = {heading: partial(of_row, name) for name, heading in words.items()}
    columns |= {heading: partial(of_words, name) for name, heading in said.items()}
    return table_of(document, columns, findings_of(document))


register(
    Section(
        name="committee-findings",
        page="oversight",
        place=4,
        title=gettext_lazy("What monitoring committees found"),
        part=FindingWords,
        is_list=True,
        describe=describe_findings,
        show=show_findings,
        table=findings_table,
        template="table",
    )
)
