"""Records of every kind through the real pages: add, list, search, open, amend; and what is refused, and how."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connections, transaction
from django.test import Client
from django.utils import timezone

from accounts.design import writing
from accounts.models import AuditEntry, Job
from communities.models import Commitment, Community, Disbursement, Obligation, Statement
from projects.kinds import KINDS_OF_RECORD
from projects.models import EmploymentReturn, ImpactAssessment, OwnershipStake, PhasePeriod, Project, Source
from projects.models.columns import columns_of
from projects.services.records import amend_record, enter_record
from tests.cast import PDF, YEAR, Cast, Mine, enter, gather_cast, mine, neighbour, open_mine, source, withdraw_payment
from tests.kinds import kinds_with_files

SAYS = {"source-voice": "monitor", "source-state": "reported", "source-reference": "Field notes 12"}


def tomorrow() -> date:
    """Asked for at the moment it is needed: a run of the tests may go on past midnight."""
    return timezone.localdate() + timedelta(1)


@dataclass
class Desk:
    """A monitor at work: the cast, her mine, her browser."""

    cast: Cast
    mine: Mine
    client: Client

    def url(self, kind: str, *more: object) -> str:
        """A page of one kind of record."""
        within = (
            f"projects/{self.mine.project.slug}/"
            if kind not in KINDS_OF_RECORD or KINDS_OF_RECORD[kind].project_path
            else ""
        )
        return f"/en/work/{within}{kind}/" + "".join(f"{part}/" for part in more)

    def add(self, kind: str, /, **fields: Any) -> Any:
        """Fill in a good form, but for these fields, and send it."""
        given = SAYS | self.example(kind) | fields
        return self.client.post(
            self.url(kind, "add"), {name: value for name, value in given.items() if value is not None}
        )

    def example(self, kind: str) -> dict[str, Any]:
        """What a person would type for a second record of a kind."""
        project, records, company = self.mine.project, self.mine.records, self.cast.company
        if file := kinds_with_files().get(kind):
            typed: dict[str, Any] = file.typed(project, company, YEAR - 1)
            return typed
        if kind == "exemptions":
            return {"year": 2024, "indicator": "R01", "reason": "Nothing was due before production began."}
        if kind == "influence":
            other = neighbour(self.cast.monitor, f"Rumi {Community.objects.count()}")
            return {"community": other.pk, "degree": "indirect", "recognition": "claimed"}
        examples: dict[str, dict[str, Any]] = {
            "phases": {"phase": "exploration", "starts_on": "2015-01-01", "ends_on": "31/12/2020"},
            "stakes": {"owner": company.pk, "share_percent": "12.5", "starts_on": "2020-01-01"},
            "assessments": {"instrument": "ITS", "component": "Second pit", "submitted_on": "2022-03-01"},
            "conditions": {
                "assessment": records["assessments"].pk,
                "description": "Plant queñua trees",
                "due_on": "2030-01-01",
            },
            "employment": {
                "employer": company.pk,
                "period_start": "2024-01-01",
                "period_end": "2024-12-31",
                "total_fte": "100",
                "district_fte": "40",
                "contractors_included": "true",
            },
            "disclosures": {"title": "Report of 2024", "period_end": "2024-12-31", "published_on": "2025-03-01"},
            "communities": {"name": "Qocha Pampa", "kind": "campesina", "district": "030501"},
            "agreements": {
                "title": "Water agreement",
                "signed_on": "2021-05-05",
                "communities": [self.mine.community.pk],
            },
            "commitments": {"agreement": records["agreements"].pk, "description": "A bridge", "due_on": "2030-01-01"},
            "obligations": {
                "agreement": records["agreements"].pk,
                "basis": "agreement",
                "payer": company.pk,
                "community": self.mine.community.pk,
                "amount": "500.50",
                "currency": "pen",
                "due_on": "2026-06-30",
            },
            "disbursements": {"obligation": self.mine.obligation.pk, "paid": "900", "paid_on": "2025-07-01"},
            "projects": {"name": f"{project.name} Norte", "country": "pe", "areas": "030501"},
        }
        return examples[kind]


SEARCHED = {
    "phases": "exploration",
    "stakes": "sami",
    "assessments": "second",
    "conditions": "quenua",
    "employment": "minera",
    "disclosures": "2024",
    "communities": "pampa",
    "influence": "rumi",
    "agreements": "water",
    "commitments": "bridge",
    "obligations": "ayllu",
    "exemptions": "production",
    **{code: file.FOUND_BY for code, file in kinds_with_files().items()},
}


@pytest.fixture
def desk(db: None, client: Client) -> Desk:
    """Everything is there."""
    cast = gather_cast()
    client.force_login(cast.monitor)
    return Desk(cast, open_mine(cast.monitor, cast.company), client)


def newest(kind: str) -> Any:
    """The record entered last."""
    return KINDS_OF_RECORD[kind].model._default_manager.latest("pk")


def codes(form: Any) -> dict[str, list[str]]:
    """The codes of the errors at each field."""
    return {field: [error.code or "" for error in errors.as_data()] for field, errors in form.errors.items()}


def wrong(answer: Any, *fields: str, form: str = "form") -> list[str]:
    """The codes at the field; the page is there again, with what was typed, and an error at nothing else."""
    assert answer.status_code == 200
    found = codes(answer.context[form])
    assert set(found) == set(fields), found
    page = answer.content.decode()
    for field in fields:
        if field != "__all__":
            assert f'href="#{answer.context[form][field].auto_id}"' in page
    return [code for field in fields for code in found[field]]


# Every kind


def test_every_kind_has_an_example_here() -> None:
    assert set(SEARCHED) == set(KINDS_OF_RECORD)


@pytest.mark.parametrize("kind", sorted(KINDS_OF_RECORD))
def test_a_record_is_added_listed_found_opened_and_amended(desk: Desk, kind: str) -> None:
    example = desk.example(kind)
    before = KINDS_OF_RECORD[kind].model._default_manager.count()
    assert desk.client.get(desk.url(kind, "add")).status_code == 200
    answer = desk.add(kind, **example)
    assert answer.status_code == 302, codes(answer.context["form"])
    assert KINDS_OF_RECORD[kind].model._default_manager.count() == before + 1
    record = newest(kind)
    assert answer["Location"] == desk.url(kind, record.pk)
    assert (record.source.entered_by, record.source.entered_for) == (desk.cast.monitor, desk.cast.ngo)
    page = desk.client.get(desk.url(kind, record.pk))
    assert "Field notes 12" in page.content.decode()
    found = [row.pk for _url, row, _cells in desk.client.get(desk.url(kind), {"q": SEARCHED[kind]}).context["rows"]]
    assert record.pk in found
    for query, listed in (
        ({"voice": "monitor"}, True),
        ({"voice": "authority"}, False),
        ({"state": "verified"}, False),
    ):
        rows = desk.client.get(desk.url(kind), query).context["rows"]
        assert (record.pk in [row.pk for _url, row, _cells in rows]) == listed
    assert desk.client.get(desk.url(kind), {"q": "no such word"}).context["rows"] == []
    assert desk.client.get(desk.url(kind), {"q": "\x00%_'", "page": "-1"}).status_code == 200

    shown = desk.client.get(desk.url(kind, record.pk, "amend"))
    assert shown.context["source"]["revision"].value() == 1
    changed = SAYS | example | {"source-reference": "Field notes 13", "source-revision": "1"}
    refused = desk.client.post(desk.url(kind, record.pk, "amend"), changed)
    assert wrong(refused, "reason", form="reason") == ["required"]
    saved = desk.client.post(desk.url(kind, record.pk, "amend"), changed | {"amend-reason": "It was mistyped."})
    assert saved.status_code == 302, codes(saved.context["form"])
    record.refresh_from_db()
    assert (record.source.reference, record.source.revision) == ("Field notes 13", 2)
    assert AuditEntry.objects.about(record)[0].reason == "It was mistyped."


@pytest.mark.parametrize("code", sorted(KINDS_OF_RECORD))
def test_every_kind_has_a_list_a_form_a_page_years_a_table_and_a_history(desk: Desk, code: str) -> None:
    kind, record = KINDS_OF_RECORD[code], desk.mine.records[code]
    assert desk.add(code).status_code == 302
    other = newest(code)
    listed = desk.client.get(desk.url(code))
    assert {record.pk, other.pk} <= {row.pk for _url, row, _cells in listed.context["rows"]}
    headings = [str(kind.heading(name)) for name in kind.columns]
    assert [str(cell.heading) for cell in listed.context["rows"][0][2]] == headings
    shown = desk.client.get(desk.url(code, "add")).context["form"].visible_fields()
    asked = [field.name for field in shown]
    assert asked == [column.name for column in columns_of(kind.model)]
    page = desk.client.get(desk.url(code, record.pk))
    labels = [label for label, _value in page.context["values"]]
    beside = [kind.currency_of(name) for name in asked if getattr(record, name) is not None]
    left_out = {*beside, *record.silent_columns()}
    assert labels == [kind.column(name).verbose_name for name in asked if name not in left_out]
    assert [entry.verb for entry, _changes, _reason in page.context["history"]] == ["entered"]
    table = desk.client.get(desk.url(code), {"format": "csv"}).getvalue().decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(table)))
    assert str(record) in [line["Record"] for line in lines]
    assert set(headings) <= set(lines[0])

    years = dict(listed.context["filter"].form.fields["year"].choices) if kind.year_column else {}
    of = {each.pk: year_of(each) for each in kind.rows(desk.cast.monitor, desk.mine.project)}
    assert {year for year in years if year} == {str(year) for year in of.values() if year}
    for year in filter(None, set(of.values())):
        rows = desk.client.get(desk.url(code), {"year": year}).context["rows"]
        assert {row.pk for _url, row, _cells in rows} == {pk for pk, said in of.items() if said == year}
    everything = desk.client.get(desk.url(code), {"year": "no year", "unknown": "x"}).context["rows"]
    assert len(everything) == len(of)


def year_of(record: Any) -> int | None:
    """The year to which a record belongs."""
    said = getattr(record, record.year_column) if record.year_column else None
    return said.year if isinstance(said, date) else said


def test_a_table_says_the_currency_beside_each_sum(desk: Desk) -> None:
    table = desk.client.get(desk.url("obligations"), {"format": "csv"}).getvalue().decode("utf-8-sig")
    heading, line = list(csv.reader(io.StringIO(table)))[:2]
    assert heading[1:5] == ["Recipient", "Amount", "Currency", "Due on"]
    assert line[2:4] == ["1000.00", "PEN"]


@pytest.mark.parametrize(
    ("kind", "first"),
    [
        ("commitments", "agreements"),
        ("conditions", "assessments"),
        ("accord-promises", "accords"),
        ("monitoring-results", "monitoring-stations"),
        ("complaint-steps", "environmental-complaints"),
        ("study-communities", "assessments"),
    ],
)
def test_where_nothing_can_be_chosen_the_form_leads_to_what_is_entered_first(desk: Desk, kind: str, first: str) -> None:
    way = f"/{first}/add/"
    assert way not in desk.client.get(desk.url(kind, "add")).content.decode()
    new = mine(desk.cast.monitor, "Musuq")
    form = desk.client.get(f"/en/work/projects/{new.slug}/{kind}/add/").content.decode()
    assert f"/projects/{new.slug}{way}" in form
    assert "None is on record here yet. It is entered first:" in form


def test_saving_and_adding_another_keeps_who_says_so_and_where_it_belongs(desk: Desk) -> None:
    said = {"source-stated_on": "05/03/2025", "source-reference": "Minutes 7"}
    answer = desk.add("commitments", again="1", **said)
    page = desk.client.get(answer["Location"])
    form, source = page.context["form"], page.context["source"]
    assert str(form["agreement"].value()) == str(desk.mine.agreement.pk)
    assert form["description"].value() is None
    assert [source[name].value() for name in ("voice", "stated_on", "reference")] == [
        "monitor",
        "05/03/2025",
        "Minutes 7",
    ]
    assert "Kept from the record before" in page.content.decode()
    assert "autofocus" in page.content.decode()
    said["source-stated_on"] = "31/12/2025"
    payment = desk.client.get(desk.add("disbursements", again="1", **said)["Location"])
    assert payment.context["source"]["reference"].value() == "Minutes 7"
    assert payment.context["form"]["paid"].value() is None


def test_whoever_entered_records_finds_them_newest_first_and_takes_them_along(desk: Desk) -> None:
    assert desk.add("disclosures").status_code == 302
    mine = newest("disclosures")
    colleague = Client()
    colleague.force_login(desk.cast.colleague)
    page = desk.url("disclosures")
    theirs = [row.pk for row in colleague.get(f"{page}?entered=me").context["page"]]
    assert theirs == []
    listed = desk.client.get(f"{page}?entered=me")
    assert [row.pk for row in listed.context["page"]][0] == mine.pk
    assert "Monitor <small>" in listed.content.decode()
    table = desk.client.get(f"{page}?entered=me&format=csv").getvalue().decode("utf-8-sig")
    heading, first, *_others = csv.reader(io.StringIO(table))
    assert heading[:2] == ["Record", "Title"]
    assert (first[0], first[-2], first[-3]) == ("Report of 2024", "Monitor", "Field notes 12")


def test_a_form_that_is_too_old_leads_back_to_its_page(desk: Desk) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(desk.cast.monitor)
    answer = strict.post("/en/work/lists/organisations/add/", headers={"referer": "http://testserver/en/work/lists/x/"})
    assert answer.status_code == 403
    assert "?next=http%3A//testserver/en/work/lists/x/" in answer.content.decode()
    answer = strict.post("/en/work/lists/organisations/add/", headers={"referer": "http://elsewhere.example/"})
    assert "?next=/en/work/lists/organisations/add/" in answer.content.decode()


def test_a_project_is_added_followed_and_amended(desk: Desk) -> None:
    example = (
        SAYS
        | desk.example("projects")
        | {"minerals": ["copper", "gold"], "investment_amount": "1000000", "investment_currency": "usd"}
    )
    answer = desk.client.post("/en/work/projects/add/", example)
    project = Project.objects.latest("pk")
    assert answer["Location"] == f"/en/work/projects/{project.slug}/"
    assert project.assignments.get().organisation == desk.cast.ngo
    assert [area.code for area in project.areas.all()] == ["030501"]
    assert project.country == "PE"
    amend = f"/en/work/projects/{project.slug}/amend/"
    answer = desk.client.post(
        amend, example | {"name": "Puka Sur", "source-revision": "1", "amend-reason": "New name", "minerals": ["gold"]}
    )
    assert answer.status_code == 302
    project.refresh_from_db()
    assert project.name == "Puka Sur"
    assert [mineral.code for mineral in project.minerals.all()] == ["gold"]
    history = desk.client.get(f"/en/work/projects/{project.slug}/").content.decode()
    assert "Puka Sami Norte" in history
    assert "New name" in history
    assert b"Puka Sur" in desk.client.get("/en/work/projects/", {"q": "puka sur"}).content


@pytest.mark.parametrize("name", ["Add", "Organisations", "Amend", "¿?"])
def test_a_project_of_any_name_can_be_opened(desk: Desk, name: str) -> None:
    """Also where the name is a word of our own addresses."""
    answer = desk.client.post("/en/work/projects/add/", SAYS | desk.example("projects") | {"name": name})
    page = desk.client.get(answer["Location"])
    assert page.context["project"].name == name
    assert desk.client.get(f"{answer['Location']}amend/").context["project"].name == name


def test_history_shows_the_old_and_the_new(desk: Desk) -> None:
    stake = desk.mine.records["stakes"]
    given = SAYS | {"owner": desk.cast.company.pk, "share_percent": "55", "starts_on": "2020-01-01"}
    given["source-reference"] = "Register of 2026"
    desk.client.post(
        desk.url("stakes", stake.pk, "amend"),
        given | {"source-revision": "1", "amend-reason": "Read again in the register"},
    )
    entry = AuditEntry.objects.about(stake)[0]
    assert [Decimal(value) for value in entry.changes["share_percent"]] == [60, 55]
    assert entry.changes["reference"] == ["Field notes 12", "Register of 2026"]
    page = desk.client.get(desk.url("stakes", stake.pk)).content.decode()
    assert "Read again in the register" in page
    assert "60" in page


def test_history_says_names_days_and_sums_and_not_what_the_columns_hold(desk: Desk) -> None:
    stake = desk.mine.records["stakes"]
    given = SAYS | {"owner": desk.cast.other_company.pk, "share_percent": "55.5", "starts_on": "2019-03-02"}
    desk.client.post(desk.url("stakes", stake.pk, "amend"), given | {"source-revision": "1", "amend-reason": "Sold"})
    [_entry, changes, _reason] = desk.client.get(desk.url("stakes", stake.pk)).context["history"][0]
    said = {label: (old, new) for label, old, new in changes}
    assert said["owner"] == ("Minera Sami", "Minera Ajena")
    assert said["share, %"] == (Decimal(60), Decimal("55.5"))
    assert said["from"][1] == date(2019, 3, 2)
    page = desk.client.get(desk.url("stakes", stake.pk)).content.decode()
    assert "2\u00a0March\u00a02019" in page
    assert "55.5" in page
    assert "55.50" not in page


def test_a_sum_with_the_sign_of_another_currency_is_asked_about(desk: Desk) -> None:
    answer = desk.add("obligations", amount="S/ 500", currency="USD")
    assert wrong(answer, "amount") == ["other_currency"]
    assert desk.add("obligations", amount="S/ 500", currency="PEN").status_code == 302


def test_the_list_of_projects_says_the_phase_that_lasts_and_finds_by_it(desk: Desk) -> None:
    desk.mine.project.phases.update(ends_on=tomorrow())
    lasting = desk.mine.project.phases.get()
    page = desk.client.get("/en/work/projects/", {"phase": lasting.phase})
    assert list(page.context["page"]) == [desk.mine.project]
    assert str(lasting.get_phase_display()) in page.content.decode().split("<tbody>")[1]
    desk.mine.project.phases.update(ends_on=timezone.localdate())
    assert not list(desk.client.get("/en/work/projects/", {"phase": lasting.phase}).context["page"])


# A colleague's change meanwhile


def amendment(desk: Desk, share: str, revision: int) -> dict[str, Any]:
    """The stake's form with another share."""
    return SAYS | {
        "owner": desk.cast.company.pk,
        "share_percent": share,
        "starts_on": "2020-01-01",
        "source-revision": str(revision),
        "amend-reason": f"It is {share}",
    }


