"""Works beside the mine: who pays, who may use each, and how far it is, as each side says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.design.writing import HARD_SPACE, long_date, money, yes_or_no
from communities.models import SharedWork
from communities.models.shared_works import SAYS_SOMETHING
from compliance.evaluation.criteria.shared_works import SharedWorkFact, WorkProgressFact, reports_by_work
from compliance.public_pages.document import Document
from compliance.public_pages.owners import short
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
    table_of_facts,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkWords:
    """What a work is called, where it is and on which terms it may be used, where everybody may read the source."""

    record: str
    name: str
    place: str = ""
    terms: str = ""


def describe_works(subject: Subject) -> list[WorkWords] | None:
    """The words of each work; of other sources only that there is one is published, with what its facts say."""
    rows = subject.facts[SharedWorkFact]
    known = public_records(SharedWork, rows)
    found = [
        WorkWords(record=row.record, name=one.name, place=one.place, terms=one.terms)
        for row in rows
        if (one := known.get(row.key))
    ]
    return found or None


def words_of(document: Document) -> dict[str, WorkWords]:
    """The words of each work, by its record; none where not everybody may read them."""
    return {one.record: one for one in document.rows(WorkWords, "shared-works")}


def newest(reports: Iterable[WorkProgressFact]) -> list[WorkProgressFact]:
    """Of each side the last reports on progress, money and use, the newest first; all of one day."""
    reports = list(reports)
    last: dict[tuple[str, str], date] = {}
    for row in reports:
        for name in said_in(row):
            last[row.voice, name] = max(row.as_of, last.get((row.voice, name), row.as_of))
    found = [row for row in reports if any(last[row.voice, name] == row.as_of for name in said_in(row))]
    return sorted(found, key=lambda row: (row.as_of, row.key), reverse=True)


def said_in(row: WorkProgressFact) -> list[str]:
    """The columns of which a report says anything."""
    return [name for name in SAYS_SOMETHING if getattr(row, name) is not None]


def show(document: Document) -> Values | None:
    """Every work of a document."""
    return works_shown(document, document.facts[SharedWorkFact])


def works_shown(document: Document, works: Iterable[SharedWorkFact]) -> Values | None:
    """Each work with who pays, its plan, who may use it, and below it what is said of how far it is."""
    words, reports = words_of(document), reports_by_work(document.facts)
    rows = [
        RecordRow(
            said.name if said else _("Its name is not public"),
            about_words(row, said),
            row.voice,
            [
                row.payer or _("We don’t know"),
                _("We don’t know") if row.planned_value is None else money(row.planned_value, row.currency),
                plan_words(row),
                use_words(row, said),
                yes_or_no(row.in_place_of_taxes),
            ],
            steps=steps_of(reports[row.record]),
        )
        for row in works
        for said in [words.get(row.record)]
    ]
    head = [_("Shared work"), _("Who pays"), _("Planned value"), _("Works planned"), _("May neighbours use it")]
    return rows_shown([*head, _("In place of taxes")], rows)


def about_words(row: SharedWorkFact, said: WorkWords | None) -> str:
    """What it is, for whom, and where."""
    what = str(SharedWork.Facility(row.facility).label)
    place = said.place if said else ""
    return ", ".join(filter(None, [what, row.community, place]))


def plan_words(row: SharedWorkFact) -> str:
    """From when until when works are planned."""
    if row.planned_from and row.planned_until:
        days = {"from": long_date(row.planned_from), "until": long_date(row.planned_until)}
        return _("%(from)s to %(until)s") % days
    if row.planned_from:
        return _("From %(day)s; we don’t know until when") % {"day": long_date(row.planned_from)}
    if row.planned_until:
        return _("Until %(day)s; we don’t know from when") % {"day": long_date(row.planned_until)}
    return _("We don’t know")


def use_words(row: SharedWorkFact, said: WorkWords | None) -> str:
    """Who may use it, and on which terms as far as they are public."""
    who = str(SharedWork.OpenTo(row.open_to).label) if row.open_to else _("We don’t know")
    return f"{who}: “{said.terms}”" if said and said.terms else who


def steps_of(reports: Iterable[WorkProgressFact]) -> list[tuple[str, str]]:
    """What is said of how far a work is, each with who says so, and what nobody says."""
    shown = newest(reports)
    steps = [(progress_words(row), row.voice) for row in shown]
    if all(row.actual_percent is None for row in shown):
        steps.append((_("We don’t know how much of it is done."), ""))
    if all(row.in_use is None for row in shown):
        steps.append((_("We don’t know whether it is in use."), ""))
    return steps


def progress_words(row: WorkProgressFact) -> str:
    """What one report says, as of its day."""
    parts = []
    if row.actual_percent is not None:
        parts.append(_("%(percent)s is done") % {"percent": of_all(row.actual_percent)})
    if row.planned_percent is not None:
        parts.append(_("%(percent)s was planned by then") % {"percent": of_all(row.planned_percent)})
    if row.spent is not None:
        parts.append(_("%(amount)s is spent") % {"amount": money(row.spent, row.currency)})
    if row.in_use is not None:
        parts.append(_("it is in use") if row.in_use else _("it is not in use"))
    if row.days_out_of_order is not None:
        days = ngettext(
            "it was out of order on %(number)d day of that year",
            "it was out of order on %(number)d days of that year",
            row.days_out_of_order,
        )
        parts.append(days % {"number": row.days_out_of_order})
    return f"{long_date(row.as_of)}: {'; '.join(parts)}."


def of_all(percent: Decimal) -> str:
    """``45 %`` with a hard space."""
    return f"{short(percent)}{HARD_SPACE}%"


def of_words(name: str, words: Mapping[str, WorkWords], row: SharedWorkFact) -> object:
    """What was written of a work; None where not everybody may read it, or nobody says it."""
    return getattr(words.get(row.record), name, None) or None


def works_table(document: Document) -> Table:
    """One row a work."""
    said = words_of(document)
    words = {"record": _("record"), "facility": _("what it is"), "community": _("community"), "payer": _("who pays")}
    words |= {"in_place_of_taxes": _("in place of taxes"), "planned_value": _("planned value")}
    words |= {"currency": _("currency"), "planned_from": _("works planned from"), "open_to": _("who may use it")}
    words |= {"planned_until": _("works planned until"), "voice": _("who says so")}
    columns: dict[str, Callable[[SharedWorkFact], object]] = {
        heading: attrgetter(name) for name, heading in words.items()
    }
    written = {"name": _("what it is called"), "place": _("where it is"), "terms": _("on which terms")}
    columns |= {heading: partial(of_words, name, said) for name, heading in written.items()}
    return table_of(document, columns, document.facts[SharedWorkFact])


def progress_table(document: Document) -> Table:
    """One row a report of a work."""
    words = {"record": _("record"), "work": _("shared work"), "as_of": _("as of")}
    words |= {"planned_percent": _("planned progress in percent"), "actual_percent": _("actual progress in percent")}
    words |= {"spent": _("spent"), "currency": _("currency"), "in_use": _("in use")}
    words |= {"days_out_of_order": _("days out of order"), "voice": _("who says so")}
    return table_of_facts(document, WorkProgressFact, words)


register(
    Section(
        name="shared-works",
        page="promises",
        place=1,
        title=gettext_lazy("Works shared with neighbours"),
        lead=gettext_lazy(
            "Works beside the mine: who is said to pay, who may use each, and the last word of each side."
            " The State may take the cost of a work in place of taxes back from canon: do not add both up without looking."
        ),
        part=WorkWords,
        is_list=True,
        describe=describe_works,
        show=show,
        table=works_table,
        template="table",
    )
)
register(
    Section(
        name="work-progress",
        page="promises",
        place=1,
        title=gettext_lazy("Progress of shared works"),
        show=lambda document: None,
        table=progress_table,
        template="table",
    )
)
