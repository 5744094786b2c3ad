"""Names that look the same or nearly: asked about once, remembered, and noted in imports by the same comparison."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Organisation
from communities.models import Community
from projects.intake.messages import sentence
from projects.intake.names import KnownNames, bare, nearly_same
from projects.models import Project
from tests.cast import Cast, gather_cast, mine, neighbour
from tests.projects.intake_help import codes, confirm, map_columns, upload

WORK = "/en/work"
SOURCE = {"source-voice": "monitor", "source-state": "reported"}


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


def browser(cast: Cast, who: str = "monitor") -> Client:
    """Somebody's browser, which speaks English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(cast[who])
    return client


@pytest.mark.parametrize(
    "name",
    ["MINERA QÓRI", "Minera Qori S.A.C.", "Minera Qori S. A.", "Minera Qori, Ltda", "Minera Qori Inc", "Minera-Qori"]
    + ["Minera Qori Corp.", "Minera Qori S.R.L.", "Minera Qori Sociedad Anónima Cerrada", "Minera Qori Ltd"]
    + ["Minera Kori", "Minera Qoori", "Minera Qor", "Minera Qroi", "Mineraqori", "Miner\u0430 Qori"],
)
def test_names_are_the_same_but_for_case_accents_kind_of_company_and_one_letter(name: str) -> None:
    assert nearly_same(bare("Minera Qori"), bare(name))
    assert KnownNames(["Zzz", "Minera Qori"]).nearest(name) == "Minera Qori"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Minera Qori", "Minera Qolle"),
        ("Lote 12", "Lote 13"),
        ("Lote 1", "Lote 12"),
        ("MMG", "MMX"),
        ("S.A.", "S.A.C."),
        ("Minera Qori", "Qori Minera"),
    ],
)
def test_other_names_are_other_names(one: str, other: str) -> None:
    assert not nearly_same(bare(one), bare(other))


def test_a_chinese_company_is_known_without_what_says_that_it_is_one() -> None:
    assert bare("五矿资源有限公司") == bare("五矿资源股份有限公司") == bare("五矿资源")
    assert bare("有限公司") == "有限公司"


def asked(answer: Any) -> str:
    """What a form asks about a name; empty where it asks nothing."""
    form = answer.context["form"]
    shown = form["confirm_other"].field.widget.input_type == "checkbox"
    return " ".join(form.errors.get("confirm_other", [])) if shown else ""


def test_an_organisation_of_nearly_a_known_name_is_asked_about_once_and_the_answer_is_remembered(cast: Cast) -> None:
    known = Organisation.objects.create(name="Minera Qori S.A.", kind="company", country="PE")
    client, given = browser(cast), {"name": "Minera Kori", "kind": "company", "country": "PE"}
    page = client.get(f"{WORK}/lists/organisations/add/").content.decode()
    assert "It is another one" not in page
    answer = client.post(f"{WORK}/lists/organisations/add/", given)
    assert "“Minera Qori S.A.” is known already: is it the same?" in asked(answer)
    assert f"/lists/organisations/row/{known.pk}/" in answer.content.decode()
    assert "It is another one" in answer.content.decode()
    assert not Organisation.objects.filter(name="Minera Kori").exists()
    assert client.post(f"{WORK}/lists/organisations/add/", given | {"confirm_other": "on"}).status_code == 302
    new = Organisation.objects.get(name="Minera Kori")
    assert new.told_apart == [known.pk]
    administrator = browser(cast, "administrator")
    for row, name in ((new, "Minera Qori"), (known, "Minera Qory")):
        amended = {"name": name, "kind": "company", "reason": "As in the register"}
        answer = administrator.post(f"{WORK}/lists/organisations/row/{row.pk}/amend/", amended)
        assert answer.status_code == 302