def test_a_colleagues_change_is_never_overwritten_unseen_and_nothing_typed_is_lost(desk: Desk) -> None:
    stake = desk.mine.records["stakes"]
    page = desk.url("stakes", stake.pk, "amend")
    colleague = Client()
    colleague.force_login(desk.cast.colleague)
    assert colleague.post(page, amendment(desk, "50", 1)).status_code == 302
    answer = desk.client.post(page, amendment(desk, "40", 1))
    assert wrong(answer, "__all__", "share_percent") == ["edited_meanwhile", "changed_by_both"]
    stake.refresh_from_db()
    assert stake.share_percent == 50
    shown = answer.content.decode()
    assert "It is 40" in shown
    assert answer.context["form"]["share_percent"].value() == "40"
    assert "Colleague" in shown
    assert "It is 50" in shown
    assert [new for _label, _old, new in answer.context["source"].meanwhile[0][1]] == [Decimal("50")]
    again = amendment(desk, "40", answer.context["source"]["revision"].value())
    assert desk.client.post(page, again).status_code == 302
    stake.refresh_from_db()
    assert (stake.share_percent, stake.source.revision) == (40, 3)


def test_a_colleagues_change_of_a_project_is_shown_too(desk: Desk) -> None:
    project = desk.mine.project
    page = f"/en/work/projects/{project.slug}/amend/"
    given = SAYS | {"name": "Puka Uno", "country": "PE", "source-revision": "1", "amend-reason": "x"}
    assert desk.client.post(page, given).status_code == 302
    answer = desk.client.post(page, given | {"name": "Puka Dos"})
    assert wrong(answer, "__all__", "name") == ["edited_meanwhile", "changed_by_both"]
    assert "Puka Uno" in answer.content.decode()
    again = given | {"name": "Puka Dos", "source-revision": answer.context["source"]["revision"].value()}
    assert desk.client.post(page, again).status_code == 302


