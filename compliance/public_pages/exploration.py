"""How large exploration is, and how many small changes there were of each study."""

from collections import Counter
from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import capitalised, long_date, number, yes_or_no
from accounts.models import Organisation
from compliance.evaluation.criteria.exploration import ExplorationFact
from compliance.evaluation.facts import AssessmentFact
from compliance.public_pages.assessments import instrument_words
from compliance.public_pages.document import Document
from compliance.public_pages.sections import (
    RecordRow,
    Section,
    Table,
    Values,
    register,
    rows_shown,
    table_of,
    table_of_facts,
)
from projects.kinds import lower_first

SMALL_CHANGE = "ITS"
SmallChanges = tuple[AssessmentFact, int | None, int]
"""A study, the year of approval, and how many small changes of the study were approved in it; None: on no known day."""


def show_exploration(document: Document) -> Values | None:
    """Each count with the study under which it is; a study of which nobody knows is one."""
    studies = {study.record: study for study in document.facts[AssessmentFact]}
    rows = []
    for row in sorted(document.facts[ExplorationFact], key=lambda one: (one.assessment, one.as_of, one.record)):
        study = studies.get(row.assessment)
        sizes = [number(size) for size in (row.platforms, row.hectares, row.tunnel_metres)]
        name = capitalised(study.component) if study else _("A study")
        kind = [instrument_words(study.instrument)] if study else []
        about = ", ".join([*kind, counted_words(row), long_date(row.as_of)])
        rows.append(
            RecordRow(name, about, row.voice, [*sizes, yes_or_no(row.pilot_plant), yes_or_no(row.resettlement)])
        )
    head = [_("Study of"), _("Platforms"), _("Hectares disturbed"), _("Metres of tunnel")]
    return rows_shown([*head, _("Pilot plant"), _("People have to move")], rows)


def counted_words(row: ExplorationFact) -> str:
    """What kind of organisation counted, or that these are the figures of the plan."""
    if row.counted_by_is:
        kind = dict(Organisation.Kind.choices).get(row.counted_by_is, row.counted_by_is)
        return _("counted by: %(kind)s") % {"kind": lower_first(kind)}
    return _("by the plan, only what the change adds") if row.only_added else _("by the plan")


def exploration_table(document: Document) -> Table:
    """One row a count."""
    words = {"record": _("record"), "assessment": _("study"), "as_of": _("as of")}
    words |= {"counted_by_is": _("counted by"), "only_added": _("only what the change adds")}
    words |= {"platforms": _("platforms"), "hectares": _("hectares disturbed")}
    words |= {"tunnel_metres": _("metres of tunnel")}
    words |= {"pilot_plant": _("pilot plant"), "resettlement": _("people have to move"), "voice": _("who says so")}
    return table_of_facts(document, ExplorationFact, words)


def small_changes(document: Document) -> list[SmallChanges]:
    """Of each study how many there were, year by year; what was refused, or is still under evaluation, is none."""
    rows = document.facts[AssessmentFact]
    of_study = Counter(
        (row.amends, row.approved_on.year if row.approved_on else None)
        for row in rows
        if row.instrument == SMALL_CHANGE and row.amends and not row.decision
    )
    found = [
        (study, year, count) for study in rows for (record, year), count in of_study.items() if record == study.record
    ]
    return sorted(found, key=lambda one: (one[0].record, one[1] or 0))


def show_small_changes(document: Document) -> Values | None:
    """How many there were of each study in each year."""
    rows = [
        RecordRow(
            capitalised(study.component),
            instrument_words(study.instrument),
            study.voice,
            [_("We don’t know") if year is None else str(year), str(count)],
        )
        for study, year, count in small_changes(document)
    ]
    return rows_shown([_("Study of"), _("Approved in"), _("Small changes")], rows)


def small_changes_table(document: Document) -> Table:
    """One row a study and year."""
    columns: dict[str, Callable[[SmallChanges], object]] = {
        _("study"): lambda one: one[0].record,
        _("part"): lambda one: one[0].component,
        _("approved in"): lambda one: one[1],
        _("small changes"): lambda one: one[2],
    }
    return table_of(document, columns, small_changes(document))


register(
    Section(
        name="exploration",
        page="environment",
        place=1,
        title=gettext_lazy("How large the exploration is"),
        lead=gettext_lazy("The size of an exploration decides which study it needs."),
        show=show_exploration,
        table=exploration_table,
        template="table",
        tells=("exploration-works",),
    )
)
register(
    Section(
        name="small-changes",
        page="environment",
        place=1,
        title=gettext_lazy("Small changes of the studies"),
        lead=gettext_lazy(
            "A small change (ITS) needs no full study. How many there were of each study; no rule judges their number."
        ),
        show=show_small_changes,
        table=small_changes_table,
        template="table",
    )
)
