"""Indigenous people: how many of the workers, and of the people around the mine, say that they are."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import of_every_100
from compliance.evaluation.criteria.indigenous import CensusShareFact
from compliance.evaluation.framework import HUNDRED
from compliance.public_pages.document import Document
from compliance.public_pages.employment import EmploymentYear, this_year
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of_facts


def show(document: Document) -> Values | None:
    """The workers of the year of a document, beside what censuses say."""
    return shown_of(this_year(document), document.facts[CensusShareFact])


def shown_of(now: EmploymentYear, census: Iterable[CensusShareFact]) -> Values | None:
    """The workers of a year, and below them each share of a census, the newest first; nothing where neither is on record."""
    newest = sorted(census, key=lambda one: (-one.census_year, one.area, one.key))
    if now.ends_of("indigenous") is None and not newest:
        return None
    rows = [row_of_workers(now), *(row_of_census(one) for one in newest)]
    return rows_shown([_("Who"), _("Indigenous, of every 100")], rows)


def row_of_workers(now: EmploymentYear) -> RecordRow:
    """How many workers say so of themselves, or that nobody says how many do."""
    share = now.share_of("indigenous")
    about = _("%(number)s in %(year)s, counted as full-time jobs") % {
        "number": now.words_of("indigenous"),
        "year": now.year,
    }
    if share is None:
        about = _("Nobody says how many there were in %(year)s.") % {"year": now.year}
    return RecordRow(_("Workers of the mine"), about, now.voice or "unknown", [share or _("We don’t know")])


def row_of_census(row: CensusShareFact) -> RecordRow:
    """What a census says of one area; of a bare word, that it decides nothing."""
    about = f"{row.census}, {row.census_year}"
    if row.bare_word:
        about = _("%(census)s. It is a bare word: nothing is compared with it.") % {"census": about}
    name = _("People of working age: %(area)s") % {"area": row.area}
    return RecordRow(name, about, row.voice, [of_every_100(row.indigenous_percent, HUNDRED) or "0"])


def census_table(document: Document) -> Table:
    """One row a share of a census."""
    words = {"record": _("record"), "area": _("area"), "census": _("census"), "census_year": _("year of the census")}
    words |= {"indigenous_percent": _("indigenous people of working age in percent"), "voice": _("who says so")}
    return table_of_facts(document, CensusShareFact, words)


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
        show=show,
        table=census_table,
        template="table",
    )
)