def test_what_only_a_colleague_changed_stands_in_the_form_and_is_kept(desk: Desk) -> None:
    """Also who says so, the document and the files."""
    stake = desk.mine.records["stakes"]
    page = desk.url("stakes", stake.pk, "amend")
    shown = amendment(desk, "60", 1) | {"share_percent": "60.0000"}
    colleague = Client()
    colleague.force_login(desk.cast.colleague)
    receipt = SimpleUploadedFile("deed.pdf", PDF)
    theirs = shown | {
        "source-voice": "community",
        "source-state": "disputed",
        "source-reference": "Deed 7",
        "source-uploads": receipt,
    }
    assert colleague.post(page, theirs).status_code == 302
    answer = desk.client.post(page, shown | {"share_percent": "40"})
    assert wrong(answer, "__all__") == ["edited_meanwhile"]
    assert "deed.pdf" in answer.content.decode()
    source = answer.context["source"]
    sent = {f"source-{name}": source[name].value() for name in ("voice", "state", "reference", "revision")}
    assert sent["source-voice"] == "community"
    assert desk.client.post(page, shown | {"share_percent": "40"} | sent).status_code == 302
    stake = OwnershipStake.objects.get(pk=stake.pk)
    assert (stake.share_percent, stake.source.state, stake.source.reference) == (Decimal(40), "disputed", "Deed 7")
    assert [file.name for file in stake.source.evidence.all()] == ["deed.pdf"]


