"""A table that is typed like a spreadsheet: what is saved, what is refused at which box, and that nothing is lost or doubled."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Job, Organisation
from projects.grids.blocks import read_block
from projects.grids.lines import key_of, text_of
from projects.grids.periods import Period, period_before, usual_periods
from projects.kinds import KINDS_OF_RECORD
from projects.models import EmploymentReturn, ProcurementReturn, ProductionReturn, Project, Source, TrainingReturn
from tests.cast import PDF, Cast, enter, follow, gather_cast, mine, source

FIRST, LAST = date(2025, 7, 1), date(2025, 9, 30)
QUARTER = "2025-07-01_2025-09-30"
BEFORE = {"period_start": date(2025, 4, 1), "period_end": date(2025, 6, 30)}
SAYS = {"source-voice": "company", "source-state": "reported", "source-reference": "Return of the third quarter"}


@dataclass
class Desk:
    """A monitor at work, and a mine with two contractors of which nothing is on record."""

    cast: Cast
    project: Project
    client: Client
    apu: Organisation
    transport: Organisation

    def url(self, kind: str = "employment", period: str = QUARTER) -> str:
        """A table."""
        return f"/en/work/projects/{self.project.slug}/{kind}/grid/{period}/"

    def open(self, **where: str) -> dict[str, str]:
        """What a browser would send of the table as it is opened."""
        answer = self.client.get(self.url(**where))
        assert answer.status_code == 200
        return boxes(answer)

    def send(self, fields: dict[str, Any], do: str = "save", **where: str) -> Any:
        """Send it by one of its buttons."""
        return self.client.post(self.url(**where), fields | SAYS | {"do": do})

    def returns(self) -> list[tuple[str, int | None, int | None]]:
        """Who reported what for the quarter: all workers, and women."""
        found = EmploymentReturn.objects.filter(period_start=FIRST, period_end=LAST).order_by("employer__name")
        return [(one.employer.name, whole(one.total_fte), whole(one.women_fte)) for one in found]


def whole(figure: Decimal | None) -> int | None:
    """A number of people without its decimals."""
    return None if figure is None else int(figure)


@pytest.fixture
def desk(db: None) -> Desk:
    cast = gather_cast()
    client = Client()
    client.force_login(cast.monitor)
    companies = [
        Organisation.objects.create(name=name, kind="company") for name in ("Contratistas Apu", "Transportes Ñan")
    ]
    return Desk(cast, mine(cast.monitor, "Puka Sami", operator=cast.company), client, *companies)


def boxes(answer: Any) -> dict[str, str]:
    """Every box of the table and what it says, with what is sent beside it."""
    html = answer.content.decode()
    form = html[html.index('class="grid-form"') :]
    form = form[: form.index("</form>")]
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and "checkbox" not in tag and "file" not in tag:
            found[name[1]] = unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = unescape(chosen[1]) if chosen else ""
    for name, text in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(text).removeprefix("\n")
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


def line(key: str, **figures: str) -> dict[str, str]:
    """What is typed in some boxes of a line."""
    return {f"{key}-{name}": text for name, text in figures.items()}


def key(*said: object) -> str:
    """The line of an employer, or of whatever tells lines apart."""
    return key_of([getattr(one, "pk", one) for one in said])


def errors(answer: Any) -> list[tuple[str, str, str]]:
    """What the page says is to be corrected: of what, in which words, and the box to which it leads."""
    return [(str(row.get("label", "")), str(row["message"]), row["anchor"]) for row in answer.context["errors"]]


def returned(
    desk: Desk, employer: Organisation, days: dict[str, date] | None = None, **figures: Any
) -> EmploymentReturn:
    """A return that the monitor entered."""
    usual: dict[str, Any] = {"total_fte": Decimal(180), "women_fte": Decimal(22), "district_fte": Decimal(64)}
    said = usual | figures | (days or {"period_start": FIRST, "period_end": LAST})
    found: EmploymentReturn = enter(
        desk.cast.monitor, EmploymentReturn(project=desk.project, employer=employer, **said)
    )
    return found


def test_one_save_adds_and_changes_what_the_table_says_and_leaves_the_rest(desk: Desk) -> None:
    kept, changed = returned(desk, desk.cast.company), returned(desk, desk.apu, women_fte=None)
    fields = desk.open() | line(key(desk.apu), women_fte="23", total_fte="180.0")
    fields |= line("new1", employer="transportes nan", total_fte="66", women_fte="4", contractors_included="false")
    paper = SimpleUploadedFile("return.pdf", PDF)
    answer = desk.send(fields | {"amend-reason": "The return says so", "source-uploads": paper})
    assert answer.status_code == 302
    assert desk.returns() == [("Contratistas Apu", 180, 23), ("Minera Sami", 180, 22), ("Transportes Ñan", 66, 4)]
    added = EmploymentReturn.objects.get(employer=desk.transport)
    assert (added.contractors_included, added.district_fte) == (False, None)
    for record in (added, EmploymentReturn.objects.get(pk=changed.pk)):
        assert (record.source.voice, record.source.reference) == ("company", SAYS["source-reference"])
        assert (record.source.entered_by, record.source.evidence.count()) == (desk.cast.monitor, 1)
    assert EmploymentReturn.objects.get(pk=kept.pk).source.revision == 1
    trail = AuditEntry.objects.filter(content_type__model="employmentreturn").order_by("pk")
    assert [(one.verb, one.object_id, one.reason) for one in trail][2:] == [
        ("amended", str(changed.pk), "The return says so"),
        ("entered", str(added.pk), ""),
    ]
    assert Job.objects.filter(subject=f"project/{desk.project.pk}/2025").exists()
    assert desk.client.get(desk.url()).context["sheet"].to_be_saved == []


def test_one_wrong_line_saves_nothing_and_loses_nothing(desk: Desk) -> None:
    fields = desk.open() | line("new1", employer="Contratistas Apu", total_fte="180", women_fte="412")
    fields |= line("new2", employer="Transportes Ñan", total_fte="66", women_fte="4")
    answer = desk.send(fields)
    assert answer.status_code == 200
    assert errors(answer) == [("Contratistas Apu, women (412)", "More women than workers in all.", "new1-women_fte")]
    assert desk.returns() == []
    assert not Source.objects.filter(reference=SAYS["source-reference"]).exists()
    again = boxes(answer)
    assert {name: again[name] for name in fields if name.startswith("new")} == {
        name: text for name, text in fields.items() if name.startswith("new")
    }
    html = answer.content.decode()
    assert 'aria-label="Contratistas Apu, women"' in html
    assert 'aria-describedby="error-new1"' in html
    assert 'id="error-new1"' in html
    assert desk.send(again | line("new1", women_fte="22")).status_code == 302
    assert [name for name, _total, _women in desk.returns()] == ["Contratistas Apu", "Transportes Ñan"]


def test_the_same_table_sent_twice_is_saved_once(desk: Desk) -> None:
    fields = desk.open() | line("new1", employer="Contratistas Apu", total_fte="180")
    first, second = desk.send(fields), desk.send(fields)
    assert (first.status_code, second.status_code) == (302, 302)
    assert len(desk.returns()) == 1
    gone_back = desk.send(fields | line("new1", total_fte="181"))
    assert [words for _label, words, _anchor in errors(gone_back)] == [
        "This line stands in the table already. Type the figures there."
    ]
    assert desk.returns() == [("Contratistas Apu", 180, None)]


def test_what_somebody_saved_meanwhile_is_never_overwritten_unseen(desk: Desk) -> None:
    returned(desk, desk.apu, BEFORE)
    fields = desk.open()
    record = returned(desk, desk.apu, women_fte=Decimal(40))
    answer = desk.send(fields | line(key(desk.apu), total_fte="180", women_fte="22") | {"amend-reason": "Newer return"})
    assert [words for _label, words, _anchor in errors(answer)] == [
        "Somebody saved this line while you were typing. On record now: women 40. Save again to keep yours."
    ]
    assert desk.returns() == [("Contratistas Apu", 180, 40)]
    assert desk.send(boxes(answer) | {"amend-reason": "Newer return"}).status_code == 302
    assert desk.returns() == [("Contratistas Apu", 180, 22)]
    assert EmploymentReturn.objects.get(pk=record.pk).source.revision == 2


def test_a_line_left_empty_is_no_record_and_a_record_is_not_emptied(desk: Desk) -> None:
    returned(desk, desk.apu, BEFORE)
    returned(desk, desk.cast.company)
    fields = desk.open()
    answer = desk.send(fields | line("new1", employer="Transportes Ñan"))
    assert [words for _label, words, _anchor in errors(answer)] == ["No line says anything new, so nothing was saved."]
    emptied = dict.fromkeys((name for name in fields if name.startswith(key(desk.cast.company))), "")
    [(label, words, _anchor)] = errors(desk.send(fields | emptied | {"amend-reason": "Wrong"}))
    assert label == "Minera Sami"
    assert words == (
        "You emptied every figure of a record. Where it was entered by mistake, withdraw it instead; else fill them in again."
    )
    nobody = errors(desk.send(fields | line("new1", total_fte="5")))
    assert nobody == [("New line 1, employer", "Fill this in.", "new1-employer")]


def test_what_is_typed_in_a_new_line_moves_to_the_empty_one_that_is_about_the_same(desk: Desk) -> None:
    returned(desk, desk.apu, BEFORE)
    checked = boxes(desk.send(desk.open() | line("new1", employer="contratistas apu", total_fte="180"), "check"))
    assert (checked[f"{key(desk.apu)}-total_fte"], checked["new1-employer"], checked["new1-total_fte"]) == (
        "180",
        "",
        "",
    )
    twice = errors(desk.send(checked | line("new1", employer="Contratistas Apu", total_fte="181"), "check"))
    assert [words for _label, words, _anchor in twice] == [
        "This line stands in the table already. Type the figures there."
    ]


def test_a_change_needs_a_reason_and_an_addition_none(desk: Desk) -> None:
    returned(desk, desk.apu)
    fields = desk.open()
    assert [label for label, _words, _anchor in errors(desk.send(fields | line(key(desk.apu), women_fte="23")))] == [
        "Why do you change it?"
    ]
    assert desk.send(fields | line("new1", employer="Minera Sami", total_fte="5")).status_code == 302


def test_a_company_types_its_own_line_and_reads_those_of_others(desk: Desk) -> None:
    returned(desk, desk.apu)
    desk.client.force_login(desk.cast.operator)
    fields = desk.open()
    assert key(desk.apu) not in {name.partition("-")[0] for name in fields}, "only read"
    forged = fields | line(key(desk.apu), total_fte="1") | line("new1", employer="Minera Sami", total_fte="686")
    assert desk.send(forged).status_code == 200
    assert desk.send(fields | line("new1", employer="Minera Sami", total_fte="686")).status_code == 302
    assert desk.returns() == [("Contratistas Apu", 180, 22), ("Minera Sami", 686, None)]
    own = EmploymentReturn.objects.get(employer=desk.cast.company)
    assert (own.source.voice, own.source.organisation, own.source.entered_for) == (
        *("company", desk.cast.company),
        desk.cast.company,
    )


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("stranger", "employment/grid/2025-07-01_2025-09-30/", 404),
        ("reviewer", "employment/grid/2025-07-01_2025-09-30/", 403),
        ("auditor", "employment/grid/", 403),
        ("monitor", "phases/grid/", 404),
        ("monitor", "employment/grid/2025-07-01/", 404),
        ("monitor", "employment/grid/2025-13-01_2025-13-30/", 404),
    ],
)
def test_who_may_not_enter_has_no_table_and_no_other_kind_has_one(desk: Desk, who: str, path: str, status: int) -> None:
    desk.client.force_login(desk.cast[who])
    url = f"/en/work/projects/{desk.project.slug}/{path}"
    assert desk.client.get(url).status_code == status
    assert desk.client.post(url).status_code in {status, 405}


def test_another_organisation_reads_what_was_entered_and_does_not_change_it(desk: Desk) -> None:
    follow(desk.project, desk.cast.other_ngo)
    fields = desk.open()
    desk.client.force_login(desk.cast.stranger)
    theirs = desk.open() | line("new1", employer="Contratistas Apu", total_fte="99")
    desk.client.force_login(desk.cast.monitor)
    desk.send(fields | line("new1", employer="Contratistas Apu", total_fte="180"))
    desk.client.force_login(desk.cast.stranger)
    assert [words for _label, words, _anchor in errors(desk.send(theirs))] == [
        "This line stands in the table already. Type the figures there."
    ]
    assert "entered by another organisation" in desk.client.get(desk.url()).content.decode()
    assert desk.returns() == [("Contratistas Apu", 180, None)]


def test_sums_say_what_is_known_what_was_and_what_is_left(desk: Desk) -> None:
    returned(desk, desk.apu, BEFORE, national_fte=Decimal(170))
    returned(desk, desk.transport, BEFORE, women_fte=None)
    fields = desk.open() | line(key(desk.apu), total_fte="200", national_fte="180", women_fte="30")
    answer = desk.send(fields | line(key(desk.transport), total_fte="1066"), "check")
    totals = {total.column: (total.texts, total.was, total.unknown) for total in answer.context["table"].totals}
    assert totals["total_fte"] == (["1,266"], ["360"], 0)
    assert totals["women_fte"] == (["30"], ["22"], 1)
    assert totals["rest"] == (["20"], ["10"], 0)
    html = answer.content.decode()
    assert 'data-was="180"' in html
    assert "was 180" in html
    assert desk.returns() == []


def test_figures_of_the_period_before_go_into_empty_boxes_alone(desk: Desk) -> None:
    returned(desk, desk.apu, BEFORE, contractors_included=True)
    returned(desk, desk.transport, {"period_start": date(2025, 1, 1), "period_end": date(2025, 6, 30)})
    copied = boxes(desk.send(desk.open() | line(key(desk.apu), women_fte="30"), "copy"))
    assert copied[f"{key(desk.apu)}-women_fte"] == "30"
    assert copied[f"{key(desk.apu)}-total_fte"] == "180"
    assert copied[f"{key(desk.apu)}-contractors_included"] == "true"
    assert key(desk.transport) not in {name.partition("-")[0] for name in copied}, "half a year is no quarter"


BLOCK = "Contratistas Apu\tsí\t180\t64\nTransportes Nan\tn/a\t66\nNadie S.A.\t\t5"


def test_a_pasted_block_is_looked_at_before_it_is_taken(desk: Desk) -> None:
    returned(desk, desk.apu, district_fte=Decimal(61))
    fields = desk.open()
    looked = desk.send(fields | {"block": BLOCK}, "look")
    taken = looked.context["taken"]
    assert [(one.title, str(one.heading), one.old, one.new) for one in taken.changes] == [
        ("Contratistas Apu", "With contractors’ workers", "", "sí"),
        ("Contratistas Apu", "Of the districts", "61", "64"),
        ("Transportes Nan", "All workers", "", "66"),
        ("Nadie S.A.", "All workers", "", "5"),
    ]
    assert looked.context["unknown"] == ["Nadie S.A."]
    assert boxes(looked) == fields | boxes(looked) | {"block": BLOCK}
    assert boxes(looked)[f"{key(desk.apu)}-district_fte"] == "61", "it is only looked at"
    took = desk.send(boxes(looked), "take")
    assert boxes(took)["block"] == ""
    assert boxes(took)[f"{key(desk.apu)}-contractors_included"] == "true"
    assert errors(took) == [
        (
            "Nadie S.A., employer",
            "“Nadie S.A.” is not on record here. Correct the name, or add it first.",
            "new2-employer",
        )
    ]
    assert desk.send(boxes(took) | line("new2", employer="Minera Sami") | {"amend-reason": "Paper"}).status_code == 302
    assert desk.returns() == [("Contratistas Apu", 180, 22), ("Minera Sami", 5, None), ("Transportes Ñan", 66, None)]


def test_a_block_with_headings_is_read_by_them_and_one_that_is_too_wide_is_not_taken(desk: Desk) -> None:
    headed = "Women\tNotes\tEmployer\tAll workers\n4\tlate\tTransportes Ñan\t66\n"
    taken = desk.send(desk.open() | {"block": headed}, "take")
    assert taken.context["taken"].block.left_out == ["Notes"]
    assert (boxes(taken)["new1-women_fte"], boxes(taken)["new1-total_fte"]) == ("4", "66")
    wide = "Transportes Ñan\t" + "\t".join("1" for _cell in range(12))
    answer = desk.send(desk.open() | {"block": wide}, "take")
    assert (boxes(answer)["block"], boxes(answer)["new1-employer"]) == (wide, "")
    assert "more cells than the table has columns" in answer.content.decode()


def test_of_three_thousand_pasted_rows_the_wrong_one_is_said_at_its_cell_and_nothing_is_lost(desk: Desk) -> None:
    companies = Organisation.objects.bulk_create(
        Organisation(name=f"Contratista {number}", kind="company") for number in range(3_000)
    )
    rows = [f"{one.name}\tsí\t180\t64\t100\t120\t170\t{412 if at == 1_712 else 22}" for at, one in enumerate(companies)]
    with CaptureQueriesContext(connection) as looking:
        answer = desk.send(desk.open() | {"block": "\n".join(rows)}, "take")
    assert len(looking) < 60, "no query a line"
    [(label, words, anchor)] = errors(answer)
    assert (label, words) == ("Contratista 1712, women (412)", "More women than workers in all.")
    sent = boxes(answer)
    assert sent[anchor] == "412"
    assert len(sent["more"].splitlines()) == 3_000 - 100
    with CaptureQueriesContext(connection) as saving:
        assert desk.send(sent | {anchor: "41"}).status_code == 302
    assert len(saving) < 80, "no query a line"
    returns = EmploymentReturn.objects.filter(period_start=FIRST)
    assert (returns.count(), returns.filter(women_fte=41).count(), returns.filter(women_fte=22).count()) == (
        3_000,
        1,
        2_999,
    )
    assert Source.objects.filter(reference=SAYS["source-reference"]).count() == 3_000


def test_further_lines_that_cannot_be_read_stay_as_they_were_sent_and_nothing_is_saved(desk: Desk) -> None:
    wide = "Transportes Ñan\t" + "\t".join("1" for _cell in range(12))
    fields = desk.open() | line("new1", employer="Contratistas Apu", total_fte="180") | {"more": wide}
    answer = desk.send(fields)
    assert [(label, anchor) for label, _words, anchor in errors(answer)] == [("Further lines, as text", "more")]
    assert boxes(answer)["more"] == wide
    assert desk.returns() == []


def test_sums_of_purchases_are_apart_for_each_currency_and_a_buyer_has_a_line_in_each(desk: Desk) -> None:
    fields = desk.open(kind="purchases")
    fields |= line("new1", buyer="Minera Sami", currency="pen", eligible_amount="S/ 1200.50", local_amount="200")
    fields |= line("new2", buyer="Minera Sami", currency="USD", eligible_amount="300")
    checked = desk.send(fields, "check", kind="purchases")
    assert errors(checked) == []
    [bought, *_parts, rest] = checked.context["table"].totals
    assert [str(text).replace("\u00a0", " ") for text in bought.texts] == ["S/ 1,200.50", "US$ 300"]
    assert [str(text).replace("\u00a0", " ") for text in rest.texts] == ["S/ 1,000.50"]
    wrong = desk.send(fields | line("new2", eligible_amount="S/ 300"), kind="purchases")
    assert [label for label, _words, _anchor in errors(wrong)] == ["Minera Sami, USD, bought in all (S/ 300)"]
    assert desk.send(fields, kind="purchases").status_code == 302
    assert sorted(ProcurementReturn.objects.values_list("currency", "eligible_amount")) == [
        ("PEN", Decimal("1200.50")),
        ("USD", Decimal(300)),
    ]


def test_courses_are_told_apart_by_what_is_learnt(desk: Desk) -> None:
    fields = desk.open(kind="training")
    for number, subject in enumerate(("Welding", "Electricity"), 1):
        fields |= line(
            f"new{number}", provider="Minera Sami", form="course", subject=subject, seats="20", completed="19"
        )
    assert desk.send(fields, kind="training").status_code == 302
    assert sorted(TrainingReturn.objects.values_list("subject", "completed")) == [("Electricity", 19), ("Welding", 19)]
    again = desk.open(kind="training") | line("new1", provider="Minera Sami", form="", subject="Geology", seats="2")
    assert errors(desk.send(again, kind="training"))[0][2] == "new1-form"


def test_every_kind_with_a_table_has_all_that_must_be_filled_in_and_says_what_there_must_be(desk: Desk) -> None:
    grids = {kind: grid for kind in KINDS_OF_RECORD.values() if (grid := kind.grid)}
    assert {"employment", "production", "purchases", "training"} <= {kind.code for kind in grids}
    for kind, grid in grids.items():
        required = {name for name, field in kind.form.base_fields.items() if field.required}
        assert required <= {*kind.told_apart_by, *grid.figures, "period_start", "period_end"}, kind.code
        assert boxes(desk.client.get(desk.url(kind=kind.code)))["spare"] == "3"
        page = desk.client.get(desk.url(kind=kind.code)).content.decode()
        assert set(re.findall(r' list="([^"]+)"', page)) <= set(re.findall(r'<datalist id="([^"]+)"', page)), kind.code
    line_of_copper = line("new1", producer="Minera Sami", mineral="copper", quantity="12.5")
    fields = desk.open(kind="production") | line_of_copper
    assert errors(desk.send(fields, kind="production")) == [("Minera Sami, Copper, unit", "Choose one.", "new1-unit")]
    assert desk.send(fields | line("new1", unit="t"), kind="production").status_code == 302
    assert str(ProductionReturn.objects.get()) == "Copper, 1 July 2025 – 30 September 2025"


def test_days_that_have_not_come_and_days_that_overlap_are_said(desk: Desk) -> None:
    returned(desk, desk.apu, {"period_start": date(2025, 1, 1), "period_end": date(2025, 12, 31)})
    answer = desk.client.get(desk.url())
    assert "There are records of other days that overlap with these: 2025." in " ".join(answer.content.decode().split())
    later = desk.client.get(desk.url(period="2099-01-01_2099-03-31"))
    assert "This day has not come yet." in later.content.decode()
    asked = desk.client.get(desk.url().removesuffix(f"{QUARTER}/"), {"first": "1/7/2025", "last": "30/9/2025"})
    assert asked["Location"] == desk.url()
    assert "The period ends before it starts." in (
        desk.client.get(asked.request["PATH_INFO"], {"first": "1/7/2025", "last": "1/6/2025"}).content.decode()
    )


def test_the_table_is_reached_from_the_mine_its_lists_and_leads_to_single_forms(desk: Desk) -> None:
    periods = f"/en/work/projects/{desk.project.slug}/employment/grid/"
    for page in ("", "employment/"):
        assert f'href="{periods}"' in desk.client.get(f"/en/work/projects/{desk.project.slug}/{page}").content.decode()
    assert f'href="{desk.url()}"' in desk.client.get(f"{periods}?year=2025").content.decode()
    returned(desk, desk.apu, BEFORE)
    forms = {title: url for title, url, _recorded in desk.client.get(desk.url()).context["singly"]}
    single = desk.client.get(forms["Contratistas Apu"]).content.decode()
    assert 'value="01/07/2025"' in single
    assert f'<option value="{desk.apu.pk}" selected>' in single


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2025-01-01", "2025-12-31", "2025"),
        ("2025-07-01", "2025-09-30", "July to September 2025"),
        ("2024-02-01", "2024-02-29", "February 2024"),
        ("2025-02-01", "2025-02-27", "1 February 2025 – 27 February 2025"),
        ("2024-07-01", "2025-06-30", "1 July 2024 – 30 June 2025"),
    ],
)
def test_a_period_is_said_as_people_say_it(first: str, last: str, words: str) -> None:
    period = Period(date.fromisoformat(first), date.fromisoformat(last))
    assert str(period) == words
    assert Period.read(period.address) == period


def test_figures_stand_beside_those_of_as_many_days_before() -> None:
    third = Period(FIRST, LAST)
    second, first, half = Period.of(2025, 4, 3), Period.of(2025, 1, 3), Period.of(2025, 1, 6)
    assert period_before(third, [third, first, half, second]) == second
    assert period_before(third, [third, half, Period.of(2025, 10, 3)]) is None
    assert [str(one) for one in usual_periods(2025, date(2025, 7, 15))[0]] == ["January to June 2025"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Apu\t1\t2\r\n\r\nÑan\t-\t3\r\n", [{"who": "Apu", "a": "1", "b": "2"}, {"who": "Ñan", "b": "3"}]),
        ("Apu;1,5;2", [{"who": "Apu", "a": "1,5", "b": "2"}]),
        ('"Apu\nSur"\t1', [{"who": "Apu Sur", "a": "1"}]),
        ('"Apu\t1', [{"who": "Apu 1"}]),
        ("Second\tWho\n4\tApu", [{"who": "Apu", "b": "4"}]),
        ("", []),
    ],
)
def test_rows_come_as_spreadsheets_copy_them(text: str, lines: Sequence[dict[str, str]]) -> None:
    assert read_block(text, ("who", "a", "b"), {"who": "who", "second": "b"}).lines == lines


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (Decimal("118.00"), "118"),
        (Decimal("0.50"), "0.5"),
        (Decimal("1200"), "1200"),
        (True, "true"),
        (0, "0"),
    ],
)
def test_figures_stand_in_boxes_as_people_would_type_them(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_provenance_of_a_change_is_what_the_table_says(desk: Desk) -> None:
    one, other = returned(desk, desk.apu), returned(desk, desk.transport)
    Source.objects.filter(pk=other.source_id).update(voice="authority")
    assert desk.client.get(desk.url()).context["source"].initial.get("voice") is None, (
        "two say it, so nobody is proposed"
    )
    Source.objects.filter(pk=other.source_id).update(voice=source().voice)
    assert desk.client.get(desk.url()).context["source"].initial["voice"] == one.source.voice


def sourced(record: EmploymentReturn, **columns: Any) -> EmploymentReturn:
    """A record whose source says something else."""
    Source.objects.filter(pk=record.source_id).update(**columns)
    return record


def source_of(record: EmploymentReturn) -> Source:
    """The source of a record as it is kept now."""
    return Source.objects.get(pk=record.source_id)


def source_boxes(answer: Any) -> dict[str, str]:
    """The boxes of who says so, with all that is chosen in them."""
    return {name: text for name, text in boxes(answer).items() if name.startswith("source-")}


def test_to_change_one_figure_leaves_who_said_the_record_and_who_may_read_it(desk: Desk) -> None:
    secret = sourced(
        returned(desk, desk.apu), audience="confidential", voice="authority", reference="Acta 7", state="disputed"
    )
    returned(desk, desk.transport)
    answer = desk.client.get(desk.url())
    assert "each line keeps its own source, unless you fill in another one" in answer.content.decode()
    sent = boxes(answer) | line(key(desk.apu), women_fte="23") | {"amend-reason": "Paper", "do": "save"}
    assert desk.client.post(desk.url(), sent).status_code == 302
    kept = source_of(secret)
    assert (kept.audience, kept.voice, kept.reference, kept.state) == (
        *("confidential", "authority", "Acta 7", "disputed"),
    )
    assert desk.returns()[0] == ("Contratistas Apu", 180, 23)
    sent = boxes(desk.client.get(desk.url())) | line(key(desk.apu), women_fte="24") | {"amend-reason": "Paper"}
    sent |= {"source-audience": "public", "source-reference": "Acta 8", "do": "save"}
    assert desk.client.post(desk.url(), sent).status_code == 302
    kept = source_of(secret)
    assert (kept.audience, kept.voice, kept.reference) == ("confidential", "authority", "Acta 8"), "never widened"


def test_what_the_form_showed_at_first_is_no_change_even_where_it_would_show_something_else_now(desk: Desk) -> None:
    mine_own, other = returned(desk, desk.apu), sourced(returned(desk, desk.transport), reference="Acta 7")
    fields = boxes(desk.client.get(desk.url()))
    sourced(mine_own, reference="Acta 9")
    sourced(other, reference="Acta 9")
    sent = fields | line(key(desk.apu), women_fte="23") | {"amend-reason": "Paper", "do": "save"}
    assert desk.client.post(desk.url(), sent).status_code == 302
    assert source_of(mine_own).reference == "Acta 9"


def test_a_voice_that_stood_there_is_not_emptied_and_a_new_line_needs_one(desk: Desk) -> None:
    returned(desk, desk.apu)
    fields = boxes(desk.client.get(desk.url())) | {"source-voice": "", "amend-reason": "Paper", "do": "save"}
    changed = desk.client.post(desk.url(), fields | line(key(desk.apu), women_fte="23"))
    assert [anchor for _label, _words, anchor in errors(changed)] == ["id_source-voice"]
    added = desk.client.post(desk.url(), fields | line("new1", employer="Transportes Ñan", total_fte="5"))
    assert [anchor for _label, _words, anchor in errors(added)] == ["id_source-voice"]


def test_a_company_keeps_its_own_public_reference(desk: Desk) -> None:
    desk.client.force_login(desk.cast.operator)
    fields = desk.open() | line("new1", employer="Minera Sami", total_fte="686") | SAYS
    fields |= {"source-audience": "public", "do": "save"}
    assert desk.client.post(desk.url(), fields).status_code == 302
    answer = desk.client.get(desk.url())
    assert source_boxes(answer)["source-reference"] == SAYS["source-reference"]
    sent = boxes(answer) | line(key(desk.cast.company), total_fte="687") | {"amend-reason": "Paper", "do": "save"}
    assert desk.client.post(desk.url(), sent).status_code == 302
    kept = EmploymentReturn.objects.get(employer=desk.cast.company).source
    assert (kept.reference, kept.audience) == (SAYS["source-reference"], "public")


def test_boxes_that_nobody_touched_show_what_a_colleague_saved_since(desk: Desk) -> None:
    record, other = returned(desk, desk.apu), returned(desk, desk.transport)
    fields = desk.open()
    EmploymentReturn.objects.filter(pk__in=[record.pk, other.pk]).update(district_fte=70, national_fte=None)
    Source.objects.filter(pk__in=[record.source_id, other.source_id]).update(revision=2)
    answer = desk.send(fields | line(key(desk.apu), women_fte="23") | {"amend-reason": "Paper"})
    assert [words for _label, words, _anchor in errors(answer)] == [
        "Somebody saved this line while you were typing. On record now: women 22. Save again to keep yours."
    ]
    assert desk.send(boxes(answer) | {"amend-reason": "Paper"}).status_code == 302
    found = EmploymentReturn.objects.get(pk=record.pk)
    assert (found.district_fte, found.women_fte) == (70, 23)
    assert EmploymentReturn.objects.get(pk=other.pk).district_fte == 70
    assert source_of(other).revision == 2, "an untouched line is nobody's change"


def test_a_line_that_others_entered_meanwhile_stays_once_the_boxes_are_emptied(desk: Desk) -> None:
    follow(desk.project, desk.cast.other_ngo)
    returned(desk, desk.apu, BEFORE)
    sourced(returned(desk, desk.transport, BEFORE), entered_for=desk.cast.other_ngo)
    fields = desk.open() | line(key(desk.apu), total_fte="99")
    sourced(returned(desk, desk.apu), entered_for=desk.cast.other_ngo)
    answer = desk.send(fields, "check")
    assert [words for _label, words, _anchor in errors(answer)] == [
        "Another organisation entered this line while you were typing, and only they change it. On record now: all workers 180. "
        "Nothing of theirs is changed. Empty the boxes in which you typed something else."
    ]
    emptied = desk.send(boxes(answer) | line(key(desk.apu), total_fte=""), "check")
    assert errors(emptied) == []


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("Transportes Ñan\tsí\t66\n\tsí\t99", "These rows have no name, so nothing is taken: 2"),
        (
            "Transportes Ñan\t\t66\nContratistas Apu\t\t5\nTransportes Nan\t\t67",
            "Row 3, Transportes Nan: this name is in row 1 already, so nothing is taken.",
        ),
        (
            "All workers\tWomen\n66\t4",
            "The headings lack a column that tells lines apart, so nothing is taken: Employer",
        ),
    ],
)
def test_rows_that_name_nobody_or_somebody_twice_are_reported_and_not_taken(desk: Desk, block: str, words: str) -> None:
    fields = desk.open()
    answer = desk.send(fields | {"block": block}, "take")
    assert answer.context["taken"].reported == [words]
    assert words in unescape(answer.content.decode())
    assert {name: text for name, text in boxes(answer).items() if name.startswith("new")} == {
        name: text for name, text in fields.items() if name.startswith("new")
    }
    assert boxes(answer)["block"] == block
    further = desk.send(fields | {"more": block})
    assert [(said, anchor) for _label, said, anchor in errors(further) if anchor] == [(words, "more")]
    assert boxes(further)["more"] == block


def test_a_quantity_that_can_be_read_in_two_ways_is_asked_about(desk: Desk) -> None:
    fields = desk.open(kind="production")
    fields |= line("new1", producer="Minera Sami", mineral="copper", quantity="12,500", unit="t")
    [(_label, words, anchor)] = errors(desk.send(fields, kind="production"))
    assert (words, anchor) == ("“12,500” can be read in two ways. Write 12500 or 12.5000.", "new1-quantity")
    assert desk.send(fields | line("new1", quantity="12.1250"), kind="production").status_code == 302
    assert ProductionReturn.objects.get().quantity == Decimal("12.125")
    again = desk.open(kind="production")
    assert "12.1250" in again.values()
    assert errors(desk.send(again, "check", kind="production")) == []


def test_quantities_of_several_units_have_no_sum(desk: Desk) -> None:
    fields = desk.open(kind="production")
    fields |= line("new1", producer="Minera Sami", mineral="copper", quantity="12", unit="t")
    fields |= line("new2", producer="Minera Sami", mineral="gold", quantity="30", unit="t")
    assert desk.send(fields, "check", kind="production").context["table"].totals[0].texts == ["42"]
    mixed = desk.send(fields | line("new2", unit="oz"), "check", kind="production")
    assert mixed.context["table"].totals[0].texts == []
    assert "data-units" in mixed.content.decode()


def test_rows_that_still_stand_in_the_box_for_a_block_are_not_lost_by_saving(desk: Desk) -> None:
    fields = desk.open() | line("new1", employer="Contratistas Apu", total_fte="180") | {"block": BLOCK}
    answer = desk.send(fields)
    assert errors(answer) == [
        (
            "Paste a block",
            "There are still rows in this box. Take them into the table, or empty the box, and save again.",
            "block",
        )
    ]
    assert boxes(answer)["block"] == BLOCK
    assert desk.returns() == []


def test_more_new_lines_than_a_table_has_are_said_and_not_dropped(desk: Desk) -> None:
    companies = [Organisation.objects.create(name=f"Contratista {number}", kind="company") for number in range(101)]
    fields = desk.open() | {"spare": "101"}
    for number, company in enumerate(companies, 1):
        fields |= line(f"new{number}", employer=company.name, total_fte="5")
    answer = desk.send(fields)
    assert errors(answer) == [
        ("", "More new lines were sent than a table has (100). Look at all lines, and save again.", "")
    ]
    assert desk.returns() == []
    full = desk.send(boxes(answer), "more")
    assert errors(full)[0][1] == (
        "The table has no room for more lines with boxes (100). Paste further lines as a block."
    )
    assert desk.send(boxes(full)).status_code == 302
    assert len(desk.returns()) == 101


def test_an_emptied_box_stays_a_box_where_there_are_more_lines_than_boxes(desk: Desk) -> None:
    returned(desk, desk.transport)
    fields = desk.open() | line(key(desk.transport), women_fte="")
    companies = Organisation.objects.bulk_create(
        Organisation(name=f"Contratista {number}", kind="company") for number in range(120)
    )
    rows = "\n".join(f"{one.name}\t\t180\t\t\t\t\t412" for one in companies)
    answer = desk.send(fields | {"block": rows, "amend-reason": "Paper"}, "take")
    assert boxes(answer)[f"{key(desk.transport)}-women_fte"] == ""
    assert key(desk.transport) in [one.key for one in answer.context["sheet"].boxed]


def test_one_save_changes_so_many_records_and_says_where_there_are_more(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projects.views.grids.MOST_CHANGED", 1)
    returned(desk, desk.apu)
    returned(desk, desk.transport)
    fields = desk.open() | line(key(desk.apu), women_fte="23") | {"amend-reason": "Paper"}
    answer = desk.send(fields | line(key(desk.transport), women_fte="23"))
    assert [words for _label, words, _anchor in errors(answer)] == [
        "One save changes at most 1 lines that are on record already; here they are 2. Paste fewer rows at a time."
    ]
    assert desk.send(fields).status_code == 302
