"""Indigenous people: how many of the workers, and of the people around the mine, say that they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import of_every_100
from compliance.evaluation.criteria.indigenous import CensusShareFact
from compliance.evaluation.facts import EmploymentFact
from compliance.evaluation.framework import HUNDRED
from compliance.public_pages.document import Document
from compliance.public_pages.employment import EmploymentYear, this_year
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
from compliance.public_pages.small_numbers import hidden_in
from projects.models import CensusShare


@dataclass(frozen=True, slots=True, kw_only=True)
class CensusWords:
    """Of which area a share is, and of which census, where everybody may read the source."""

    record: str
    area: str
    census: str


def describe_census(subject: Subject) -> list[CensusWords] | None:
    """Area and census of each share whose source is public; of the others only year and share are published."""
    rows = subject.facts[CensusShareFact]
    records = public_records(CensusShare, rows)
    return [
        CensusWords(record=row.record, area=records[row.key].area, census=records[row.key].census)
        for row in rows
        if row.key in records
    ] or None


def words_of(document: Document) -> dict[str, CensusWords]:
    """Area and census of each share, by its record; none where not everybody may read them."""
    return {one.record: one for one in document.rows(CensusWords, "census-shares")}


def show(document: Document) -> Values | None:
    """The workers of the year of a document, beside what censuses say."""
    return shown_of(this_year(document), document)


def shown_of(now: EmploymentYear, document: Document) -> Values | None:
    """The workers of a year, and below them each share of a census, the newest first; nothing where neither is on record."""
    words, some_say = words_of(document), somebody_says_it(document)
    newest = sorted(document.facts[CensusShareFact], key=lambda one: (-one.census_year, one.key))
    if now.ends_of("indigenous") is None and not some_say and not newest:
        return None
    rows = [row_of_workers(now, some_say=some_say), *(row_of_census(one, words) for one in newest)]
    return rows_shown([_("Who"), _("Indigenous, of every 100")], rows)


def somebody_says_it(document: Document) -> bool:
    """Whether any return says how many of its workers are indigenous, shown or not."""
    hidden = hidden_in(document, "employment")
    return any(
        row.indigenous_fte is not None or "indigenous_fte" in hidden.get(row.record, ())
        for row in document.facts[EmploymentFact]
    )


def row_of_workers(now: EmploymentYear, *, some_say: bool) -> RecordRow:
    """How many workers say so of themselves, that only some returns say it, or that nobody does."""
    share = now.share_of("indigenous")
    about = _("%(number)s in %(year)s, counted as full-time jobs") % {
        "number": now.words_of("indigenous"),
        "year": now.year,
    }
    if share is None:
        part, nothing = _("We don’t know how many of all workers in %(year)s."), _("Nobody says how many in %(year)s.")
        about = (part if some_say else nothing) % {"year": now.year}
    return RecordRow(_("Workers of the mine"), about, now.voice or "unknown", [share or _("We don’t know")])


def row_of_census(row: CensusShareFact, words: Mapping[str, CensusWords]) -> RecordRow:
    """What a census says of one area; of a bare word, that it decides nothing."""
    said = words.get(row.record)
    about = f"{said.census if said else _('Its name is not public')}, {row.census_year}"
    if row.bare_word:
        about = _("%(census)s. It is a bare word: nothing is compared with it.") % {"census": about}
    name = _("People of working age: %(area)s") % {"area": said.area if said else _("the area is not public")}
    return RecordRow(name, about, row.voice, [of_every_100(row.indigenous_percent, HUNDRED) or "0"])


def census_table(document: Document) -> Table:
    """One row a share of a census."""
    words = words_of(document)
    columns: dict[str, Callable[[CensusShareFact], object]] = {
        _("record"): lambda row: row.record,
        _("area"): partial(of_words, "area", words),
        _("census"): partial(of_words, "census", words),
        _("year of the census"): lambda row: row.census_year,
        _("indigenous people of working age in percent"): lambda row: row.indigenous_percent,
        _("who says so"): lambda row: row.voice,
    }
    return table_of(document, columns, document.facts[CensusShareFact])


def of_words(name: str, words: Mapping[str, CensusWords], row: CensusShareFact) -> object:
    """Area or census of a share; None where not everybody may read it."""
    return getattr(words.get(row.record), name, None)


register(
    Section(
        name="census-shares",
        page="work",
        place=1,
        title=gettext_lazy("Indigenous people"),
        lead=gettext_lazy(
            "Counted from what people said about themselves: workers voluntarily, the people around the mine in a census. "
            "Whoever said nothing does not count. No page says who they are."
        ),
        part=CensusWords,
        is_list=True,
        describe=describe_census,
        show=show,
        table=census_table,
        template="table",
    )
)
