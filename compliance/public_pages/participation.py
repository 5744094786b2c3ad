"""How people were to be heard about each study: what was planned, what was held, where, and in which language."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import capitalised, long_date, number
from communities.models import ParticipationEvent
from compliance.evaluation.criteria.participation import FORM, ParticipationFact
from compliance.evaluation.facts import AssessmentFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import (
    RecordRow,
    Section,
    Table,
    Values,
    register,
    rows_shown,
    table_of_facts,
)
from compliance.public_pages.small_numbers import hidden_sentence

NOTHING_TO_SAY = "–"
"""Of what was not held nobody asks in which language and with whom."""


def show_meetings(document: Document) -> Values | None:
    """Each meeting with its study, in the order of their days, below how many were held."""
    studies = {study.record: study for study in document.facts[AssessmentFact]}
    found = sorted(document.facts[ParticipationFact], key=lambda row: (row.assessment, first_day(row), row.record))
    hidden = {one.record for one in document.covered if one.table == "participation-events"}
    rows = [
        RecordRow(
            str(ParticipationEvent.Mechanism(row.mechanism).label),
            about_words(row, studies.get(row.assessment)),
            row.voice,
            [
                long_date(row.planned_for) if row.planned_for else _("We don’t know"),
                held_words(row, studies.get(row.assessment)),
                language_words(row),
                people_words(row, row.record in hidden),
                paper_words(row),
            ],
        )
        for row in found
    ]
    head = [_("Meeting"), _("Planned for"), _("Held on"), _("Language"), _("People present"), _("Minutes")]
    shown = rows_shown(head, rows)
    return shown and {"lead": held_in_all(found), **shown}


def first_day(row: ParticipationFact) -> str:
    """By which it stands among the others; what has no day stands last."""
    return str(row.held_on or row.planned_for or "~")


def held_in_all(rows: Sequence[ParticipationFact]) -> str:
    """How many were held, by whoever says so, how many were not, and of how many nobody says it."""
    held, missed = sum(row.held_on is not None for row in rows), sum(row.not_held for row in rows)
    words = _(
        "How people were to be heard about each study, by whoever stands beside it."
        " Held: %(held)d. Not held: %(missed)d. Nobody says it: %(unsaid)d."
    )
    return words % {"held": held, "missed": missed, "unsaid": len(rows) - held - missed}


def about_words(row: ParticipationFact, study: AssessmentFact | None) -> str:
    """The part of the mine, with whom and where, and whether it was more than the plan asked for."""
    part = capitalised(study.component) if study else _("A study")
    beyond = _("besides the plan") if row.beyond_plan else ""
    return ", ".join(one for one in (part, row.community, row.place, beyond) if one)


def held_words(row: ParticipationFact, study: AssessmentFact | None) -> str:
    """When it was held, and whether that was too late; that no day is on record does not say that it was not held."""
    if row.not_held:
        return _("It was not held")
    if row.held_on is None:
        return _("We don’t know")
    day = long_date(row.held_on)
    if study and study.approved_on and row.held_on >= study.approved_on:
        return _("%(day)s, not before the approval") % {"day": day}
    if study and study.instrument == FORM and study.submitted_on and row.held_on >= study.submitted_on:
        return _("%(day)s, not before it was handed in") % {"day": day}
    return day


def language_words(row: ParticipationFact) -> str:
    """In which languages, and whether somebody interpreted."""
    if row.not_held:
        return NOTHING_TO_SAY
    interpreter = {
        True: _("with an interpreter"),
        False: _("without an interpreter"),
        None: _("we don’t know whether with an interpreter"),
    }[row.interpreter_present]
    return f"{row.languages or _('We don’t know')}; {interpreter}"


def people_words(row: ParticipationFact, is_hidden: bool) -> str:
    """How many women and men were there; fewer than five are not shown."""
    if row.not_held:
        return NOTHING_TO_SAY
    if is_hidden:
        return hidden_sentence()
    if row.women_present is None and row.men_present is None:
        return _("We don’t know")
    people = {"women": number(row.women_present), "men": number(row.men_present)}
    return _("Women: %(women)s. Men: %(men)s.") % people


def paper_words(row: ParticipationFact) -> str:
    """Whether a paper stands behind it, which tells of the meeting or that there was none."""
    return _("A paper is on file") if row.evidence or row.opens else _("No paper is on record")


def meetings_table(document: Document) -> Table:
    """One row a meeting."""
    words = {"record": _("record"), "assessment": _("study"), "mechanism": _("meeting")}
    words |= {"beyond_plan": _("besides the plan"), "planned_for": _("planned for"), "held_on": _("held on")}
    words |= {"not_held": _("not held"), "community": _("community"), "place": _("place")}
    words |= {"languages": _("languages"), "interpreter_present": _("interpreter present")}
    words |= {"women_present": _("women present"), "men_present": _("men present"), "evidence": _("files")}
    return table_of_facts(document, ParticipationFact, words | {"voice": _("who says so")})


register(
    Section(
        name="participation-events",
        page="environment",
        place=3,
        title=gettext_lazy("Meetings with people about the studies"),
        show=show_meetings,
        table=meetings_table,
        template="table",
    )
)