def test_a_colleagues_choice_of_several_is_kept_too(desk: Desk) -> None:
    project = desk.mine.project
    page = f"/en/work/projects/{project.slug}/amend/"
    given = SAYS | {
        "name": project.name,
        "country": "PE",
        "operator": project.operator_id,
        "source-revision": "1",
        "amend-reason": "x",
    }
    assert desk.client.post(page, given | {"areas": "030501", "minerals": "copper"}).status_code == 302
    answer = desk.client.post(page, given | {"start_year": "2014"})
    assert wrong(answer, "__all__") == ["edited_meanwhile"]
    assert "030501" in answer.context["form"]["areas"].value()
    assert answer.context["form"]["minerals"].value() == ["copper"]


# The same form sent again


def test_a_form_that_is_sent_twice_makes_one_record(desk: Desk) -> None:
    token = desk.client.get(desk.url("phases", "add")).context["source"]["once"].value()
    first = desk.add("phases", **{"source-once": token})
    again = desk.add("phases", **{"source-once": token})
    assert first["Location"] == again["Location"] == desk.url("phases", newest("phases").pk)
    assert PhasePeriod.objects.filter(project=desk.mine.project, phase="exploration").count() == 1


def test_a_payment_that_is_sent_twice_is_one_payment(desk: Desk) -> None:
    sent = {"source-once": "abc", "confirm_other": "on"}
    first = desk.add("disbursements", **sent)
    assert desk.add("disbursements", **sent)["Location"] == first["Location"]


def test_a_form_that_was_saved_and_then_changed_is_asked_about(desk: Desk) -> None:
    token = {"source-once": "abc"}
    assert desk.add("disclosures", **token).status_code == 302
    answer = desk.add("disclosures", title="Report of 2023", **token)
    assert wrong(answer, "__all__") == ["saved_before"]
    anew = {"source-once": answer.context["source"]["once"].value()}
    assert anew != token
    assert desk.add("disclosures", title="Report of 2023", **anew).status_code == 302


def test_a_change_that_is_sent_twice_is_one_change(desk: Desk) -> None:
    stake = desk.mine.records["stakes"]
    page = desk.url("stakes", stake.pk, "amend")
    for _time in range(2):
        assert desk.client.post(page, amendment(desk, "50", 1) | {"source-once": "abc"}).status_code == 302
    stake.source.refresh_from_db()
    assert stake.source.revision == 2


# Files that are not to be used


def test_a_wrong_file_is_left_out_before_it_is_saved(desk: Desk) -> None:
    page = desk.url("phases", "add")
    answer = desk.client.post(page, SAYS | {"source-uploads": SimpleUploadedFile("wrong.pdf", PDF)})
    kept = answer.context["source"]["kept"].value()
    assert f'name="source-unused" value="{kept}"' in answer.content.decode()
    assert desk.add("phases", **{"source-kept": kept, "source-unused": kept}).status_code == 302
    assert not newest("phases").source.evidence.exists()


def test_a_wrong_file_is_taken_off_a_record_and_its_history_names_it(desk: Desk) -> None:
    assert desk.add("phases", **{"source-uploads": SimpleUploadedFile("wrong.pdf", PDF)}).status_code == 302
    phase = newest("phases")
    file = phase.source.evidence.get()
    page = desk.url("phases", phase.pk, "amend")
    assert f'name="source-unused" value="{file.pk}"' in desk.client.get(page).content.decode()
    given = SAYS | desk.example("phases") | {"source-revision": "1", "amend-reason": "Another mine's file"}
    assert desk.client.post(page, given | {"source-unused": str(file.pk)}).status_code == 302
    assert not phase.source.evidence.exists()
    shown = desk.client.get(desk.url("phases", phase.pk)).content.decode()
    assert "Another mine&#x27;s file" in shown
    assert "wrong.pdf" in shown


def test_two_people_who_save_at_once_do_not_both_win(committed: str) -> None:
    cast = gather_cast()
    stake = open_mine(cast.monitor, cast.company).records["stakes"]
    barrier = threading.Barrier(2)

    def change(share: int) -> str:
        own = OwnershipStake.objects.select_related("source").get(pk=stake.pk)
        own.share_percent = Decimal(share)
        barrier.wait(10)
        try:
            amend_record(actor=cast.monitor, record=own, source=own.source, revision=1, reason="x")
        except ValidationError as error:
            return str(error.code)
        return "saved"

    assert sorted(at_once(change, 10, 20)) == ["edited_meanwhile", "saved"]


def at_once(work: Callable[[int], str], *values: int) -> list[str]:
    """Run the same work in threads with connections of their own."""
    results: list[str] = []

    def run(value: int) -> None:
        try:
            results.append(work(value))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(value,)) for value in values]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return results


# Bad input: dates


@pytest.mark.parametrize(
    ("day", "code", "words"),
    [
        ("31/11/2025", "no_such_date", "No such date. November has 30 days."),
        ("2025-11-31", "no_such_date", "No such date. November has 30 days."),
        ("30.02.2025", "no_such_date", "In 2025, February has 28 days."),
        ("12/13/2025", "no_such_month", "There is no month 13."),
        ("yesterday", "not_a_date", "Write day/month/year"),
        ("31/", "not_a_date", "Write day/month/year"),
        ("-", "not_a_date", "Write day/month/year"),
        ("31/12/25", "short_year", "with four digits"),
        ("0202-01-01", "year_out_of_range", "between 1900 and 2100"),
        ("01/01/9999", "year_out_of_range", "between 1900 and 2100"),
        ("²", "not_a_date", "Write day/month/year"),
    ],
)
def test_a_day_that_does_not_exist_is_named_at_its_field(desk: Desk, day: str, code: str, words: str) -> None:
    answer = desk.add("phases", starts_on=day)
    assert wrong(answer, "starts_on") == [code]
    assert words in answer.content.decode()
    assert answer.context["form"]["starts_on"].value() == day
    assert answer.context["form"]["phase"].value() == "exploration"
    assert answer.context["source"]["reference"].value() == "Field notes 12"


