"""One row of a list: chosen where the list is short, typed by its name where it is long."""

from __future__ import annotations

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from accounts.fields import LONGEST_LIST, MOST_SUGGESTED, NamedRowField
from accounts.models import Organisation

pytestmark = pytest.mark.django_db
KIND = Organisation.Kind


class PayerForm(forms.Form):
    """Who pays."""

    payer = NamedRowField(Organisation.objects.all())


def add(number: int) -> list[Organisation]:
    """So many companies."""
    return Organisation.objects.bulk_create(
        Organisation(name=f"Company {index:04}", kind=KIND.COMPANY) for index in range(number)
    )


def answer(text: str) -> tuple[Organisation | None, ValidationError | None]:
    """What was understood, or why nothing was."""
    form = PayerForm({"payer": text})
    form.is_valid()
    errors = form.errors.as_data().get("payer")
    return form.cleaned_data.get("payer"), errors[0] if errors else None


def test_a_short_list_is_chosen_from_and_a_long_one_typed_into() -> None:
    add(LONGEST_LIST)
    assert "<select" in str(PayerForm()["payer"])
    add_one_more = Organisation.objects.create(name="One more", kind=KIND.COMPANY)
    box = str(PayerForm(initial={"payer": add_one_more.pk})["payer"])
    assert "<select" not in box
    assert 'value="One more"' in box
    assert box.count("<option") == LONGEST_LIST + 1


def test_the_page_does_not_grow_with_the_list() -> None:
    add(MOST_SUGGESTED + 200)
    assert str(PayerForm()["payer"]).count("<option") == MOST_SUGGESTED


def test_capitals_and_accents_do_not_matter() -> None:
    fund = Organisation.objects.create(name="Fondo Ñawi", kind=KIND.OTHER)
    assert answer(" fondo NAWI ")[0] == fund
    assert answer(str(fund.pk))[0] == fund


def test_a_misspelt_name_is_answered_with_what_could_be_meant() -> None:
    Organisation.objects.create(name="Minera Puka Orqo", kind=KIND.COMPANY)
    found, wrong = answer("Minera Puca Orco")
    assert found is None
    assert wrong is not None
    assert wrong.code == "similar_names"
    assert "Minera Puka Orqo" in wrong.messages[0]


def test_the_beginning_of_one_name_is_enough_and_of_two_a_question() -> None:
    one = Organisation.objects.create(name="Ñawi Pampa", kind=KIND.COMPANY)
    Organisation.objects.create(name="Puka Sami", kind=KIND.COMPANY)
    assert answer("nawi p")[0] == one
    assert answer("ña")[0] is None
    Organisation.objects.create(name="Nawi Pata", kind=KIND.AGENCY)
    wrong = answer("nawi p")[1]
    assert wrong is not None
    assert wrong.code == "similar_names"


def test_what_could_be_meant_is_chosen_beside_the_box() -> None:
    add(LONGEST_LIST)
    meant = Organisation.objects.create(name="Minera Puka Orqo", kind=KIND.COMPANY)
    form = PayerForm(QueryDict("payer=Minera+Puca+Orco"))
    assert not form.is_valid()
    assert f'<option value="{meant.pk}">Minera Puka Orqo, Company</option>' in str(form["payer"])
    chosen = PayerForm(QueryDict(f"payer=Minera+Puca+Orco&payer={meant.pk}"))
    assert chosen.is_valid()
    assert chosen.cleaned_data["payer"] == meant
    typed = PayerForm(QueryDict("payer=Minera+Puka+Orqo&payer="))
    assert typed.is_valid()


def test_a_name_like_no_other_is_not_guessed() -> None:
    Organisation.objects.create(name="Minera Puka Orqo", kind=KIND.COMPANY)
    wrong = answer("Zzz")[1]
    assert wrong is not None
    assert wrong.code == "unknown_name"


def test_one_name_of_two_bodies_is_settled_by_the_number() -> None:
    company = Organisation.objects.create(name="Sami", kind=KIND.COMPANY)
    agency = Organisation.objects.create(name="Sami", kind=KIND.AGENCY)
    found, wrong = answer("sami")
    assert found is None
    assert wrong is not None
    assert wrong.code == "several_of_the_name"
    assert f"{company.pk} (Sami, Company)" in wrong.messages[0]
    assert answer(str(agency.pk))[0] == agency


def test_a_row_that_may_not_be_chosen_is_not_found_by_its_name() -> None:
    Organisation.objects.create(name="Ajena", kind=KIND.COMPANY)
    form = PayerForm({"payer": "Ajena"})
    form.fields["payer"].queryset = Organisation.objects.exclude(name="Ajena")  # type: ignore[attr-defined]
    assert not form.is_valid()
