"""The pages of an import, without JavaScript."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from projects.models import ImportBatch
from tests.projects.intake_help import civil_organisation, confirm, map_columns, person, upload, work

pytestmark = pytest.mark.django_db
HEADING = b"payer,payee,year,currency,amount paid,paid on\n"
BAD = HEADING + b"M,N,2025,PEN,5,31/11/2025\nM,N,2025,PEN,6,\nM,=N,2025,SOL,7,\n"


@pytest.fixture
def actor() -> User:
    """A monitor."""
    return person("ana@example.org", civil_organisation())


@pytest.fixture
def signed(client: Client, actor: User) -> Client:
    """Her browser."""
    client.force_login(actor)
    return client


def test_from_upload_to_undo_by_clicking_alone(signed: Client, actor: User) -> None:
    """Every page answers, says what is wrong in words, and leads to the next."""
    form = signed.get("/en/work/imports/new/")
    assert form.status_code == 200
    organisation = actor.organisation
    assert organisation
    answer = signed.post(
        "/en/work/imports/new/",
        {
            "target": "disbursements",
            "organisation": organisation.pk,
            "file": SimpleUploadedFile("p.csv", BAD),
        },
    )
    batch = ImportBatch.objects.get()
    page = f"/en/work/imports/{batch.pk}/"
    assert (answer.status_code, answer["Location"]) == (302, page)
    waiting = signed.get(page).content.decode()
    assert "Look again" in waiting
    assert "hx-get" in waiting
    assert "style=" not in waiting
    assert "hx-get" in signed.get(f"{page}progress/").content.decode()
    work()
    assert signed.get(f"{page}progress/")["HX-Refresh"] == "true"
    assert signed.get(page)["Location"] == f"{page}columns/"
    columns = signed.get(f"{page}columns/").content.decode()
    assert "payer" in columns
    posted = {"voice": "monitor", "decimal_mark": ""}
    assert signed.post(f"{page}columns/", posted).status_code == 400
    for code, name in [("payer", "payer"), ("payee", "payee"), ("year", "year"), ("currency", "currency"),
                       ("company_amount", "amount paid"), ("paid_on", "paid on")]:  # fmt: skip
        posted[f"{code}.column"] = name
    assert signed.post(f"{page}columns/", posted)["Location"] == page
    work()
    preview = signed.get(f"{page}?rows=errors").content.decode()
    assert "No such date. November has 30 days." in preview
    assert "Import 1 ready row" in preview
    first, _second, third = batch.rows.all()
    errors = signed.get(f"{page}errors.csv")
    assert b"'=N" in b"".join(errors.streaming_content)  # type: ignore[attr-defined]
    signed.post(f"{page}rows/", {f"cell-{first.pk}-paid_on": "30/11/2025", f"skip-{third.pk}": "1"})
    work()
    assert "Import 2 ready rows" in signed.get(page).content.decode()
    signed.post(f"{page}confirm/")
    work()
    assert "2 rows imported" in signed.get(page).content.decode()
    assert signed.get(f"{page}undo/").status_code == 200
    assert signed.post(f"{page}undo/", {"reason": ""}).status_code == 400
    signed.post(f"{page}undo/", {"reason": "wrong file"})
    work()
    assert "2 rows undone" in signed.get(page).content.decode()
    listed = signed.get("/en/work/imports/?q=p.csv&state=undone").content.decode()
    assert "p.csv" in listed


def test_the_same_file_again_leads_to_its_import_and_says_so(signed: Client, actor: User) -> None:
    """No second import is made."""
    batch = upload(actor, "p.csv", BAD)
    organisation = actor.organisation
    assert organisation
    fields = {
        "target": "disbursements",
        "organisation": organisation.pk,
        "file": SimpleUploadedFile("q.csv", BAD),
    }
    answer = signed.post("/en/work/imports/new/", fields, follow=True)
    assert answer.redirect_chain[0][0] == f"/en/work/imports/{batch.pk}/"
    assert "already here" in answer.content.decode()
    assert ImportBatch.objects.count() == 1


def test_200_megabytes_are_refused_before_they_are_read(signed: Client) -> None:
    """The announced length is enough; the body is never touched."""

    class Untouchable(BytesIO):
        def read(self, *_size: object) -> bytes:
            raise AssertionError("the body was read")

    environment: dict[str, Any] = {"wsgi.input": Untouchable(), "CONTENT_LENGTH": "200000000"}
    answer = signed.generic(
        "POST", "/en/work/imports/new/", b"", content_type="multipart/form-data; boundary=x", **environment
    )
    assert answer.status_code == 413
    assert "At most 10 MB" in answer.content.decode()


def test_an_upload_without_the_token_is_refused(actor: User) -> None:
    """The late look at the token is a look all the same."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(actor)
    assert strict.post("/en/work/imports/new/", {"target": "projects"}).status_code == 403


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.OPERATOR, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_monitors_import(client: Client, role: str) -> None:
    """Everybody else is told that they may not."""
    client.force_login(person("x@example.org", civil_organisation(), role))
    for name in ("", "new/"):
        assert client.get(f"/en/work/imports/{name}").status_code == 403


