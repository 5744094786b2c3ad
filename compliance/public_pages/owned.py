"""What owners hold of a mine, itself or through others: its direct owners, and those at whom the chain above them ends.

All of it follows from the shares that a document seals. Documents that do not seal them name direct owners alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.ownership import OwnedRow, StakeFact, share_of_company, share_of_mine
from compliance.evaluation.owners import Chain, chain_of
from compliance.public_pages.document import Document
from compliance.public_pages.owners import Owners, kind_words, owners_of, short
from compliance.public_pages.project import mine_of


class Behind(StrEnum):
    """Who is behind an owner."""

    NOBODY = "nobody"
    """it is a last owner"""
    SOME = "some"
    """of a part it is the last owner"""
    OTHERS = "others"
    EACH_OTHER = "each-other"
    """it and other companies own each other"""
    UNKNOWN = "unknown"
    UNTOLD = "untold"
    """the publication does not say what kind of owner it is"""


@dataclass(frozen=True)
class Part:
    """What one owner holds of a mine in one way; `share` is in percent of the mine."""

    owner: str
    country: str
    state_owned: bool
    share: Decimal | None
    behind: Behind
    row: OwnedRow | None = None
    """as the chain names it; None where the document seals no chain"""
    through: Sequence[str] = ()
    """the companies between the mine and the owner; none where it holds the part itself"""
    told: Decimal = ZERO
    """how much of it only the company says, without a paper"""
    lost: Decimal = ZERO
    """of how much of the mine nobody knows who is behind the owner"""

    @property
    def kind(self) -> str:
        """What kind of owner it is, as far as the document says so."""
        if self.row:
            return kind_words(self.row)
        return _("owned by a state") if self.state_owned else ""

    @property
    def way(self) -> str:
        """Whether it holds the part itself, or through which companies."""
        if self.through:
            return _("through %(companies)s") % {"companies": ", ".join(self.through)}
        return _("holds it itself")

    @property
    def percent(self) -> str:
        """The share as people read it."""
        return _("Not known") if self.share is None else short(self.share)

    @property
    def notes(self) -> list[str]:
        """Who is behind it, and what rests on a bare word."""
        said = {
            Behind.NOBODY: _("last owner"),
            Behind.SOME: _("others are behind a part of it"),
            Behind.OTHERS: _("others are behind it"),
            Behind.EACH_OTHER: _("it and others own each other"),
            Behind.UNKNOWN: _("for %(lost)s of 100 nobody knows who is behind it") % {"lost": short(self.lost)},
            Behind.UNTOLD: "",
        }[self.behind]
        told = _("for %(told)s of 100 only the company says so, without a paper") % {"told": short(self.told)}
        return [*([said] if said else []), *([told] if self.told else [])]


@dataclass(frozen=True)
class Owned:
    """Who holds what of a mine, and how much of the mine ends at last owners."""

    parts: Sequence[Part] = field(default_factory=tuple)
    traced: Decimal | None = None
    """in percent; None where the document seals no chain"""


def owned_of(document: Document) -> Owned:
    """What a document says of the owners of its mine, to the last one."""
    owners = owners_of(document)
    owners = Owners(owners.stakes or document.facts[StakeFact], owners.holdings)
    if not owners.stakes:
        stakes = mine_of(document).stakes
        return Owned(
            [Part(one.owner, one.country, one.state_owned, one.share_percent, Behind.UNTOLD) for one in stakes]
        )
    return Owned(parts_of(owners), owners.chain.traced)


def parts_of(owners: Owners) -> list[Part]:
    """What each holds itself, then what the last ones hold through others."""
    proven = proven_chain(owners)
    return [*direct_parts(owners, proven), *parts_through_others(owners, proven)]


def direct_parts(owners: Owners, proven: Chain) -> Iterator[Part]:
    """What each owner holds itself, the largest first."""
    for key, share in sorted(owners.chain.direct.items(), key=lambda one: (-one[1], one[0])):
        yield part(owners, key, share, share - proven.direct.get(key, ZERO))


def parts_through_others(owners: Owners, proven: Chain) -> Iterator[Part]:
    """What reaches, through others, those at whom the chain ends: last owners, gaps, and companies that own each other."""
    chain = owners.chain
    ends = {*chain.last, *chain.unknown, *(company for circle in chain.circles for company in circle)}
    for key in sorted(ends & chain.total.keys(), key=lambda one: (-chain.total[one], one)):
        share = through_others(chain, key)
        if share > 0:
            yield part(owners, key, share, max(share - through_others(proven, key), ZERO), between(owners, key))


def through_others(chain: Chain, key: str) -> Decimal:
    """What reaches an owner through companies."""
    return chain.total.get(key, ZERO) - chain.direct.get(key, ZERO)


def part(owners: Owners, key: str, share: Decimal, told: Decimal, through: Sequence[str] = ()) -> Part:
    """A part of an owner of the chain; where more than all of the mine is said to be held, nobody follows it."""
    row, chain = owners.rows[key], owners.chain
    lost = chain.unknown.get(key, ZERO) if key in chain.total else share
    return Part(
        owner=row.owner,
        country=row.owner_country,
        state_owned=row.state_owned,
        share=share,
        behind=behind(chain, key, lost),
        row=row,
        through=through,
        told=told,
        lost=lost,
    )


def behind(chain: Chain, key: str, lost: Decimal) -> Behind:
    """Who is behind an owner, as the chain ends."""
    if lost:
        return Behind.UNKNOWN
    if any(key in circle for circle in chain.circles):
        return Behind.EACH_OTHER
    own = chain.last.get(key, ZERO)
    return (Behind.NOBODY if own >= chain.total[key] else Behind.SOME) if own else Behind.OTHERS


def proven_chain(owners: Owners) -> Chain:
    """The chain of what is more than the company's bare word."""
    shares = [share_of_mine(row) for row in owners.stakes if not row.bare_word]
    shares += [share_of_company(row) for row in owners.holdings if not row.bare_word]
    return chain_of(shares, {row.owner_key for row in owners.rows.values() if row.is_last})