@pytest.mark.parametrize("typed", ["5/3/2015", "05.03.2015", "05-03-2015", "2015-03-05", " 05032015 "])
def test_a_day_is_read_day_first_and_shown_so(desk: Desk, typed: str) -> None:
    assert desk.add("phases", starts_on=typed).status_code == 302
    assert newest("phases").starts_on == date(2015, 3, 5)
    page = desk.client.get(desk.url("phases", newest("phases").pk, "amend")).content.decode()
    assert 'value="05/03/2015"' in page
    assert 'type="date"' not in page


def test_the_words_are_in_the_persons_language(desk: Desk) -> None:
    answer = desk.client.post(desk.url("phases", "add").replace("/en/", "/es/"), SAYS | {"starts_on": "31/11/2025"})
    assert codes(answer.context["form"])["starts_on"] == ["no_such_date"]
    assert "No such date" not in answer.content.decode()


def test_a_text_that_is_too_long_is_not_cut_but_answered(desk: Desk) -> None:
    page = desk.client.get(desk.url("commitments", "add")).content.decode()
    assert "maxlength" not in page
    assert '<textarea name="description"' in page
    answer = desk.add("commitments", description="x" * 400)
    assert wrong(answer, "description") == ["max_length"]
    assert "At most 300 characters are kept, and this has 400." in answer.content.decode()


def test_a_return_is_about_a_time_that_is_over(desk: Desk) -> None:
    assert "in_the_future" in wrong(desk.add("employment", period_end=tomorrow().isoformat()), "period_end")


def test_nothing_is_fulfilled_before_it_was_agreed(desk: Desk) -> None:
    answer = desk.add("commitments", company_says_fulfilled_on="2019-12-31")
    assert wrong(answer, "company_says_fulfilled_on") == ["before_the_agreement"]


@pytest.mark.parametrize("country", ["zz", "P", "peru"])
def test_a_country_is_one_of_the_worlds(desk: Desk, country: str) -> None:
    answer = desk.client.post("/en/work/projects/add/", SAYS | {"name": "Nowhere", "country": country})
    assert wrong(answer, "country")


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("assessments", "submitted_on"),
        ("assessments", "approved_on"),
        ("assessments", "works_started_on"),
        ("conditions", "fulfilled_on"),
        ("disclosures", "published_on"),
        ("agreements", "signed_on"),
        ("commitments", "company_says_fulfilled_on"),
        ("disbursements", "paid_on"),
    ],
)
def test_what_has_happened_does_not_lie_in_the_future(desk: Desk, kind: str, field: str) -> None:
    assert "in_the_future" in wrong(desk.add(kind, **{field: tomorrow().isoformat()}), field)


def test_nobody_has_stated_anything_tomorrow(desk: Desk) -> None:
    answer = desk.add("phases", **{"source-stated_on": tomorrow().isoformat()})
    assert wrong(answer, "stated_on", form="source") == ["in_the_future"]


@pytest.mark.parametrize(
    ("kind", "fields", "at"),
    [
        ("phases", {"ends_on": "2014-12-31"}, "ends_on"),
        ("phases", {"ends_on": "2022-12-31"}, "starts_on"),
        ("stakes", {"ends_on": "2019-12-31"}, "ends_on"),
        ("assessments", {"approved_on": "2022-02-01"}, "approved_on"),
        ("assessments", {"participation_planned": "1", "participation_held": "2"}, "participation_held"),
        ("employment", {"period_end": "2023-12-31"}, "period_end"),
        ("disclosures", {"published_on": "2024-12-31"}, "published_on"),
        ("agreements", {"ends_on": "2021-05-05"}, "ends_on"),
        ("commitments", {"due_on": "2020-01-14"}, "due_on"),
        ("commitments", {"confirmed_on": "2025-01-01"}, "community_says"),
        ("obligations", {"due_on": "2020-01-14"}, "due_on"),
        ("obligations", {"amount": "0"}, "amount"),
        ("obligations", {"community": ""}, "community"),
    ],
)
def test_facts_that_contradict_each_other_are_refused_in_words(
    desk: Desk, kind: str, fields: dict[str, str], at: str
) -> None:
    model = KINDS_OF_RECORD[kind].model
    before = model._default_manager.count()
    answer = desk.add(kind, **fields)
    assert wrong(answer, at)
    for message in answer.context["form"].errors[at]:
        assert "Constraint" not in message
    assert model._default_manager.count() == before


# Bad input: shares


@pytest.mark.parametrize("share", ["100.0001", "-1", "abc", "1e9", "NaN", "Infinity"])
def test_a_share_is_a_number_up_to_100(desk: Desk, share: str) -> None:
    assert wrong(desk.add("stakes", share_percent=share), "share_percent")


def test_a_share_of_nothing_is_no_share(desk: Desk) -> None:
    assert wrong(desk.add("stakes", share_percent="0"), "share_percent")


def test_stakes_that_overlap_above_100_are_refused_with_the_day_and_what_is_left(desk: Desk) -> None:
    """60 % are held since 2020; another 30 % follow in 2022, so that 40.1 % from 2021 on are too much in 2022."""
    assert desk.add("stakes", share_percent="30", starts_on="2022-01-01").status_code == 302
    answer = desk.add("stakes", share_percent="40", starts_on="2021-01-01")
    assert wrong(answer, "share_percent") == ["stakes_exceed_100_percent"]
    words = " ".join(answer.context["form"].errors["share_percent"])
    assert "2022" in words
    assert "10 %" in words
    assert desk.add("stakes", share_percent="40", starts_on="2021-01-01", ends_on="2022-01-01").status_code == 302
    assert desk.add("stakes", share_percent="10", starts_on="2022-01-01").status_code == 302


def test_the_database_refuses_stakes_above_100_too(desk: Desk) -> None:
    stake = OwnershipStake(
        project=desk.mine.project, owner=desk.cast.ngo, share_percent=Decimal("40.0001"), starts_on=date(2019, 1, 1)
    )
    stake.source = source()
    stake.source.save()
    with pytest.raises(IntegrityError, match="add up to"), transaction.atomic():
        stake.save()
    stake.share_percent = Decimal(40)
    stake.save()


