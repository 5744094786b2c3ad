"""Which years a row of facts is counted in, and which of them it lets be reported on."""

import pytest

from compliance.evaluation.facts import (
    TABLES,
    AssessmentFact,
    CommitmentFact,
    ConditionFact,
    EmploymentFact,
    ObligationFact,
    PaymentFact,
    Row,
    YearRule,
)

YEARS = (2024, 2025, 2026, 2027)


def years_of(rule: YearRule, *said: int | None) -> list[int]:
    """The years, of four, that a row is counted in by what the columns of its rule say."""
    assert len(said) == len(rule.columns)
    return [year for year in YEARS if rule.belongs(said, year)]


@pytest.mark.parametrize(
    ("table", "said", "years"),
    [
        (CommitmentFact, (2025,), [2025]),
        (CommitmentFact, (None,), []),
        (PaymentFact, (2024, 2025), [2024]),
        (PaymentFact, (None, 2025), [2025]),
        (ConditionFact, (2025,), [2025, 2026, 2027]),
        (ConditionFact, (None,), [2024, 2025, 2026, 2027]),
        (AssessmentFact, (2026, 2025, None), [2025, 2026, 2027]),
        (AssessmentFact, (None, None, 2026), [2026, 2027]),
        (AssessmentFact, (None, None, None), [2024, 2025, 2026, 2027]),
        (EmploymentFact, (2025, 2025), [2025]),
        (EmploymentFact, (2026, 2025), []),
        (EmploymentFact, (None, 2025), []),
    ],
)
def test_a_payment_is_of_the_year_of_its_debt_and_studies_and_conditions_of_all_later_years(
    table: type[Row], said: tuple[int | None, ...], years: list[int]
) -> None:
    assert years_of(TABLES[table].years, *said) == years


@pytest.mark.parametrize(
    ("table", "said", "years"),
    [
        (ObligationFact, (2025,), [2026, 2027]),
        (ObligationFact, (None,), []),
        (EmploymentFact, (2024, 2026), [2024, 2025, 2026]),
        (EmploymentFact, (2025, 2025), []),
        (EmploymentFact, (None, 2025), []),
    ],
)
def test_an_open_debt_reaches_into_every_later_year_and_a_fiscal_year_into_those_whose_days_it_shares(
    table: type[Row], said: tuple[int | None, ...], years: list[int]
) -> None:
    carried = TABLES[table].carried
    assert carried is not None
    assert years_of(carried, *said) == years


def test_a_study_an_exemption_and_what_an_earlier_year_left_let_no_year_be_reported_on() -> None:
    assert {known.name for known in TABLES.values() if not known.years.opens} == {"assessments", "exemptions"}
    assert [known.name for known in TABLES.values() if known.carried and known.carried.opens] == []


def test_only_what_reaches_into_later_years_is_looked_for_in_them() -> None:
    reaching = {known.name for known in TABLES.values() if known.years.reaches_on}
    assert reaching == {"assessments", "conditions", "expected"}
    assert all(known.carried.reaches_on for known in TABLES.values() if known.carried)
