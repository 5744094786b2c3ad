"""What a measure says of itself, and where measures are found by the name that frameworks use."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import localcontext
from functools import update_wrapper

from compliance.evaluation.canonical import EXACT
from compliance.evaluation.criteria.measurement import Measurement
from compliance.evaluation.facts import Facts
from compliance.evaluation.framework import Framework, Indicator
from compliance.evaluation.words import CODES, PERCENT

Reckoning = Callable[[Facts, Indicator], Measurement]


@dataclass(eq=False, kw_only=True)
class Measure:
    """A measure with its words; called with facts and an indicator it reckons exactly, whoever calls it."""

    reckon: Reckoning
    unit: str
    codes: frozenset[str]
    """all that it can give as missing, as a flag, or as the reason why it does not apply"""
    divides: tuple[str, str] | None
    """what stands above and below the line; None: it divides nothing"""
    in_money: bool
    """whether its parts are currencies"""
    note: str
    """what a reader could mistake about the figure"""
    parameters: tuple[str, ...]
    """the values of the law or of policy without which it cannot reckon"""
    optional_parameters: tuple[str, ...]
    """those that it asks for and can do without"""
    may_pass_100: bool
    """whether a figure of 100 can be above 100"""

    def __post_init__(self) -> None:
        update_wrapper(self, self.reckon)

    def __call__(self, facts: Facts, indicator: Indicator) -> Measurement:
        """The figure; raises ValueError where it carries a code of which the measure did not say that it can give it."""
        with localcontext(EXACT):
            found = self.reckon(facts, indicator)
        if strangers := {*found.missing, *found.flags, found.reason} - self.codes - {""}:
            raise ValueError(f"{self.reckon.__name__} gives {', '.join(sorted(strangers))}, which it does not declare")
        return found

    @property
    def sum_above(self) -> bool:
        """Whether a sum of money stands above the line, and not, say, one multiplied with days."""
        return self.in_money and self.unit == PERCENT

    def rule_in(self, framework: Framework) -> Indicator | None:
        """The indicator of a framework that this measure gives the figure of; None where there is none."""
        return next((one for one in framework.indicators if MEASURES.get(one.measure) is self), None)


MEASURES: dict[str, Measure] = {}
"""All measures by the name that a framework uses."""


def measure(
    *,
    codes: Iterable[str],
    unit: str = PERCENT,
    divides: tuple[str, str] | None = None,
    in_money: bool = False,
    note: str = "",
    parameters: Iterable[str] = (),
    optional_parameters: Iterable[str] = (),
    may_pass_100: bool = False,
) -> Callable[[Reckoning], Measure]:
    """Register a function as the measure of its name, with its words.

    Raises ValueError for a name that is taken, and for a unit, a code or a parameter without words.
    """
    needed, optional = tuple(parameters), tuple(optional_parameters)

    def register(reckon: Reckoning) -> Measure:
        name, given = reckon.__name__, frozenset(codes)
        if name in MEASURES:
            raise ValueError(f"two measures are called {name}")
        if wordless := sorted({unit, *given, *needed, *optional} - CODES.keys()):
            raise ValueError(f"{name}: no words for {', '.join(wordless)}")
        MEASURES[name] = Measure(
            reckon=reckon,
            unit=unit,
            codes=given,
            divides=divides,
            in_money=in_money,
            note=note,
            parameters=needed,
            optional_parameters=optional,
            may_pass_100=may_pass_100,
        )
        return MEASURES[name]

    return register
