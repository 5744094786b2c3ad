"""The pages of an import, without JavaScript."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation

from accounts.models import Job, Organisation, Proposal, User
from accounts.roles import Role
from accounts.services.proposals import confirm as confirm_proposal
from communities.models import Disbursement
from projects.intake.mapping import propose
from projects.intake.parsing import Options
from projects.intake.targets import TARGETS
from projects.models import ImportBatch, ImportRow, MonitoringStation
from projects.services import intake
from projects.views.intake import seconds_between_looks
from tests.cast import enter, mine, second_person
from tests.projects.intake_help import civil_organisation, confirm, map_columns, organisation_of, person, upload, work

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


@pytest.mark.parametrize(
    ("waited", "pause"), [(0, 1), (9, 1), (10, 2), (59, 2), (60, 5), (299, 5), (300, 15), (9000, 15)]
)
def test_a_page_looks_for_progress_less_often_the_longer_it_takes(waited: int, pause: int) -> None:
    job = Job(requested_at=timezone.now() - timedelta(seconds=waited, milliseconds=1))
    assert seconds_between_looks(job) == pause


def test_from_upload_to_undo_by_clicking_alone(signed: Client, actor: User) -> None:
    """Every page answers, says what is wrong in words, and leads to the next."""
    form = signed.get("/en/work/imports/new/")
    assert form.status_code == 200
    organisation = organisation_of(actor)
    answer = signed.post(
        "/en/work/imports/new/",
        {"target": "disbursements", "organisation": organisation.pk, "file": SimpleUploadedFile("p.csv", BAD)},
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
    for code, name in [
        ("payer", "payer"),
        ("payee", "payee"),
        ("year", "year"),
        ("currency", "currency"),
        ("company_amount", "amount paid"),
        ("paid_on", "paid on"),
    ]:
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
    assert "stays visible as withdrawn" in signed.get(f"{page}undo/").content.decode()
    assert signed.post(f"{page}undo/", {"reason": ""}).status_code == 400
    signed.post(f"{page}undo/", {"reason": "wrong file"})
    confirm_proposal(actor=second_person(), proposal=Proposal.objects.get())
    work()
    assert "2 rows undone" in signed.get(page).content.decode()
    listed = signed.get("/en/work/imports/?q=p.csv&state=undone").content.decode()
    assert "p.csv" in listed


def test_what_is_typed_into_the_preview_is_saved_before_anything_is_imported(signed: Client, actor: User) -> None:
    batch = map_columns(actor, upload(actor, "p.csv", BAD))
    page = f"/en/work/imports/{batch.pk}/"
    shown = signed.get(page).content.decode()
    assert f'form="rows" formaction="{page}confirm/"' in shown
    assert shown.index("Save corrections") < shown.index("Import 1 ready row")  # Enter in a cell saves
    first, _second, third = batch.rows.all()
    typed = {f"cell-{first.pk}-paid_on": "30/11/2025", f"skip-{third.pk}": "1"}
    answer = signed.post(f"{page}confirm/", typed, follow=True)
    assert "Nothing is imported yet" in answer.content.decode()
    assert not Disbursement.objects.exists()
    work()
    signed.post(f"{page}confirm/", {f"cell-{first.pk}-paid_on": "30/11/2025"})
    work()
    assert Disbursement.objects.count() == 2


@pytest.mark.parametrize("verb", ["rows", "confirm", "drop", "retry"])
def test_whoever_signs_in_again_is_led_back_to_the_import(signed: Client, actor: User, verb: str) -> None:
    batch = map_columns(actor, upload(actor, "p.csv", BAD))
    page = f"/en/work/imports/{batch.pk}/"
    assert signed.get(f"{page}{verb}/")["Location"] == page
    assert f'data-draft-at="{page}"' in signed.get(page).content.decode()


@pytest.mark.parametrize(("choice", "imported"), [("skip", 0), ("another", 3)])
def test_all_rows_that_are_recorded_already_are_settled_at_once(
    signed: Client, actor: User, choice: str, imported: int
) -> None:
    lines = HEADING + b"".join(b"M,N,2025,PEN,%d,01/02/2025\n" % amount for amount in (5, 6, 7))
    confirm(actor, map_columns(actor, upload(actor, "first.csv", lines)))
    batch = map_columns(actor, upload(actor, "again.csv", lines + b"\n"))
    page = f"/en/work/imports/{batch.pk}/"
    assert "Skip all 3 rows that are recorded already" in signed.get(page).content.decode()
    signed.post(f"{page}rows/", {"recorded": choice})
    work()
    batch.refresh_from_db()
    assert intake.counts(batch)["ready"] == imported
    assert intake.counts(batch)["skipped"] == 3 - imported
    assert "Skip all 3 rows" not in signed.get(page).content.decode()


@pytest.mark.parametrize(
    ("target", "row", "changeable"),
    [
        (
            "monitoring-results",
            {"taken on": "05/02/2025", "parameter": "copper", "value": "250", "unit": "mg/L"},
            {"project", "station", "taken_on", "parameter", "value", "unit", "as_in_report"},
        ),
        (
            "committee-findings",
            {
                "committee": "C",
                "place": "P",
                "found on": "05/02/2025",
                "what it found": "F",
                "who closed it": "committee",
            },
            {"closed_by", "closed_on", "closed_how", "closed_document"},
        ),
    ],
)
def test_all_that_a_rule_compares_can_be_corrected_on_the_page(
    signed: Client, actor: User, target: str, row: dict[str, str], changeable: set[str]
) -> None:
    """The unit of a result that is asked about, and what lacks of a close, columns that the file does not have included."""
    alpa = mine(actor, "Alpa")
    enter(actor, MonitoringStation(project=alpa, name="R-1", medium="receiving", category="1-A2"))
    row = {"project": "Alpa", **({"station": "R-1"} if target == "monitoring-results" else {}), **row}
    text = "\n".join((",".join(row), ",".join(row.values()))).encode()
    batch = map_columns(actor, upload(actor, "rows.csv", text, target))
    shown = signed.get(f"/en/work/imports/{batch.pk}/").content.decode()
    assert set(re.findall(r'name="cell-\d+-(\w+)"', shown)) == changeable


def test_a_payee_called_like_a_community_is_not_added_as_an_agency_unasked(signed: Client, actor: User) -> None:
    lines = b"M,Comunidad Campesina Huancuire,2025,PEN,5,01/02/2025\nM,C.C. Choaquere,2025,PEN,5,01/02/2025\n"
    batch = map_columns(actor, upload(actor, "p.csv", HEADING + lines + b"M,Municipalidad,2025,PEN,5,01/02/2025\n"))
    shown = signed.get(f"/en/work/imports/{batch.pk}/").content.decode()
    assert shown.count("looks like a community") == 2
    assert "“Municipalidad” is not known yet and will be added as an organisation of another kind." in shown
    first = batch.rows.get(number=2)
    signed.post(f"/en/work/imports/{batch.pk}/rows/", {f"right-{first.pk}-looks_like_a_community": "1"})
    work()
    assert batch.rows.get(number=2).state == ImportRow.State.READY


def test_a_file_of_another_kind_is_asked_about_on_the_page_of_the_columns(signed: Client, actor: User) -> None:
    mines = b"Project name,Operator,Country,Minerals\nPuka Sami,M,PE,copper\n"
    batch = upload(actor, "mines.csv", mines)
    shown = signed.get(f"/en/work/imports/{batch.pk}/columns/").content.decode()
    assert "More of these headings belong to “Mining projects” than to “Payments”." in shown
    assert "Some columns were not found by their names." in shown
    batch = upload(actor, "else.csv", b"Alfa,Beta\n1,2\n")
    shown = signed.get(f"/en/work/imports/{batch.pk}/columns/").content.decode()
    assert "None of these headings is known for “Payments”." in shown


def test_a_heading_below_a_title_is_named(signed: Client, actor: User) -> None:
    batch = upload(actor, "p.csv", b"Payments of 2025\n" + BAD)
    shown = signed.get(f"/en/work/imports/{batch.pk}/columns/").content.decode()
    assert "The names of the columns stand in row 2." in shown
    assert "refuse what is unclear" in shown


def test_a_file_is_not_of_tomorrow(signed: Client, actor: User) -> None:
    batch = upload(actor, "p.csv", BAD)
    answer = signed.post(f"/en/work/imports/{batch.pk}/columns/", {"voice": "monitor", "stated_on": "31/12/2099"})
    assert [error.code for error in answer.context["form"].errors["stated_on"].as_data()] == ["in_the_future"]


def test_the_same_file_again_leads_to_its_import_and_says_so(signed: Client, actor: User) -> None:
    """No second import is made."""
    batch = upload(actor, "p.csv", BAD)
    organisation = organisation_of(actor)
    fields = {"target": "disbursements", "organisation": organisation.pk, "file": SimpleUploadedFile("q.csv", BAD)}
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
    assert "At most 40 MB" in answer.content.decode()


def test_too_much_that_is_pasted_is_answered_in_the_form(signed: Client) -> None:
    answer = signed.post("/en/work/imports/new/", {"target": "disbursements", "pasted": "x" * 2_600_000})
    assert answer.status_code == 413
    assert "This is too much to paste." in answer.content.decode()
    assert 'href="#id_pasted"' in answer.content.decode()


def test_an_upload_without_the_token_is_refused(actor: User) -> None:
    """The late look at the token is a look all the same."""
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(actor)
    assert strict.post("/en/work/imports/new/", {"target": "projects"}).status_code == 403


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.OPERATOR, Role.ADMINISTRATOR, Role.AUDITOR])
def test_only_monitors_import(client: Client, role: str) -> None:
    """Everybody else is told that they may not."""
    client.force_login(person("x@example.org", civil_organisation(), role))
    assert client.get("/en/work/imports/new/").status_code == 403


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
    odd = {
        "cell-x-payer": "1",
        f"cell-{row.pk}-nothing": "1",
        "skip-99999999999999999999": "1",
        f"cell-{row.pk}": "",
        "skip-²": "1",
    }
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
        actor, "p.csv", b"<script>a</script>,payer,payee,year,currency,amount paid\n<b>x</b>,<i>,N,2025,SOL,5\n"
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


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("target", sorted(TARGETS))
def test_the_empty_table_has_the_fields_own_labels_and_the_import_knows_each(
    signed: Client, language: str, target: str
) -> None:
    """What is filled in there, in either language, needs no mapping."""
    text = signed.get(f"/{language}/work/imports/template/{target}.csv").content.decode("utf-8-sig")
    headings = next(csv.reader([text.strip()]))
    with translation.override(language):
        assert headings == [str(field.label).capitalize() for field in TARGETS[target].fields]
    mapping, _defaults = propose(TARGETS[target], headings)
    assert {code: chosen["column"] for code, chosen in mapping.items()} == {
        field.code: heading for field, heading in zip(TARGETS[target].fields, headings, strict=True)
    }
    assert not any(chosen["second"] for chosen in mapping.values())


def test_there_is_no_empty_table_of_an_unknown_kind(signed: Client) -> None:
    """Only of what can be imported."""
    assert signed.get("/en/work/imports/template/nothing.csv").status_code == 404


def test_who_says_it_is_asked_and_never_presumed(signed: Client, actor: User) -> None:
    """Nothing is chosen before the person chooses, and without a choice nothing is checked."""
    batch = upload(actor, "p.csv", BAD)
    page = f"/en/work/imports/{batch.pk}/columns/"
    assert '<option value="" selected>' in re.sub(r".*id_voice", "", signed.get(page).content.decode(), flags=re.DOTALL)
    mapping, _defaults, _remembered = intake.proposal(batch)
    posted = {f"{code}.column": chosen["column"] for code, chosen in mapping.items()}
    answer = signed.post(page, posted)
    assert answer.status_code == 400
    assert "voice" in answer.context["form"].errors
    assert signed.post(page, {**posted, "voice": "company"}).status_code == 302
    work()
    later = upload(actor, "q.csv", BAD + b"M,N,2025,PEN,8,\n")
    assert intake.proposal(later)[1]["source"]["voice"] == "company"


def posted_cell(row: ImportRow, code: str, seen: str, text: str) -> dict[str, str]:
    """What a page posts about one input."""
    return {f"seen-{row.pk}-{code}": seen, f"cell-{row.pk}-{code}": text}


def test_an_old_tab_does_not_overwrite_a_correction_that_it_has_not_seen(signed: Client, actor: User) -> None:
    """What it typed stays in the page, beside what was saved meanwhile; saving again is a decision."""
    batch = map_columns(actor, upload(actor, "p.csv", BAD))
    row = batch.rows.get(number=4)
    address = f"/en/work/imports/{batch.pk}/rows/"
    signed.post(address, posted_cell(row, "company_amount", "7", "12.50"))
    work()
    answer = signed.post(address, posted_cell(row, "company_amount", "7", "999"))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Look at these rows, and save again: 4." in page
    assert "Meanwhile somebody saved “12.50”." in page
    assert 'value="999"' in page
    row.refresh_from_db()
    assert row.corrections == {"company_amount": "12.50"}
    signed.post(address, posted_cell(row, "company_amount", "12.50", "999"))
    row.refresh_from_db()
    assert row.corrections == {"company_amount": "999"}


def test_what_was_typed_while_the_rows_are_being_checked_stays_and_can_be_saved_again(
    signed: Client, actor: User
) -> None:
    batch = map_columns(actor, upload(actor, "p.csv", BAD))
    row = batch.rows.get(number=4)
    address = f"/en/work/imports/{batch.pk}/rows/"
    signed.post(address, posted_cell(row, "currency", "SOL", "PEN"))
    answer = signed.post(address, posted_cell(row, "company_amount", "7", "999"))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "The rows are being checked just now." in page
    assert 'value="999"' in page
    work()
    assert signed.post(address, posted_cell(row, "company_amount", "7", "999")).status_code == 302
    row.refresh_from_db()
    assert row.corrections == {"currency": "PEN", "company_amount": "999"}


def test_a_cell_that_an_old_tab_did_not_touch_keeps_the_correction(signed: Client, actor: User) -> None:
    """The tab posts all its inputs; only what was typed there counts."""
    batch = map_columns(actor, upload(actor, "p.csv", BAD))
    row = batch.rows.get(number=4)
    address = f"/en/work/imports/{batch.pk}/rows/"
    signed.post(address, posted_cell(row, "currency", "SOL", "PEN"))
    work()
    untouched = posted_cell(row, "currency", "SOL", "SOL")
    signed.post(address, {**untouched, **posted_cell(row, "payee", "=N", "N")})
    row.refresh_from_db()
    assert row.corrections == {"currency": "PEN", "payee": "N"}


def test_saving_leads_back_to_the_same_page_and_the_same_rows(signed: Client, actor: User) -> None:
    """Page and filter are kept."""
    batch = map_columns(actor, upload(actor, "p.csv", BAD))
    answer = signed.post(f"/en/work/imports/{batch.pk}/rows/", {"rows": "errors", "page": "2"})
    assert answer["Location"] == f"/en/work/imports/{batch.pk}/?rows=errors&page=2"


def test_nothing_is_offered_to_be_saved_where_nothing_can_be_corrected(signed: Client, actor: User) -> None:
    """The button stands where an input or a box stands."""
    Organisation.objects.create(name="M", kind="company")
    Organisation.objects.create(name="N", kind="agency")
    batch = map_columns(actor, upload(actor, "p.csv", HEADING + b"M,N,2025,PEN,5,09/03/2025\n"))
    assert "Save corrections" not in signed.get(f"/en/work/imports/{batch.pk}/").content.decode()
    worse = map_columns(actor, upload(actor, "q.csv", BAD))
    assert "Save corrections" in signed.get(f"/en/work/imports/{worse.pk}/").content.decode()


def test_the_preview_shows_what_will_be_stored_where_the_file_writes_it_otherwise(signed: Client, actor: User) -> None:
    """Days in words, amounts with their unit and in one way of writing."""
    data = b"payer;payee;year;currency;amount paid;paid on\nM;N;2025;PEN;1.234,50;09/03/2025\nM;N;2025;PEN;77;\n"
    batch = map_columns(actor, upload(actor, "p.csv", data))
    page = signed.get(f"/en/work/imports/{batch.pk}/").content.decode()
    assert "<small>9 March 2025</small>" in page
    assert "<small>1,234.50</small>" in page
    assert "<small>77" not in page


def test_a_word_that_is_not_accepted_is_answered_in_the_readers_language(signed: Client, actor: User) -> None:
    """With the accepted words as that language writes them, all of which are accepted."""
    data = b"payer,payee,year,currency,amount paid,purpose\nM,N,2025,PEN,5,feast\n"
    batch = map_columns(actor, upload(actor, "p.csv", data))
    lists = {"en": "Health, Education, Infrastructure, Other.", "es": "Salud, Educación, Infraestructura, Otro."}
    parse = TARGETS["disbursements"].field("purpose").parser
    for language, words in lists.items():
        assert words in signed.get(f"/{language}/work/imports/{batch.pk}/").content.decode()
        assert [parse(word, Options()) for word in words.strip(".").split(", ")] == Disbursement.Purpose.values