def test_the_import_of_another_organisation_does_not_exist_for_a_stranger(client: Client, actor: User) -> None:
    """Every page of it is 404, and nothing happens."""
    batch = map_columns(actor, upload(actor, "p.csv", BAD))
    client.force_login(person("eva@example.org", civil_organisation("Otra Mirada")))
    for name in ("", "columns/", "errors.csv", "undo/", "progress/"):
        assert client.get(f"/en/work/imports/{batch.pk}/{name}").status_code == 404
    for name in ("columns/", "rows/", "confirm/", "undo/", "drop/", "retry/"):
        assert client.post(f"/en/work/imports/{batch.pk}/{name}").status_code == 404
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.READY


def test_odd_rows_in_a_posted_preview_change_nothing(signed: Client, actor: User) -> None:
    """Names that mean nothing are left alone."""
    batch = map_columns(actor, upload(actor, "p.csv", BAD))
    row = batch.rows.earliest("number")
    odd = {"cell-x-payer": "1", f"cell-{row.pk}-nothing": "1", "skip-99999999999999999999": "1", f"cell-{row.pk}": "",
           "skip-²": "1"}  # fmt: skip
    assert signed.post(f"/en/work/imports/{batch.pk}/rows/", odd).status_code == 302
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.READY


def test_an_import_can_be_left_and_its_file_comes_again(signed: Client, actor: User) -> None:
    """Until it is confirmed."""
    batch = map_columns(actor, upload(actor, "p.csv", BAD))
    signed.post(f"/en/work/imports/{batch.pk}/drop/")
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.UNDONE
    again = upload(actor, "p.csv", BAD)
    assert again.pk != batch.pk
    done = confirm(actor, map_columns(actor, again))
    signed.post(f"/en/work/imports/{done.pk}/drop/")
    done.refresh_from_db()
    assert done.state == ImportBatch.State.IMPORTED


def test_what_the_file_holds_is_never_taken_for_markup(signed: Client, actor: User) -> None:
    """Headings and cells are text."""
    batch = upload(
        actor,
        "p.csv",
        b"<script>a</script>,payer,payee,year,currency,amount paid\n<b>x</b>,<i>,N,2025,SOL,5\n",
    )
    page = f"/en/work/imports/{batch.pk}/"
    assert b"<script>a" not in signed.get(f"{page}columns/").content
    map_columns(actor, batch)
    assert b"<i>" not in signed.get(page).content


def test_rows_pasted_from_a_spreadsheet_become_an_import(signed: Client, actor: User) -> None:
    """Cells come with tabs between them; the first row names the columns."""
    pasted = "proyecto\tdepartamento\tmineral\nNueva Esperanza\tPiura\tCobre\n"
    form = {"target": "projects", "organisation": actor.active_memberships[0].organisation_id, "pasted": pasted}
    answer = signed.post("/en/work/imports/new/", form)
    assert answer.status_code == 302
    work()
    names = [column["name"] for column in ImportBatch.objects.get().columns]
    assert names == ["proyecto", "departamento", "mineral"]


def test_neither_a_file_nor_pasted_rows_is_an_error_that_says_so(signed: Client, actor: User) -> None:
    """The message stands at the file."""
    form = {"target": "projects", "organisation": actor.active_memberships[0].organisation_id, "pasted": "  "}
    answer = signed.post("/en/work/imports/new/", form)
    assert answer.status_code == 400
    assert "paste rows below" in answer.content.decode()


def test_the_empty_table_has_headings_that_the_import_knows(signed: Client) -> None:
    """What is filled in there needs no mapping."""
    heading = signed.get("/en/work/imports/template/disbursements.csv").content.decode("utf-8-sig").strip()
    assert heading.split(",")[:2] == ["payer", "payee"]
    assert signed.get("/en/work/imports/template/nothing.csv").status_code == 404
