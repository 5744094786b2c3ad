"""The chain of owners of one mine on one day: direct shares are multiplied to the last owners; pure.

All that is known of a share ends somewhere: at a last owner, where nobody knows who holds it, where more than all of a
company is said to be held, or in a circle of companies that own each other. These four add up to 100, exactly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal, localcontext

from compliance.evaluation.canonical import EXACT, ZERO

MINE = ""
"""The mine itself among keys of organisations."""
ALL_OF_IT = Decimal(100)
_ROUND = "round"
"""What goes round in circles, among keys of organisations."""
_PASSES = 1000
_GRAIN, _DUST, _CUT = Decimal("1e-12"), Decimal("1e-15"), Decimal("1e-20")


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectShare:
    """How much of something, a mine or a company, one owner holds directly, in percent."""

    of: str
    owner: str
    percent: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """Who owns a mine, in percent of the mine, by the keys of organisations."""

    direct: Mapping[str, Decimal]
    """what each holds of the mine itself"""
    total: Mapping[str, Decimal] = field(default_factory=dict)
    """what reaches each, directly and through others; what comes back in a circle is not counted again"""
    last: Mapping[str, Decimal] = field(default_factory=dict)
    """what ends at each last owner"""
    unknown: Mapping[str, Decimal] = field(default_factory=dict)
    """what ends at a company, or at the mine, because nobody knows who holds it"""
    exceeded: Mapping[str, Decimal] = field(default_factory=dict)
    """how much of a company, or of the mine, is said to be held, where that is more than all of it"""
    circling: Decimal = ZERO
    """what goes round between companies that own each other, and ends nowhere"""
    circles: tuple[tuple[str, ...], ...] = ()
    """the companies that own each other"""

    traced: Decimal = ZERO
    """how much ends at last owners"""

    @property
    def untraced(self) -> Decimal:
        """How much ends at no owner."""
        return EXACT.subtract(ALL_OF_IT, self.traced)


def chain_of(shares: Iterable[DirectShare], last_owners: Collection[str]) -> Chain:
    """Follow the shares of a day from the mine to the last owners, of whom nobody asks who holds the rest.

    What is at one of those that own each other and is dust, or has passed a thousand times, goes round in a circle. Each
    product keeps twenty decimals, and each end twelve; what is cut off goes to the largest end. Where more than all of
    something is said to be held, none of it is followed: nobody knows which part is true.
    """
    with localcontext(EXACT):
        return _followed(shares, last_owners)


def _followed(shares: Iterable[DirectShare], last_owners: Collection[str]) -> Chain:
    held: defaultdict[str, defaultdict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for share in shares:
        held[share.of][share.owner] += share.percent
    exceeded = {of: said for of, owners in held.items() if (said := sum(owners.values(), ZERO)) > ALL_OF_IT}
    followed = {of: owners for of, owners in held.items() if of not in exceeded}
    circles = _circles(followed)
    in_circles = {company for circle in circles for company in circle}
    total, ends = _passed_on(followed, in_circles)
    for company in in_circles & total.keys():
        first_arrival, _ends = _passed_on({**followed, company: {}}, in_circles)
        total[company] = first_arrival[company]
    certain = {owner for owner in last_owners if owner not in exceeded}
    found = _without_dust(ends, certain)
    circling = found.pop(_ROUND, ZERO)
    last = {key: amount for key, amount in found.items() if key in certain}
    return Chain(
        direct=held.get(MINE, {}),
        total={key: _rounded(amount) for key, amount in total.items()},
        last=last,
        unknown={key: amount for key, amount in found.items() if key not in last},
        exceeded={of: said for of, said in exceeded.items() if of == MINE or of in total},
        circling=circling,
        circles=tuple(circle for circle in circles if circle[0] in total),
        traced=sum(last.values(), ZERO),
    )


def _passed_on(
    followed: Mapping[str, Mapping[str, Decimal]], in_circles: Collection[str]
) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """What reaches each owner of the mine, and what ends at each."""
    total, ends = defaultdict[str, Decimal](Decimal), defaultdict[str, Decimal](Decimal)
    moving, passed = {MINE: ALL_OF_IT}, 0
    while moving:
        further = defaultdict[str, Decimal](Decimal)
        for of, amount in moving.items():
            if of in in_circles and (passed > _PASSES or amount < _DUST):
                ends[_ROUND] += amount
                continue
            rest = amount
            for owner, percent in followed.get(of, {}).items():
                part = (amount * percent / 100).quantize(_CUT, ROUND_DOWN)
                further[owner] += part
                total[owner] += part
                rest -= part
            ends[of] += rest
        moving, passed = further, passed + 1
    return total, ends


def _without_dust(ends: Mapping[str, Decimal], last: Collection[str]) -> dict[str, Decimal]:
    """The ends, rounded, without gaps too small to say anything: the largest has what is left over of 100."""
    found = {key: _rounded(amount) for key, amount in ends.items() if amount >= _GRAIN or (amount and key in last)}
    largest = max(found, key=lambda key: (found[key], key))
    found[largest] += ALL_OF_IT - sum(found.values())
    return found


def _rounded(amount: Decimal) -> Decimal:
    """An amount with twelve decimals; one too small for them stays as it is."""
    return amount.quantize(_GRAIN) or amount


def _circles(owners: Mapping[str, Collection[str]]) -> list[tuple[str, ...]]:
    """The companies that own each other, one way or the other."""
    above = {of: _above(of, owners) for of in owners}
    return sorted(
        {tuple(sorted(one for one in found if of in above.get(one, ()))) for of, found in above.items()} - {()}
    )


def _above(of: str, owners: Mapping[str, Collection[str]]) -> set[str]:
    """Everybody who holds a part of a company, directly or through others."""
    found: set[str] = set()
    waiting = [of]
    while waiting:
        new = {*owners.get(waiting.pop(), ())} - found
        found |= new
        waiting += new
    return found
