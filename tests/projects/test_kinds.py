"""What a kind of record declares, and that its rules say the same in Python and in PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, models, transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communities.models import Disbursement, Obligation
from projects.intake.targets import TARGETS
from projects.kinds import KINDS_OF_RECORD, kind_of_fact_name, register, register_name
from projects.models import Accord, CalledOtherwise, ImpactAssessment, PhasePeriod, Project
from projects.models.columns import AmountColumn, CurrencyColumn, FirstDayColumn, NumberColumn, columns_of
from projects.models.due import DueRecord
from projects.models.identity import OtherName
from projects.models.records import PeriodRecord, Record, Sourced
from projects.models.rules import Check, ExactlyOne, OncePer, Rule
from projects.models.shares import Share
from projects.views.records import values_of
from tests.cast import Cast, Mine, gather_cast, open_mine

RECORDS = (Project, Disbursement, *(kind.model for kind in KINDS_OF_RECORD.values()))
WITH_CHECKS = [
    "projects",
    *(
        code
        for code, kind in sorted(KINDS_OF_RECORD.items())
        if any(isinstance(rule, Check) for rule in kind.model._meta.constraints)
    ),
]
DAYS = (date(2019, 5, 1), date(2020, 5, 1), date(2021, 5, 1))


def test_a_kind_that_is_registered_twice_is_refused_by_name() -> None:
    phases = KINDS_OF_RECORD["phases"]
    with pytest.raises(ImproperlyConfigured, match="have the code phases"):
        register(phases)
    with pytest.raises(ImproperlyConfigured, match="have the name phase"):
        register(replace(phases, code="stages"))
    with pytest.raises(ImproperlyConfigured, match="have the name obligation"):
        register_name(replace(phases, fact_name="obligation"))
    assert "stages" not in KINDS_OF_RECORD


def test_facts_find_the_kind_of_a_record_its_words_and_its_page() -> None:
    employment = kind_of_fact_name("employment-return")
    assert employment is KINDS_OF_RECORD["employment"]
    assert employment.words_for(12) == "employment return 12"
    assert employment.address(12, "puka") == "/en/work/projects/puka/employment/12/"
    payments = kind_of_fact_name("disbursement")
    assert payments is not None
    assert (payments.words_for(3), payments.address(3, "puka")) == ("payment 3", "/en/work/disbursements/3/")
    assert kind_of_fact_name("dream") is None


def test_what_an_empty_column_means_is_said_of_columns_that_may_be_empty_and_of_no_other() -> None:
    for kind in KINDS_OF_RECORD.values():
        assert all(kind.column(name).blank for name in kind.empty_means), kind.code
    with translation.override("en"):
        lasting = PhasePeriod(phase="operation", starts_on=DAYS[0])
        assert ("until", "It lasts, as far as is on record") in values_of(lasting, KINDS_OF_RECORD["phases"])
        accord = Accord(title="Accord", instrument="between-states", partner_country="JP", signed_on=DAYS[0])
        said = dict(values_of(accord, KINDS_OF_RECORD["accords"]))
        assert "company that signed it" not in said
        assert said["ends on"] is None
        study = ImpactAssessment(instrument="DIA", component="camp", approved_on=DAYS[0])
        said = dict(values_of(study, KINDS_OF_RECORD["assessments"]))
        assert said["study that it changes or updates"] == "None: it is entered as a first study"
        assert "if it was not approved" not in said
        assert said["hectares of the certified area"] is None


def test_of_two_columns_of_which_one_is_filled_in_the_other_says_nothing() -> None:
    owed = Obligation(recipient_id=1, amount=5, currency="PEN")
    [rule] = [one for one in Obligation._meta.constraints if isinstance(one, ExactlyOne)]
    assert rule.left_empty(owed) == ["community"]
    assert rule.left_empty(Obligation()) == []


def test_an_undo_says_what_becomes_of_the_rows_of_its_kind() -> None:
    with translation.override("en"):
        said = {code: str(target.undoing) for code, target in TARGETS.items()}
    assert {code for code, words in said.items() if "stays visible as withdrawn" in words} == {"disbursements"}
    assert all("is deleted" in words for code, words in said.items() if code != "disbursements")


def test_every_record_is_of_a_kind_or_has_pages_of_its_own() -> None:
    among = (Sourced, Record, PeriodRecord, DueRecord, Share, CalledOtherwise, OtherName)
    below = [model for one in among for model in one.__subclasses__()]
    assert {model for model in below if not model._meta.abstract} == set(RECORDS)


@pytest.mark.parametrize("model", RECORDS)
def test_every_sum_of_a_record_has_its_currency_and_every_other_number_is_none(model: type[models.Model]) -> None:
    for column in columns_of(model):
        if isinstance(column, models.DecimalField):
            assert isinstance(column, NumberColumn), column
        if isinstance(column, AmountColumn):
            assert isinstance(model._meta.get_field(column.currency), CurrencyColumn), column
            assert column.check() == []


def test_a_sum_that_names_no_column_for_its_currency_is_found_by_the_checks() -> None:
    amount: Any = Project._meta.get_field("investment_amount").clone()
    amount.model, amount.name = Project, "investment_amount"
    for currency in ("", "no_such_column", "name"):
        amount.currency = currency
        assert "Name the column that holds its currency." in [found.msg for found in amount.check()]


@pytest.mark.parametrize("model", RECORDS)
def test_every_rule_of_a_record_says_at_which_of_its_columns_it_is_mended(model: type[models.Model]) -> None:
    assert issubclass(model, Sourced)
    for rule in model._meta.constraints:
        assert isinstance(rule, Rule), rule.name
        assert model._meta.get_field(rule.at)


@pytest.mark.parametrize("model", RECORDS)
def test_columns_and_rules_are_django_s_own_in_migrations(model: type[models.Model]) -> None:
    for column in model._meta.local_fields:
        assert column.deconstruct()[1].startswith(("django.db.models.", "django.contrib.postgres.")), column
    for rule in model._meta.constraints:
        assert rule.deconstruct()[0].startswith(("django.db.models.", "django.contrib.postgres.")), rule.name


def test_rules_ask_for_no_query_and_judge_no_column_that_is_not_asked_about(db: None) -> None:
    condition = next(rule for rule in Project._meta.constraints if isinstance(rule, Check))
    project = Project(name="Puka", investment_amount=Decimal(5), investment_currency="")
    condition.validate(Project, project, exclude={"investment_currency"})
    with pytest.raises(Exception, match="Say in which currency") as refused:
        condition.validate(Project, project)
    assert set(refused.value.error_dict) == {"investment_currency"}  # type: ignore[attr-defined]
    once = next(rule for rule in Project._meta.constraints if isinstance(rule, OncePer))
    assert once.fields == ("country", "name")


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def opened(cast: Cast) -> Mine:
    """A mine with a record of every kind."""
    return open_mine(cast.monitor, cast.company)


def values_for(column: Any) -> st.SearchStrategy[Any]:
    """Values among which each comparison of the rules comes out in every way."""
    if isinstance(column, models.DateField):
        known: list[Any] = [*DAYS]
    elif isinstance(column, models.BooleanField):
        known = [False, True]
    elif isinstance(column, models.DecimalField):
        known = [Decimal(number) for number in (-1, 0, 1, 2, 100, 101)]
    elif isinstance(column, models.IntegerField):
        known = [0, 1, 2]
    elif isinstance(column, models.ForeignKey):
        known = list(column.related_model._default_manager.values_list("pk", flat=True)[:3])
    else:
        known = ["", *(value for value, _words in column.choices or [("PEN", "")])]
    return st.sampled_from([*known, None] if column.null else known)


@pytest.mark.parametrize("code", WITH_CHECKS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_python_and_postgresql_agree_about_what_breaks_a_rule(opened: Mine, code: str, data: st.DataObject) -> None:
    record: Any = opened.project if code == "projects" else opened.records[code]
    model = type(record)
    rules = [rule for rule in model._meta.constraints if isinstance(rule, Check)]
    names = sorted({name for rule in rules for name in rule.columns})
    columns = {name: model._meta.get_field(name) for name in names}
    drawn = {name: column for name, column in columns.items() if not isinstance(column, FirstDayColumn)}
    values = {name: data.draw(values_for(column), label=name) for name, column in drawn.items()}
    values |= {name: getattr(record, name) for name in columns.keys() - drawn.keys()}  # which PostgreSQL never changes
    broken = {rule.name for rule in rules if rule.broken_by(values)}
    try:
        with transaction.atomic():
            model._default_manager.filter(pk=record.pk).update(
                **{model._meta.get_field(name).attname: value for name, value in values.items()}
            )
            refused = None
            transaction.set_rollback(True)
    except IntegrityError as error:
        refused = error.__cause__.diag.constraint_name  # type: ignore[union-attr]
    assert (refused in broken) if broken else (refused is None), (values, broken, refused)
