"""Names come in by forms, by the API, by imports and with files: the same rules everywhere, and nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from accounts.models import Organisation, User
from communities.models import Agreement, Community
from projects.intake.messages import sentence
from projects.models import Disclosure, Evidence, Mineral, Project
from tests.cast import PDF, Cast, Mine, evidence, gather_cast, open_mine
from tests.projects.intake_help import codes, confirm, map_columns, upload

pytestmark = pytest.mark.django_db
INVISIBLE = "\u200b\u200b"
MIXED = "Min\u0435ra"
WORK = "/en/work"
SOURCE = {"source-voice": "monitor", "source-state": "reported"}


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def own(cast: Cast) -> Mine:
    """A mine that the monitor follows, with a record of every kind."""
    return open_mine(cast.monitor, cast.company)


def browser(cast: Cast, who: str = "monitor") -> Client:
    """Somebody's browser, which speaks English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(cast[who])
    return client


def new_community(**more: str) -> dict[str, str]:
    """What the form of a community asks."""
    return {"name": "Ayllu Sumaq", "kind": "campesina", "district": "030501", **SOURCE, **more}


@pytest.mark.parametrize(
    "model",
    [(Organisation, "name"), (Project, "name"), (Community, "name"), (Agreement, "title"), (Disclosure, "title")]
    + [(Mineral, "name_en"), (Mineral, "name_es"), (User, "full_name"), (Evidence, "name")],
    ids=lambda given: f"{given[0].__name__}.{given[1]}",
)
def test_every_name_is_judged_and_cleaned_by_its_column(model: tuple[Any, str]) -> None:
    column = model[0]._meta.get_field(model[1])
    with pytest.raises(ValidationError):
        column.clean(MIXED, None)
    assert column.clean(" Mina\u00a0\u00ad 1 ", None) == "Mina 1"


def test_a_name_of_nothing_but_invisible_letters_is_refused_at_its_box_and_what_else_was_typed_stays(
    cast: Cast,
) -> None:
    client = browser(cast)
    answer = client.post(f"{WORK}/lists/organisations/add/", {"name": INVISIBLE, "kind": "other", "country": "PE"})
    page = answer.content.decode()
    assert answer.context["form"].errors["name"] == ["There is nothing here but invisible letters. Type the name."]
    assert 'value="PE"' in page
    assert not Organisation.objects.filter(country="PE", kind="other").exists()
    answer = client.post(f"{WORK}/projects/add/", {"name": MIXED, "country": "PE", **SOURCE})
    assert "its letter 4 is Cyrillic" in answer.context["form"].errors["name"][0]
    assert MIXED in answer.content.decode()
    assert not Project.objects.exists()


def test_a_name_is_kept_without_what_nobody_sees(cast: Cast) -> None:
    client = browser(cast)
    client.post(f"{WORK}/lists/organisations/add/", {"name": "Fondo\u00a0 Ña\u00adwi", "kind": "other"})
    assert Organisation.objects.filter(name="Fondo Ñawi").exists()


def test_people_are_called_by_what_can_be_read(cast: Cast) -> None:
    client = browser(cast, "administrator")
    given = {"full_name": "Ana \u202eaicraG", "email": "ana@example.org", "language": "es"}
    answer = client.post(f"{WORK}/people/add/", given)
    assert "Letter 5 is a direction mark (U+202E)" in answer.context["form"].errors["full_name"][0]
    assert not User.objects.filter(email="ana@example.org").exists()
    with pytest.raises(CommandError, match="invisible"):
        call_command("add_administrator", "eva@example.org", "Eva", INVISIBLE)
    assert not Organisation.objects.filter(name__in=[INVISIBLE, ""]).exists()


def test_the_api_refuses_the_same_names(cast: Cast, own: Mine) -> None:
    body = {
        "name": MIXED,
        "kind": "campesina",
        "district": "030501",
        "source": {"voice": "monitor", "reference": "Report 7"},
    }
    client, headers = browser(cast), {"Idempotency-Key": "k1"}
    address = "/api/v1/records/communities/"
    answer = client.post(address, body, content_type="application/json", headers=headers)
    assert answer.status_code == 400
    assert "its letter 4 is Cyrillic" in str(answer.json()["name"])
    answer = client.post(address, body | {"name": "Min\u00adera"}, content_type="application/json", headers=headers)
    assert answer.json()["name"] == "Minera"


def test_a_row_of_a_file_with_such_a_name_is_refused_at_its_cell_and_taken_once_corrected(cast: Cast) -> None:
    data = f"proyecto,operador\nPuka,{MIXED}\n{INVISIBLE},Kusi\nYana,Qo\u00adri\n".encode()
    batch = map_columns(cast.monitor, upload(cast.monitor, "p.csv", data, "projects"))
    first, second, third = batch.rows.all()
    assert (codes(first), codes(second), codes(third)) == ({"operator": "broken_rule"}, {"name": "broken_rule"}, {})
    with translation.override("en"):
        assert "nothing here but invisible letters" in sentence(second.errors[0])
        assert "its letter 4 is Cyrillic" in sentence(first.errors[0])
    confirm(cast.monitor, batch)
    assert list(Project.objects.values_list("name", "operator__name")) == [("Yana", "Qori")]


def test_a_row_of_a_kind_of_record_with_such_a_name_is_refused_at_its_cell(cast: Cast, own: Mine) -> None:
    data = f"proyecto,título,firmado el\nPuka Sami,Acta {MIXED},15/01/2021\nPuka Sami,Acta 2,15/01/2021\n".encode()
    batch = map_columns(cast.monitor, upload(cast.monitor, "a.csv", data, "agreements"))
    assert [codes(row) for row in batch.rows.all()] == [{"title": "broken_rule"}, {}]


def test_a_file_of_such_a_name_is_refused(cast: Cast) -> None:
    with pytest.raises(ValidationError, match="mixes Latin and Cyrillic"):
        evidence(cast.monitor, "recib\u043e.pdf", PDF)
    with pytest.raises(ValidationError, match="mixes Latin and Cyrillic"):
        upload(cast.monitor, "rows\u043e.csv", b"proyecto\nPuka\n", "projects")
    assert evidence(cast.monitor, "rec\u00adibo  1.pdf", PDF).name == "recibo 1.pdf"


def test_what_was_called_so_before_stays_until_its_name_is_amended(cast: Cast) -> None:
    old = Organisation.objects.create(name=f"{MIXED} Qori", kind="company")
    administrator = browser(cast, "administrator")
    page = f"{WORK}/lists/organisations/row/{old.pk}/"
    assert administrator.get(page).status_code == 200
    given = {"name": old.name, "kind": "company", "country": "PE", "reason": "Its country"}
    assert "name" in administrator.post(f"{page}amend/", given).context["form"].errors
    assert administrator.post(f"{page}amend/", given | {"name": "Minera Qori"}).status_code == 302
    old.refresh_from_db()
    assert (old.name, old.country) == ("Minera Qori", "PE")
