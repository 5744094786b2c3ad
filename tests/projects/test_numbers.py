"""Numbers as people type them: a point or a comma, the sum that was meant or a question, never another sum."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django import forms
from django.core.exceptions import ValidationError

from communities.forms import DisbursementForm, StatementForm
from projects.fields import AmountField, CountField
from projects.forms import ProjectForm
from projects.kinds import KINDS_OF_RECORD

FORMS = (DisbursementForm, ProjectForm, StatementForm, *(kind.form for kind in KINDS_OF_RECORD.values()))


def amount() -> AmountField:
    """A sum with cents."""
    return AmountField(max_digits=18, decimal_places=2, min_value=0, required=False)


def share() -> AmountField:
    """A percentage with four decimals."""
    return AmountField(max_digits=7, decimal_places=4, required=False)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1250.50", "1250.50"),
        ("1,250.50", "1250.50"),
        ("1.250,50", "1250.50"),
        ("1250,50", "1250.50"),
        ("S/ 1,250.50", "1250.50"),
        ("S/. 1250", "1250"),
        ("3,5", "3.5"),
        ("0", "0"),
        ("1 250 000,5", "1250000.5"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("12500", "12500"),
        (" 7 ", "7"),
        ("12,5 %", "12.5"),
        ("9999999999999999.99", "9999999999999999.99"),
    ],
)
def test_an_amount_is_what_was_typed_with_a_point_or_a_comma(typed: str, meant: str) -> None:
    assert amount().clean(typed) == Decimal(meant)


@pytest.mark.parametrize(
    ("typed", "whole", "part"),
    [
        ("12.500", "12500", "12.50"),
        ("1,234", "1234", "1.23"),
        ("S/ 1.000", "1000", "1.00"),
        ("999,999", "999999", "999.99"),
    ],
)
def test_an_amount_that_could_be_two_is_asked_about(typed: str, whole: str, part: str) -> None:
    with pytest.raises(ValidationError) as refused:
        amount().clean(typed)
    assert refused.value.messages == [f"“{typed}” can be read in two ways. Write {whole} or {part}."]


@pytest.mark.parametrize(
    "typed", ["abc", "1e9", "NaN", "Infinity", "1.25.5", "US$ 5", "1,2,3", "-", "５", "0.125", "-1"]
)
def test_what_is_no_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        amount().clean(typed)


@pytest.mark.parametrize("typed", ["", " "])
def test_nothing_typed_is_nothing_known(typed: str) -> None:
    assert amount().clean(typed) is None


@pytest.mark.parametrize(("typed", "meant"), [("33.333", "33.333"), ("33,333", "33.333"), ("12,5%", "12.5")])
def test_a_share_with_three_decimals_is_no_number_of_thousands(typed: str, meant: str) -> None:
    assert share().clean(typed) == Decimal(meant)


@pytest.mark.parametrize(
    ("typed", "meant"), [("1.000", 1000), ("1,250", 1250), ("1.234.567", 1234567), ("2025", 2025), ("5.0", 5), ("0", 0)]
)
def test_a_whole_number_has_no_decimals_to_be_taken_for(typed: str, meant: int) -> None:
    assert CountField().clean(typed) == meant


@pytest.mark.parametrize("typed", ["12.5", "1,23", "1.234,567", "abc", "1e3"])
def test_a_part_of_a_person_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        CountField().clean(typed)


@pytest.mark.parametrize("form", FORMS)
def test_no_number_is_typed_into_a_box_that_changes_it(form: type[forms.Form | forms.ModelForm[Any]]) -> None:
    for name, field in form.base_fields.items():
        assert not isinstance(field.widget, forms.NumberInput), name
        if isinstance(field, forms.DecimalField):
            assert field.widget.attrs["inputmode"] == "decimal"
            assert field.widget.attrs["autocomplete"] == "off"
