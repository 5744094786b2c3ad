"""Whom studies name in their area, and which communities say that a study left them out, with the answers of authorities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.design.writing import capitalised, long_date
from communities.models import Influence, LeftOutClaim
from compliance.evaluation.criteria.study_areas import LeftOutClaimFact, StudyCommunityFact
from compliance.evaluation.facts import AssessmentFact, Row
from compliance.public_pages.assessments import instrument_words
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
)

LEFT_OUT = "claims-left-out"
"""In place of a degree: a community that says that a study left it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimWords:
    """What a community says of a study, in its words, where everybody may read the source."""

    record: str
    said: str


def describe_claims(subject: Subject) -> list[ClaimWords] | None:
    """The words of each community that says that a study left it out; of other sources only that it says so is published."""
    rows = subject.facts[LeftOutClaimFact]
    records = public_records(LeftOutClaim, rows)
    return [ClaimWords(record=row.record, said=records[row.key].said) for row in rows if row.key in records] or None


def words_of(document: Document) -> dict[str, str]:
    """What communities say, by the record of the claim; none where not everybody may read it."""
    return {one.record: one.said for one in document.rows(ClaimWords, "left-out-claims")}


def claims_of(document: Document) -> list[tuple[LeftOutClaimFact, str]]:
    """Each claim with its words, the newest first."""
    words = words_of(document)
    rows = sorted(document.facts[LeftOutClaimFact], key=lambda one: (one.said_on, one.record), reverse=True)
    return [(row, words.get(row.record, "")) for row in rows]


def study_words(document: Document, record: str) -> str:
    """The part of the mine that a study is about; that nobody knows it where the study is not of the year."""
    parts = {study.record: study.component for study in document.facts[AssessmentFact]}
    return capitalised(parts[record]) if record in parts else _("We don’t know")


def show_areas(document: Document) -> Values | None:
    """Of each study the communities that it names, and those that say that it left them out."""
    named: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in document.facts[StudyCommunityFact]:
        named[row.assessment, row.degree].append(row.community)
    for claim in document.facts[LeftOutClaimFact]:
        named[claim.assessment, LEFT_OUT].append(claim.community)
    rows = []
    for study in document.facts[AssessmentFact]:
        found = [sorted(named[study.record, degree]) for degree in (*Influence.Degree.values, LEFT_OUT)]
        if any(found):
            texts = [", ".join(names) or _("None on record") for names in found]
            rows.append(RecordRow(capitalised(study.component), instrument_words(study.instrument), study.voice, texts))
    directly, indirectly = _("Named as affected directly"), _("Named as affected indirectly")
    return rows_shown([_("Study of"), directly, indirectly, _("Say that it left them out")], rows)


def show_claims(document: Document) -> Values | None:
    """Each community with its words and the answer, below how many were answered."""
    rows = [
        RecordRow(
            row.community,
            f"“{said}”" if said else _("Its words are not public."),
            row.voice,
            [study_words(document, row.assessment), long_date(row.said_on), answer_words(row)],
        )
        for row, said in claims_of(document)
    ]
    shown = rows_shown([_("Community"), _("Study of"), _("Said on"), _("Answer of an authority")], rows)
    return shown and {"lead": answered_words(document.facts[LeftOutClaimFact]), **shown}


def answered_words(claims: tuple[LeftOutClaimFact, ...]) -> str:
    """To how many of the communities that say that they were left out an authority has answered all that they said."""
    everybody = {row.slug for row in claims}
    waiting = {row.slug for row in claims if not row.answer}
    words = ngettext(
        "An authority has answered %(answered)d of %(all)d community that says that a study left it out.",
        "An authority has answered %(answered)d of %(all)d communities that say that a study left them out.",
        len(everybody),
    )
    return words % {"all": len(everybody), "answered": len(everybody - waiting)}


def answer_words(row: LeftOutClaimFact) -> str:
    """What was answered, by whom, when and in which document; that no answer is on record is no word that there was none."""
    if not row.answer:
        return _("No answer is on record")
    answer = {
        "answer": str(LeftOutClaim.Answer(row.answer).label),
        "who": row.answered_by,
        "day": long_date(row.answered_on),
        "document": row.answer_document,
    }
    return _("%(answer)s, says %(who)s on %(day)s (%(document)s)") % answer


def areas_table(document: Document) -> Table:
    """One row a study and community that it names, and one a study and community that says that it was left out."""
    columns: dict[str, Callable[[Row], object]] = {
        _("record"): attrgetter("record"),
        _("study"): attrgetter("assessment"),
        _("community"): attrgetter("community"),
        _("degree"): lambda row: row.degree if isinstance(row, StudyCommunityFact) else LEFT_OUT,
        _("who says so"): attrgetter("voice"),
    }
    return table_of(document, columns, [*document.facts[StudyCommunityFact], *document.facts[LeftOutClaimFact]])


def claims_table(document: Document) -> Table:
    """One row a community and study."""
    words = {"record": _("record"), "assessment": _("study"), "community": _("community"), "said_on": _("said on")}
    words |= {"answer": _("answer"), "answered_by": _("answered by"), "answered_on": _("answered on")}
    words |= {"answer_document": _("document of the answer"), "voice": _("who says so")}
    said = words_of(document)
    columns: dict[str, Callable[[LeftOutClaimFact], object]] = {
        **{heading: attrgetter(name) for name, heading in words.items()},
        _("what it says"): lambda row: said.get(row.record),
    }
    return table_of(document, columns, document.facts[LeftOutClaimFact])


register(
    Section(
        name="study-areas",
        page="environment",
        place=2,
        title=gettext_lazy("Communities in the area of each study"),
        lead=gettext_lazy("Which communities each study names, and which say that it left them out."),
        show=show_areas,
        table=areas_table,
        template="table",
        tells=("study-communities",),
    )
)
register(
    Section(
        name="left-out-claims",
        page="environment",
        place=2,
        title=gettext_lazy("What communities say of being left out"),
        part=ClaimWords,
        is_list=True,
        describe=describe_claims,
        show=show_claims,
        table=claims_table,
        template="table",
    )
)