def test_of_two_stakes_entered_at_once_one_is_refused(committed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have been checked before either is saved, so that it is PostgreSQL that refuses the second."""
    cast = gather_cast()
    project = mine(cast.monitor, "Puka Sami")
    barrier, check = threading.Barrier(2), OwnershipStake.clean

    def check_together(stake: OwnershipStake) -> None:
        check(stake)
        barrier.wait(10)

    monkeypatch.setattr(OwnershipStake, "clean", check_together)

    def add(share: int) -> str:
        stake = OwnershipStake(
            project=project, owner=cast.company, share_percent=Decimal(share), starts_on=date(2020, 1, 1)
        )
        try:
            enter_record(actor=cast.monitor, record=stake, source=source())
        except IntegrityError as error:
            return "refused" if "add up to" in str(error) else str(error)
        return "saved"

    assert sorted(at_once(add, 60, 60)) == ["refused", "saved"]
    assert OwnershipStake.objects.filter(project=project).count() == 1


# Bad input: people


@pytest.mark.parametrize("field", ["total_fte", "district_fte", "women_fte", "staff_headcount", "foreign_headcount"])
def test_a_number_of_people_is_not_negative(desk: Desk, field: str) -> None:
    answer = desk.add("employment", **{field: "-1"})
    assert "min_value" in wrong(answer, field)
    assert answer.context["form"]["total_fte"].value() == ("-1" if field == "total_fte" else "100")


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"district_fte": "101"}, "district_fte"),
        ({"district_fte": "50", "province_fte": "49"}, "district_fte"),
        ({"province_fte": "60", "region_fte": "50"}, "province_fte"),
        ({"region_fte": "90", "national_fte": "80"}, "national_fte"),
        ({"national_fte": "101"}, "national_fte"),
        ({"women_fte": "100.01"}, "women_fte"),
        ({"district_fte": "50", "province_fte": "", "region_fte": "40", "national_fte": ""}, "district_fte"),
        ({"district_fte": "50", "province_fte": "", "region_fte": "", "national_fte": "40"}, "district_fte"),
        ({"district_fte": "", "province_fte": "50", "region_fte": "", "national_fte": "40"}, "province_fte"),
        ({"staff_headcount": "10", "foreign_headcount": "11"}, "foreign_headcount"),
        (
            {"foreign_headcount": "10", "foreign_exonerated": "True", "exonerated_headcount": "11"},
            "exonerated_headcount",
        ),
        (
            {"foreign_pay": "10", "pay_currency": "PEN", "foreign_exonerated": "True", "exonerated_pay": "10.01"},
            "exonerated_pay",
        ),
        ({"foreign_exonerated": "True", "exonerated_pay": "10", "pay_currency": ""}, "pay_currency"),
        ({"exonerated_headcount": "1"}, "foreign_exonerated"),
        ({"exonerated_until": "2025-12-31"}, "foreign_exonerated"),
    ],
)
def test_a_part_is_not_larger_than_its_whole(desk: Desk, fields: dict[str, str], at: str) -> None:
    """The form says it, and the database refuses it."""
    answer = desk.add("employment", **fields)
    assert wrong(answer, at)
    row = EmploymentReturn.objects.get()
    numbers: dict[str, Any] = {"total_fte": Decimal(100), "district_fte": Decimal(40)} | dict.fromkeys(
        ["province_fte", "region_fte", "national_fte", "women_fte", "staff_headcount", "foreign_headcount"]
    )
    with pytest.raises(IntegrityError, match="violates check constraint"), transaction.atomic():
        EmploymentReturn.objects.filter(pk=row.pk).update(
            **numbers | {name: said if said or name == "pay_currency" else None for name, said in fields.items()}
        )


@pytest.mark.parametrize("name", ["total", "district", "province", "region", "national", "women"])
def test_no_number_of_people_is_below_zero(desk: Desk, name: str) -> None:
    nobody = dict.fromkeys(["total_fte", "district_fte", "province_fte", "region_fte", "national_fte", "women_fte"])
    with pytest.raises(IntegrityError, match="violates check constraint"), transaction.atomic():
        EmploymentReturn.objects.update(**(nobody | {f"{name}_fte": Decimal(-1)}))


def refused(desk: Desk, record: Any) -> dict[str, list[str | None]]:
    """The codes with which the service refuses a record."""
    with pytest.raises(ValidationError) as broken:
        enter(desk.cast.monitor, record)
    return {name: [error.code for error in errors] for name, errors in broken.value.error_dict.items()}


def test_the_service_refuses_what_the_form_refuses(desk: Desk) -> None:
    """Whoever calls it: the rules are the models'."""
    project, records = desk.mine.project, desk.mine.records
    other = open_mine(desk.cast.monitor, desk.cast.company, "Another mine")
    owed: dict[str, Any] = {
        "project": project,
        "basis": "agreement",
        "payer": desk.cast.company,
        "community": desk.mine.community,
        "amount": Decimal(1),
        "currency": "PEN",
        "due_on": date(YEAR, 1, 1),
    }
    early = records["agreements"].signed_on - timedelta(1)
    study = ImpactAssessment(project=project, instrument="DIA", component="camp", approved_on=date(2090, 1, 1))
    assert refused(desk, study) == {"approved_on": ["in_the_future"]}
    assert refused(desk, Obligation(**owed, agreement=other.agreement)) == {"agreement": ["another_mines_agreement"]}
    assert refused(desk, Obligation(**owed | {"due_on": early}, agreement=desk.mine.agreement)) == {
        "due_on": ["before_the_agreement"]
    }
    promise = Commitment(agreement=desk.mine.agreement, description="A bridge", due_on=early)
    assert refused(desk, promise) == {"due_on": ["before_the_agreement"]}
    approved = records["assessments"]
    approved.approved_on = date(2090, 1, 1)
    with pytest.raises(ValidationError, match="not come yet"):
        amend_record(actor=desk.cast.monitor, record=approved, source=approved.source, revision=1, reason="A slip.")


def test_an_unknown_number_is_kept_as_unknown_and_not_as_zero(desk: Desk) -> None:
    desk.add("employment", district_fte="", contractors_included="unknown")
    row = newest("employment")
    assert (row.district_fte, row.contractors_included) == (None, None)
    assert (
        desk.add("employment", period_start="2023-01-01", period_end="2023-12-31", district_fte="0").status_code == 302
    )
    assert newest("employment").district_fte == 0


# Bad input: names of things


@pytest.mark.parametrize(
    ("typed", "code"), [("XYZ", "unknown_currency"), ("SOL", "unknown_currency"), ("P", "min_length")]
)
def test_a_currency_is_one_of_the_worlds(desk: Desk, typed: str, code: str) -> None:
    assert code in wrong(desk.add("obligations", currency=typed), "currency")


@pytest.mark.parametrize(
    ("typed", "code"), [("Nowhere", "unknown_area"), ("999999", "unknown_area"), ("Santa Rosa", "several_areas")]
)
def test_a_district_is_found_or_asked_about(desk: Desk, typed: str, code: str) -> None:
    answer = desk.add("communities", district=typed)
    assert wrong(answer, "district") == [code]
    assert answer.context["form"]["district"].value() == typed


def test_a_community_and_a_return_and_a_project_are_entered_once(desk: Desk) -> None:
    for kind, at in (("communities", "name"), ("employment", "employer"), ("exemptions", "indicator")):
        assert desk.add(kind).status_code == 302
        assert wrong(desk.add(kind), at)
    example = SAYS | desk.example("projects")
    assert desk.client.post("/en/work/projects/add/", example).status_code == 302
    assert wrong(desk.client.post("/en/work/projects/add/", example), "name")


@pytest.mark.parametrize("text", ["a\x00b", "x" * 5000])
def test_no_text_breaks_a_form(desk: Desk, text: str) -> None:
    assert wrong(desk.add("disclosures", title=text), "title")


@pytest.mark.parametrize("kept", ["²", "9" * 30, "1,,x", "-1"])
def test_a_list_of_kept_files_that_was_tampered_with_keeps_nothing(desk: Desk, kept: str) -> None:
    assert desk.add("phases", **{"source-kept": kept}).status_code == 302
    assert newest("phases").source.evidence.count() == 0


def test_rows_of_another_project_cannot_be_chosen(desk: Desk) -> None:
    other = open_mine(desk.cast.stranger, desk.cast.other_company, "Yana Mayu", country="CL")
    for kind, field, row in (
        ("conditions", "assessment", other.records["assessments"]),
        ("commitments", "agreement", other.agreement),
        ("obligations", "agreement", other.agreement),
        ("obligations", "community", other.community),
        ("disbursements", "obligation", other.obligation),
        ("agreements", "communities", other.community),
        ("influence", "community", other.community),
    ):
        codes_at = codes(desk.add(kind, **{field: row.pk}).context["form"])
        assert codes_at[field] in (["invalid_choice"], ["invalid_pk_value"]), (kind, field)


# The ledger's form


def test_a_payment_is_entered_with_what_the_sides_say(desk: Desk) -> None:
    told = {"recipient-known_by": "told", "recipient-speaker": "the president", "recipient-stated_on": "2025-07-04"}
    answer = desk.add("disbursements", received="850", received_on="2025-07-03", **told)
    flow = Disbursement.objects.latest("pk")
    assert answer["Location"] == f"/en/work/disbursements/{flow.pk}/"
    assert (flow.payer, flow.community, flow.currency, flow.year) == (
        desk.cast.company,
        desk.mine.community,
        "PEN",
        2025,
    )
    assert {s.side: s.amount for s in flow.statements.all()} == {"company": 900, "recipient": 850}


def test_nothing_said_by_either_side_is_no_payment_but_zero_is_an_answer(desk: Desk) -> None:
    assert wrong(desk.add("disbursements", paid=None), "paid") == ["required"]
    assert desk.add("disbursements", paid="0", paid_on=None).status_code == 302


def test_a_payment_is_not_earlier_than_its_agreement(desk: Desk) -> None:
    for field in ("paid_on", "received_on"):
        answer = desk.add("disbursements", received="1", **{field: "2020-01-14"})
        assert wrong(answer, field) == ["before_the_agreement"]
    assert desk.add("disbursements", paid_on="2020-01-15").status_code == 302


def test_ten_times_what_was_owed_is_asked_about_once(desk: Desk) -> None:
    answer = desk.add("disbursements", paid="10000")
    assert wrong(answer, "paid") == ["far_more_than_owed"]
    assert 'type="checkbox" name="confirm_large"' in answer.content.decode()
    assert desk.add("disbursements", paid="9999.99").status_code == 302
    assert desk.add("disbursements", paid="10000", confirm_large="on").status_code == 302


def test_nobody_is_asked_about_an_amount_that_is_not_large(desk: Desk) -> None:
    answer = desk.add("disbursements", paid_on="2020-01-14", confirm_large="")
    assert wrong(answer, "paid_on") == ["before_the_agreement"]
    page = answer.content.decode()
    assert "far more than was owed" not in page
    assert page.count('id="errors"') == 1


def test_a_payment_that_stands_already_is_asked_about_with_a_link_to_it(desk: Desk) -> None:
    assert desk.add("disbursements", bank_reference="OP-9").status_code == 302
    first = Disbursement.objects.latest("pk")
    for same in ({}, {"paid": "901", "bank_reference": "OP-9"}):
        answer = desk.add("disbursements", **same)
        assert wrong(answer, "confirm_other") == ["stands_already"]
        print(answer.context["form"].fields["confirm_other"].help_text, first.pk)
        assert f'href="/en/work/disbursements/{first.pk}/"' in answer.content.decode()
        assert 'type="checkbox" name="confirm_other"' in answer.content.decode()
    assert desk.add("disbursements", confirm_other="on").status_code == 302
    assert desk.add("disbursements", paid="902").status_code == 302
    assert desk.add("disbursements", paid_on="2025-07-02").status_code == 302


def test_a_payment_that_was_withdrawn_may_be_entered_again(desk: Desk) -> None:
    assert desk.add("disbursements").status_code == 302
    withdraw_payment(desk.cast.monitor, Disbursement.objects.latest("pk"))
    assert desk.add("disbursements").status_code == 302


def test_an_obligation_that_cannot_be_chosen_is_the_only_thing_to_correct(desk: Desk) -> None:
    other = open_mine(desk.cast.monitor, desk.cast.company, "Yana Sami")
    answer = desk.add("disbursements", obligation=other.obligation.pk)
    assert wrong(answer, "obligation") == ["invalid_choice"]


def test_what_an_obligation_would_say_is_not_called_optional(desk: Desk) -> None:
    page = desk.client.get(desk.url("disbursements", "add")).content.decode()
    assert "Payer (needed unless an obligation is chosen)" in page
    assert "Year (needed unless an obligation is chosen)" in page


@pytest.mark.parametrize("amount", ["-1", "abc", "1e30", "0.001", "NaN"])
def test_an_amount_is_a_number_from_zero_on_with_cents(desk: Desk, amount: str) -> None:
    assert "paid" in codes(desk.add("disbursements", paid=amount).context["form"])


def test_an_amount_that_could_be_two_stays_in_its_box_with_a_question(desk: Desk) -> None:
    answer = desk.add("disbursements", paid="12.500")
    assert wrong(answer, "paid") == ["ambiguous"]
    page = answer.content.decode()
    assert "Write 12500 or 12.50." in page
    assert 'value="12.500"' in page
    assert wrong(desk.add("obligations", amount="1,234"), "amount") == ["ambiguous"]
    assert desk.add("obligations", amount="S/ 1.250,50").status_code == 302
    assert newest("obligations").amount == Decimal("1250.50")


def test_a_payment_without_an_obligation_says_who_pays_whom_in_which_currency(desk: Desk) -> None:
    answer = desk.add("disbursements", obligation=None, currency="")
    assert {"payer", "currency", "year"} <= set(codes(answer.context["form"]))
    full = {"payer": desk.cast.company.pk, "payee": desk.cast.other_ngo.pk, "currency": "usd", "year": "2025"}
    assert desk.add("disbursements", obligation=None, **full).status_code == 302
    assert "unknown_currency" in wrong(
        desk.add("disbursements", obligation=None, **(full | {"currency": "ZZZ"})), "currency"
    )


def test_a_currency_that_was_typed_is_never_taken_for_the_obligations(desk: Desk) -> None:
    answer = desk.add("disbursements", currency="USD")
    assert wrong(answer, "currency") == ["other_currency"]
    assert "The obligation is in PEN." in answer.content.decode()
    assert desk.add("disbursements", currency="PEN").status_code == 302


def test_the_same_sum_without_a_day_is_asked_about_too(desk: Desk) -> None:
    assert desk.add("disbursements", paid_on=None).status_code == 302
    assert wrong(desk.add("disbursements", paid_on=None), "confirm_other") == ["stands_already"]
    assert wrong(desk.add("disbursements"), "confirm_other") == ["stands_already"]
    assert desk.add("disbursements", paid_on=None, confirm_other="on").status_code == 302


def test_two_slips_of_the_bank_are_two_payments(desk: Desk) -> None:
    assert desk.add("disbursements", paid_on=None, bank_reference="OP-1").status_code == 302
    assert desk.add("disbursements", paid_on=None, bank_reference="OP-2").status_code == 302


def test_of_two_recipients_one_is_needed_and_none_is_called_optional(desk: Desk) -> None:
    page = desk.client.get(desk.url("obligations", "add")).content.decode()
    assert page.count("(one of the two)") == 2
    answer = desk.client.post(
        desk.url("obligations", "add").replace("/en/", "/es/"), SAYS | desk.example("obligations") | {"community": ""}
    )
    assert "Elija uno de los dos: una comunidad u otro beneficiario." in answer.content.decode()


def test_what_is_typed_against_the_obligation_is_refused_at_its_field(desk: Desk) -> None:
    answer = desk.add("disbursements", payer=desk.cast.other_company.pk)
    assert wrong(answer, "payer") == ["differs_from_obligation"]
    assert Statement.objects.count() == 2


# Companies' own people


def test_a_companys_people_report_as_the_company_and_for_nobody_else(desk: Desk) -> None:
    desk.client.force_login(desk.cast.operator)
    page = desk.client.get(desk.url("disclosures", "add"))
    assert set(page.context["source"].fields).isdisjoint({"organisation", "state"})
    refused = desk.add("disclosures", **{"source-voice": "community"})
    assert wrong(refused, "voice", form="source") == ["invalid_choice"]
    given = {"source-voice": "company", "source-state": "verified", "source-organisation": str(desk.cast.ngo.pk)}
    assert desk.add("disclosures", **given).status_code == 302
    kept = newest("disclosures").source
    assert (kept.voice, kept.state, kept.organisation) == ("company", "reported", desk.cast.company)
    commitment = desk.client.get(desk.url("commitments", "add")).context["form"]
    assert set(commitment.fields).isdisjoint({"community_says", "authority_says", "confirmed_on"})
    payment = desk.client.get(desk.url("disbursements", "add")).context["form"]
    assert set(payment.fields).isdisjoint({"received", "received_on"})


def test_a_companys_people_change_only_what_their_company_said(desk: Desk) -> None:
    desk.client.force_login(desk.cast.operator)
    own = desk.mine.records["disclosures"]
    assert desk.client.get(desk.url("disclosures", own.pk)).status_code == 200
    assert desk.client.get(desk.url("disclosures", own.pk, "amend")).status_code == 404
    desk.add("disclosures", **{"source-voice": "company"})
    assert desk.client.get(desk.url("disclosures", newest("disclosures").pk, "amend")).status_code == 200


def test_a_company_enters_no_kind_that_is_for_monitors(desk: Desk) -> None:
    """Neither its shares nor its neighbours, nor what it owes them."""
    desk.client.force_login(desk.cast.operator)
    for code, kind in KINDS_OF_RECORD.items():
        answers = (desk.client.get(desk.url(code, "add")), desk.add(code, **{"source-voice": "company"}))
        refused = 403 if kind.is_for(desk.cast.operator) else 404
        assert {answer.status_code == refused for answer in answers} == {not kind.reported_by_companies}, code
    for code in ("stakes", "phases", "communities", "influence", "agreements", "obligations"):
        assert not KINDS_OF_RECORD[code].reported_by_companies


def test_an_approved_exemption_that_is_changed_waits_for_approval_again(desk: Desk) -> None:
    """Two people stand behind the words that are published, not behind earlier ones."""
    exemption = desk.mine.records["exemptions"]
    reviewer = Client()
    reviewer.force_login(desk.cast.reviewer)
    read = {"revision": exemption.source.revision}
    reviewer.post(f"/en/work/scorecards/exemptions/{exemption.pk}/approve/", read)
    exemption.refresh_from_db()
    assert exemption.approved_by == desk.cast.reviewer
    given = SAYS | {"year": YEAR, "indicator": "E01", "reason": "Another reason that nobody has looked at."}
    answer = desk.client.post(
        desk.url("exemptions", exemption.pk, "amend"), given | {"source-revision": "1", "amend-reason": "x"}
    )
    assert answer.status_code == 302
    exemption.refresh_from_db()
    assert (exemption.indicator, exemption.approved_by) == ("E01", None)
    assert exemption.reason == "Another reason that nobody has looked at."


# One transaction


def test_a_record_its_history_and_its_job_stand_or_fall_together(desk: Desk) -> None:
    counted = (Source.objects, AuditEntry.objects, Job.objects, EmploymentReturn.objects)
    Job.objects.all().delete()
    before = [rows.count() for rows in counted]
    record = EmploymentReturn(
        project=desk.mine.project,
        employer=desk.cast.company,
        period_start=date(2022, 1, 1),
        period_end=date(2022, 12, 31),
        total_fte=Decimal(10),
        district_fte=Decimal(11),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        enter(desk.cast.monitor, record)
    assert [rows.count() for rows in counted] == before
    record.pk, record.district_fte = None, Decimal(9)
    enter(desk.cast.monitor, record)
    assert [rows.count() for rows in counted] == [count + 1 for count in before]
    job = Job.objects.get()
    assert (job.kind, job.subject, job.owner) == (
        "evaluate",
        f"project/{desk.mine.project.pk}/2022",
        desk.cast.monitor,
    )


def test_a_promise_that_the_community_says_was_not_fulfilled_is_listed_with_a_cross_and_no_tick(desk: Desk) -> None:
    promise = desk.mine.records["commitments"]
    Source.objects.filter(pk=promise.source_id).update(voice=Source.Voice.COMMUNITY)
    type(promise).objects.filter(pk=promise.pk).update(community_says="not_fulfilled", confirmed_on=None)
    page = desk.client.get(desk.url("commitments")).content.decode()
    assert "Not fulfilled" in page
    assert 'href="#k-x"' in page
    assert 'href="#k-v"' not in page


def test_a_sum_is_listed_and_shown_with_its_currency_in_one_cell(desk: Desk) -> None:
    owed = desk.mine.obligation
    for address in (desk.url("obligations"), desk.url("obligations", owed.pk)):
        assert writing.money(owed.amount, owed.currency) in desk.client.get(address).content.decode()
