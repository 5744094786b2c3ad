"""Who else has looked at a record: verified by a reviewer of another organisation, in dispute, or known to be unverified.

A record of which nothing of this is sealed is only reported: whoever entered it says so, and nobody else has checked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from compliance.evaluation.facts import TABLES, ExemptionFact
from compliance.evaluation.gathering import model_of
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
    """Every record of the facts that is not only reported, in the order of their names: a query a table of facts."""
    found = []
    for table, rows in subject.facts.tables.items():
        records = {row.key: row.record for row in rows}
        model: Any = model_of(table)
        checked = model._base_manager.filter(pk__in=records).exclude(Source.standing_as(Source.State.REPORTED))
        found += [Check(record=records[key], state=state) for key, state in checked.values_list("pk", "source__state")]
    return sorted(found, key=lambda check: check.record) or None


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