def between(owners: Owners, key: str) -> list[str]:
    """The companies by way of which an owner holds a part, those nearest to the mine first."""
    found: list[str] = []
    waiting = list(owners.chain.direct)
    reached = set(waiting)
    while waiting:
        company = waiting.pop(0)
        above = [row.owner_key for row in owners.by_company.get(company, ())]
        if company != key and key in everybody_above(owners, company):
            found.append(owners.rows[company].owner)
        waiting += [one for one in dict.fromkeys(above) if one not in reached]
        reached |= {*above}
    return found


def everybody_above(owners: Owners, company: str) -> set[str]:
    """Everybody who holds a part of a company, directly or through others; of one held more than whole nobody."""
    found: set[str] = set()
    waiting = [company]
    while waiting:
        of = waiting.pop()
        held = () if of in owners.chain.exceeded else owners.by_company.get(of, ())
        new = {row.owner_key for row in held} - found
        found |= new
        waiting += new
    return found


def coverage_words(mines: Iterable[Owned]) -> list[str]:
    """Of how many mines all last owners are known, and of how many not."""
    counted = Counter("untold" if one.traced is None else "whole" if one.traced == 100 else "gap" for one in mines)
    whole, gap, untold = counted["whole"], counted["gap"], counted["untold"]
    words = ngettext(
        "Of %(number)s mine all last owners are named.", "Of %(number)s mines all last owners are named.", whole
    )
    said = [words % {"number": whole} if whole else _("There is no mine of which all last owners are named.")]
    if gap:
        said.append(
            ngettext(
                "Of %(number)s mine the last owners of a part are not known.",
                "Of %(number)s mines the last owners of a part are not known.",
                gap,
            )
            % {"number": gap}
        )
    if untold:
        said.append(
            ngettext(
                "Of %(number)s mine the publication names no owners, or direct owners alone.",
                "Of %(number)s mines the publications name no owners, or direct owners alone.",
                untold,
            )
            % {"number": untold}
        )
    return [*said, _("What is not known may belong to any country.")] if gap or untold else said
