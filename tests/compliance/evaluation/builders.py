"""Facts in few words: what a test does not say is either unremarkable or unknown."""

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.facts import (
    TABLES,
    AssessmentFact,
    CommitmentFact,
    ConditionFact,
    DisclosureFact,
    EmploymentFact,
    ExemptionFact,
    Facts,
    ObligationFact,
    PaymentFact,
)
from compliance.evaluation.framework import Framework, Indicator, load
from compliance.evaluation.judgement import Judgement, Override
from compliance.evaluation.scoring import judge

FRAMEWORK_FILE = Path(__file__).parents[3] / "compliance" / "frameworks" / "peru-recommended-policies.yaml"
MILLION = Decimal(1_000_000)

_numbers = count(1)


def displayed(number: Decimal, decimals: int = 0) -> Decimal:
    """Rounded half up, as the worked examples of the field give their figures."""
    return number.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def day(text: str) -> date:
    return date.fromisoformat(text)


@cache
def framework() -> Framework:
    return load(FRAMEWORK_FILE.read_text(encoding="utf-8"), MEASURES)


def indicator(code: str) -> Indicator:
    return next(indicator for indicator in framework().indicators if indicator.code == code)


def facts(**tables: Any) -> Facts:
    """One project in 2025, in operation."""
    given: dict[str, Any] = {
        "project": "puka-willka",
        "country": "PE",
        "year": 2025,
        "period_start": day("2025-01-01"),
        "period_end": day("2025-12-31"),
        "phases": ("operation",),
    }
    by_name = {known.name: table for table, known in TABLES.items()}
    rows = {by_name[name]: tuple(tables.pop(name)) for name in tables.keys() & by_name.keys()}
    return Facts(**(given | tables), tables=rows)


def measured(code: str, known: Facts) -> Any:
    """The measurement; untyped, so that tests may compare decimals with plain numbers."""
    return MEASURES[indicator(code).measure](known, indicator(code))


def judged(known: Facts, overrides: Sequence[Override] = ()) -> Judgement:
    return judge(framework(), known, overrides)


def outcome(code: str, known: Facts) -> Any:
    """The outcome; untyped, so that tests may compare decimals with plain numbers."""
    return judged(known).outcome(code)


def score(code: str, known: Facts) -> Decimal | None:
    """The score, as it is displayed with one decimal."""
    found = outcome(code, known).score
    return None if found is None else displayed(found, 1)


def bounds(code: str, known: Facts) -> Any:
    found = outcome(code, known)
    assert found.worst is not None
    assert found.best is not None
    return displayed(found.worst, 1), displayed(found.best, 1)


def assessment(**given: Any) -> AssessmentFact:
    return AssessmentFact(**({"record": f"assessment/{next(_numbers)}", "instrument": "EIA-d"} | given))


def condition(due_on: str, fulfilled_on: str | None = None) -> ConditionFact:
    return ConditionFact(
        record=f"condition/{next(_numbers)}",
        due_on=day(due_on),
        fulfilled_on=day(fulfilled_on) if fulfilled_on else None,
    )


def employment(**given: Any) -> EmploymentFact:
    whole: dict[str, Any] = {
        "record": f"employment-return/{next(_numbers)}",
        "employer": "Minera Puka Willka",
        "period_start": day("2025-01-01"),
        "period_end": day("2025-12-31"),
        "contractors_included": True,
    }
    people: dict[str, Any] = {
        name: Decimal(value) if name.endswith("_fte") and value is not None else value for name, value in given.items()
    }
    return EmploymentFact(**(whole | people))


def obligation(amount: str | int | Decimal, **given: Any) -> ObligationFact:
    usual: dict[str, Any] = {
        "record": f"obligation/{next(_numbers)}",
        "payer": "Minera Puka Willka",
        "recipient": "Wayrapampa",
        "basis": "agreement",
        "currency": "PEN",
        "due_on": day("2025-06-30"),
    }
    return ObligationFact(**(usual | {"amount": Decimal(amount)} | given))


def payment(of: ObligationFact | None = None, **given: Any) -> PaymentFact:
    usual: dict[str, Any] = {
        "record": f"disbursement/{next(_numbers)}",
        "obligation": of.record if of else None,
        "currency": of.currency if of else "PEN",
    }
    amounts: dict[str, Any] = {
        name: Decimal(value) if name.endswith("_amount") and value is not None else value
        for name, value in given.items()
    }
    return PaymentFact(**(usual | amounts))


def commitment(**given: Any) -> CommitmentFact:
    usual: dict[str, Any] = {"record": f"commitment/{next(_numbers)}", "due_on": day("2025-06-30")}
    return CommitmentFact(**(usual | given))


def kept(**given: Any) -> CommitmentFact:
    """A commitment that the community confirms, on time."""
    return commitment(**({"community_says": "fulfilled", "confirmed_on": day("2025-06-01")} | given))


def broken(**given: Any) -> CommitmentFact:
    return commitment(**({"community_says": "not_fulfilled"} | given))


def disclosure(published_on: str | None, period_end: str = "2025-12-31") -> DisclosureFact:
    return DisclosureFact(
        record=f"disclosure/{next(_numbers)}",
        period_end=day(period_end),
        published_on=day(published_on) if published_on else None,
    )


def exempt(code: str, reason: str = "No royalty is due before production") -> ExemptionFact:
    return ExemptionFact(record=f"exemption/{next(_numbers)}", indicator=code, reason=reason)