def test_a_name_like_no_other_is_taken_unasked_and_another_change_asks_nothing(cast: Cast) -> None:
    near = [Organisation.objects.create(name=name, kind="company") for name in ("Minera Qori", "Minera Kori")]
    given = {"name": "Fondo Social", "kind": "other"}
    assert browser(cast).post(f"{WORK}/lists/organisations/add/", given).status_code == 302
    assert Organisation.objects.get(name="Fondo Social").told_apart == []
    given = {"name": "Minera Qori", "kind": "company", "country": "PE", "reason": "Its country"}
    answer = browser(cast, "administrator").post(f"{WORK}/lists/organisations/row/{near[0].pk}/amend/", given)
    assert answer.status_code == 302


def test_where_a_rule_says_that_it_is_listed_nothing_else_is_asked(cast: Cast) -> None:
    Organisation.objects.create(name="Minera Qori", kind="company")
    given = {"name": "Minera Qori", "kind": "company"}
    answer = browser(cast).post(f"{WORK}/lists/organisations/add/", given)
    assert b"already listed" in answer.content
    assert asked(answer) == ""
    answer = browser(cast).post(f"{WORK}/lists/organisations/add/", given | {"kind": "agency"})
    assert "is it the same?" in asked(answer)


def test_a_mine_is_asked_about_among_those_that_the_person_sees(cast: Cast) -> None:
    mine(cast.monitor, "Puka Willka")
    given = {"name": "Puka Wilka", "country": "PE", **SOURCE}
    answer = browser(cast).post(f"{WORK}/projects/add/", given)
    assert "“Puka Willka” is known already" in asked(answer)
    assert b"/work/projects/puka-willka/" in answer.content
    assert browser(cast, "stranger").post(f"{WORK}/projects/add/", given).status_code == 302
    assert (
        browser(cast).post(f"{WORK}/projects/add/", given | {"country": "CL", "confirm_other": "on"}).status_code == 302
    )
    assert Project.objects.filter(name="Puka Wilka").count() == 2


def test_a_community_is_asked_about_on_its_page_and_in_the_api(cast: Cast) -> None:
    known = neighbour(cast.monitor, "Ayllu Sumaq")
    given = {"name": "Ayllu Súmac", "kind": "campesina", "district": "030501", **SOURCE}
    answer = browser(cast).post(f"{WORK}/communities/add/", given)
    assert "“Ayllu Sumaq” is known already" in asked(answer)
    assert f"/communities/{known.pk}/" in answer.content.decode()
    body: dict[str, Any] = {"name": "Ayllu Sumac", "kind": "campesina", "district": "030501"}
    body["source"] = {"voice": "monitor", "reference": "Report 7"}
    client, headers = browser(cast), {"Idempotency-Key": "k1"}
    address = "/api/v1/records/communities/"
    answer = client.post(address, body, content_type="application/json", headers=headers)
    assert (answer.status_code, list(answer.json())) == (400, ["confirm_other"])
    body["confirm_other"] = True
    answer = client.post(address, body, content_type="application/json", headers=headers)
    assert answer.status_code == 201
    assert Community.objects.get(name="Ayllu Sumac").told_apart == [known.pk]


def test_an_import_notes_new_mines_and_communities_of_nearly_a_known_name(cast: Cast) -> None:
    mine(cast.monitor, "Puka Willka")
    neighbour(cast.monitor, "Ayllu Sumaq")
    mines = upload(cast.monitor, "p.csv", b"proyecto\nPuka Wilka\nYana\n", "projects")
    people = b"nombre,tipo,distrito\nAyllu Sumac,Comunidad campesina,030501\nAyllu Yana,Comunidad campesina,030501\n"
    communities = upload(cast.monitor, "c.csv", people, "communities")
    for batch, nearest in ((mines, "Puka Willka"), (communities, "Ayllu Sumaq")):
        first, second = map_columns(cast.monitor, batch).rows.all()
        assert (codes(first), second.errors) == ({}, [])
        with translation.override("en"):
            assert f"Did you mean “{nearest}”?" in sentence(first.errors[0])
    confirm(cast.monitor, mines)
    assert Project.objects.filter(name="Puka Wilka").exists()
