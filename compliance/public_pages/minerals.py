"""What all mines together dig, and who owns them: by mineral, and by the country of the owners."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter

from django.utils.text import slugify

from accounts.design.writing import country_name, pick_language
from compliance.models import Publication
from compliance.public_pages import benefits
from compliance.public_pages.accords import AccordBlock
from compliance.public_pages.lists import Gist, NationalSum, national_sums
from compliance.public_pages.owned import Part
from compliance.public_pages.project import Mine, Mineral
from compliance.public_pages.sections import Values

Latest = Sequence[tuple[Publication, Gist]]
"""The latest publication of each mine, without its document, and what lists need of that."""


@dataclass(frozen=True)
class MineralLine:
    """A mineral, and how many of the mines published are there for it."""

    mineral: Mineral
    mines: int


@dataclass(frozen=True)
class Holding:
    """What one owner holds of one mine in one way, as that mine's publication says."""

    mine: Mine
    part: Part


@dataclass(frozen=True)
class CountryLine:
    """A country whose people, companies or state own parts of mines."""

    code: str
    owners: int
    mines: int
    through_others: int
    """of how many of the mines they hold nothing themselves, only through other companies"""


@dataclass(frozen=True)
class AccordOfMines:
    """An accord, and the mines that tell of it."""

    accord: AccordBlock
    mines: Sequence[Mine]


@dataclass(frozen=True)
class Together:
    """Some mines together. Their grades stand side by side and are never made into one."""

    publications: Sequence[Publication]
    sums: Sequence[NationalSum]
    grades: Sequence[tuple[str, int]]
    """letter, and how many mines have it"""
    least_known: Decimal | None
    """percent of what the rules ask for that is known of the mine of which least is"""
    holdings: Sequence[Holding]
    owners_unknown: int
    """of how many of the mines nobody knows an owner"""
    benefits: Mapping[str, Values]
    """tables of what they bring together, by name"""


def mineral_lines(mines: Iterable[Mine]) -> list[MineralLine]:
    """Every mineral of some mines, those of most mines first."""
    found, counted = dict[str, Mineral](), Counter[str]()
    for mine in mines:
        for mineral in mine.minerals:
            found[mineral.code] = mineral
            counted[mineral.code] += 1
    lines = [MineralLine(mineral, counted[code]) for code, mineral in found.items()]
    return sorted(lines, key=lambda line: (-line.mines, pick_language(line.mineral.name)))


def is_meant(mineral: Mineral, asked: str) -> bool:
    """Whether a name of it, in whatever language, holds what is asked, a slug, or a word of what it is used for begins so."""
    called = any(asked in slugify(name) for name in mineral.name.values())
    return called or any(f"-{asked}" in f"-{slugify(uses)}" for uses in mineral.uses.values())


def country_lines(latest: Latest) -> list[CountryLine]:
    """Every country of owners, direct and last ones, of some mines, those of most mines first."""
    owners, owned, itself = (defaultdict[str, set[str]](set) for _each in range(3))
    for one in (one for one in holdings_of(latest) if one.part.country):
        owners[one.part.country].add(one.part.owner)
        owned[one.part.country].add(one.mine.slug)
        if not one.part.through:
            itself[one.part.country].add(one.mine.slug)
    lines = [
        CountryLine(code, len(names), len(owned[code]), len(owned[code] - itself[code]))
        for code, names in owners.items()
    ]
    return sorted(lines, key=lambda line: (-line.mines, country_name(line.code)))


def holdings_of(latest: Latest) -> list[Holding]:
    """Who holds what of some mines, by country, owner and mine; what an owner holds itself before the rest."""
    found = [Holding(gist.mine, part) for _publication, gist in latest for part in gist.owned.parts]
    return sorted(
        found,
        key=lambda one: (country_name(one.part.country), one.part.owner, one.mine.name, bool(one.part.through)),
    )


def accords_with(latest: Latest, country: str) -> list[AccordOfMines]:
    """The accords with one country, each once: with its promises where the mine publishes them that it was entered with."""
    found = defaultdict[str, list[tuple[Mine, AccordBlock]]](list)
    for _publication, gist in latest:
        for accord in gist.accords:
            if accord.row.partner_country == country:
                found[accord.key].append((gist.mine, accord))
    return [
        AccordOfMines(
            min((accord for _mine, accord in told), key=attrgetter("is_elsewhere")), [mine for mine, _accord in told]
        )
        for told in found.values()
    ]


def together(latest: Latest, chosen: Callable[[Gist], bool]) -> Together:
    """The chosen mines of all."""
    rows = [(publication, gist) for publication, gist in latest if chosen(gist)]
    known = [gist.known for _publication, gist in rows if gist.known is not None]
    return Together(
        publications=[publication for publication, _gist in rows],
        sums=national_sums(gist.totals for _publication, gist in rows),
        grades=sorted(Counter(publication.grade for publication, _gist in rows).items()),
        least_known=min(known, default=None),
        holdings=holdings_of(rows),
        owners_unknown=sum(not gist.owned.parts for _publication, gist in rows),
        benefits=benefits.together([gist.benefits for _publication, gist in rows]),
    )
