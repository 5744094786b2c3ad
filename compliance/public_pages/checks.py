"""Who else has looked at a record: verified by a reviewer of another organisation, in dispute, or known to be unverified.

A record of which nothing of this is sealed is only reported: whoever entered it says so, and nobody else has checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from compliance.evaluation.facts import TABLES, ExemptionFact, Row
from compliance.evaluation.gathering import ROWS, model_of
from compliance.public_pages.document import Document
from compliance.public_pages.sections import Section, Subject, Table, register, table_of
from projects.kinds import kind_of_fact_name
from projects.models import Source

ONLY_REPORTED: Mapping[str, str] = {}
"""The states where nobody else has looked at any record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One record that is more, or less, than reported."""

    record: str
    state: str
    """verified, disputed or unverified"""


def describe_checks(subject: Subject) -> list[Check] | None:
    """Every record of the facts that is not only reported, in the order of their names: a query or two a table of facts."""
    found = []
    for table, rows in subject.facts.tables.items():
        stands_for = {row.key: (row.key,) for row in rows} | summed_up(subject, table, rows)
        records = {row.key: row.record for row in rows}
        keys = {key for those in stands_for.values() for key in those}
        model: Any = model_of(table)
        checked = model._base_manager.filter(pk__in=keys).exclude(Source.standing_as(Source.State.REPORTED))
        states = dict(checked.values_list("pk", "source__state"))
        for key, those in stands_for.items():
            if state := state_of_all({states.get(one, "") for one in those}):
                found.append(Check(record=records[key], state=state))
    return sorted(found, key=lambda check: check.record) or None


def summed_up(subject: Subject, table: type[Row], rows: Iterable[Row]) -> dict[int, tuple[int, ...]]:
    """By the key of a row that sums up several records the keys of all of them; empty where each row is one record."""
    summaries = ROWS[table]()
    if not hasattr(summaries.model, "summary_of"):
        return {}
    of_year = dict.fromkeys(TABLES[table].years.columns, subject.facts.year)
    those = summaries.filter(project=subject.project, pk__in=[row.key for row in rows], **of_year)
    return dict(those.values_list("pk", summaries.model.keys_in))


def state_of_all(states: Set[str]) -> str:
    """The state of what sums up records of these states: one in dispute is enough, and verified is only what all are.

    Empty where it is only reported.
    """
    for state in (Source.State.DISPUTED.value, Source.State.UNVERIFIED.value):
        if state in states:
            return state
    return Source.State.VERIFIED.value if states == {Source.State.VERIFIED} else ""


def checks_of(document: Document) -> Mapping[str, str]:
    """The states of a document's records; those that are only reported are not among them."""
    return {check.record: check.state for check in document.rows(Check, "checks")}


def record_words(record: str) -> str:
    """``payment 10`` of the record disbursement/10."""
    table, _slash, key = record.partition("/")
    if table == TABLES[ExemptionFact].record:
        name = _("exemption")
        return f"{name} {key}"
    known = kind_of_fact_name(table)
    return known.words_for(key) if known else record


def checked_words(records: Iterable[str], checks: Mapping[str, str]) -> str:
    """How many of a figure's records somebody else has checked, and how many are in dispute; empty without records."""
    names = list(records)
    if not names:
        return ""
    states = Counter(checks.get(name, Source.State.REPORTED) for name in names)
    told = {
        Source.State.VERIFIED: ngettext(
            "%(count)d of %(all)d verified by a reviewer of another organisation",
            "%(count)d of %(all)d verified by a reviewer of another organisation",
            states[Source.State.VERIFIED],
        ),
        Source.State.DISPUTED: ngettext(
            "%(count)d of %(all)d in dispute", "%(count)d of %(all)d in dispute", states[Source.State.DISPUTED]
        ),
        Source.State.UNVERIFIED: ngettext(
            "%(count)d of %(all)d could not be verified",
            "%(count)d of %(all)d could not be verified",
            states[Source.State.UNVERIFIED],
        ),
    }
    said = [words % {"count": states[state], "all": len(names)} for state, words in told.items() if states[state]]
    if not said:
        return _("Reported only: nobody of another organisation has verified them.")
    return f"{'; '.join(said)}."


def checks_table(document: Document) -> Table:
    """One row a record that is verified, in dispute or unverified."""
    words = {
        Source.State.VERIFIED: _("verified"),
        Source.State.DISPUTED: _("disputed"),
        Source.State.UNVERIFIED: _("unverified"),
    }
    columns = {
        _("record"): lambda check: record_words(check.record),
        _("state"): lambda check: words.get(check.state, check.state),
    }
    return table_of(document, columns, document.rows(Check, "checks"))


register(
    Section(
        name="checks",
        page="data",
        title=gettext_lazy("Who else has checked"),
        part=Check,
        is_list=True,
        describe=describe_checks,
        show=lambda _document: None,
        table=checks_table,
        template="table",
    )
)
