"""Every kind of record can be imported: the empty table filled in becomes what the form would make of it, and can be undone."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.forms import NullBooleanField
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import AuditEntry, Job
from accounts.services.audit import name_in_trail, state_of
from communities.models import Commitment
from compliance.models import Exemption
from projects.intake.messages import sentence
from projects.intake.parsing import Options, text_of_at_most
from projects.intake.records import RecordTarget
from projects.intake.targets import TARGETS, ImportField, ImportTarget, Row, Scope, register
from projects.kinds import KINDS_OF_RECORD as KINDS
from projects.kinds import RecordKind
from projects.models import (
    AssessmentCondition,
    Disclosure,
    EmploymentReturn,
    ImportBatch,
    MonitoringResult,
    MonitoringStation,
    OwnershipStake,
    PhasePeriod,
    Project,
    ProjectAssignment,
    Source,
)
from projects.services import intake
from projects.services.records import amend_record
from tests.cast import Cast, Mine, gather_cast, make_room, open_mine
from tests.projects.intake_help import codes, confirm, map_columns, undo, upload, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def own(cast: Cast) -> Mine:
    """A mine that the monitor follows, with a record of every kind."""
    return open_mine(cast.monitor, cast.company)


def written(value: Any, column: Any) -> str:
    """A value as people write it into a table, in the language of the moment."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return translation.gettext("Yes" if value else "No")
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if column.many_to_many:
        return "; ".join(str(one) for one in value.all())
    return str(dict(column.flatchoices).get(value, value)) if column.choices else str(value)


def cells_of(kind: RecordKind, record: Any) -> list[str]:
    """A record as one row of the empty table of its kind."""
    project = [record.project.name] if kind.project_path else []
    target = TARGETS[kind.code]
    assert isinstance(target, RecordTarget)
    return project + [written(getattr(record, name), column) for name, column in target.columns.items()]


def table(kind: RecordKind, *rows: list[str]) -> bytes:
    """Rows under the headings of the empty table."""
    out = io.StringIO()
    csv.writer(out).writerows([[str(field.label) for field in TARGETS[kind.code].fields], *rows])
    return out.getvalue().encode()


def formed(kind: RecordKind, record: Any, cast: Cast) -> tuple[dict[str, Any], dict[str, set[int]]]:
    """The columns of what the form makes of the same values, and the keys of what it links."""
    project = record.project if kind.project_path else None
    shown = kind.form(actor=cast.monitor, project=project, instance=record)
    data = {}
    for name, field in shown.fields.items():
        value = field.prepare_value(shown.initial.get(name, field.initial))
        unticked = value is False and not isinstance(field, NullBooleanField)
        if value not in (None, "") and not unticked:
            data[name] = value if isinstance(value, list) else str(value)
    form = kind.form(data, actor=cast.monitor, project=project)
    again = kind.form(data, actor=cast.monitor, project=project)
    assert form.fields.keys() == again.fields.keys()
    assert form.is_valid(), form.errors
    return columns(form.instance), {name: {one.pk for one in rows} for name, rows in form.related.items()}


def columns(record: Any) -> dict[str, Any]:
    """What a record says, without where it comes from."""
    own = {"source_id", "requested_by_id"}
    found = {name: value for name, value in state_of(record).items() if name not in own}
    decimals = {one.name for one in record._meta.concrete_fields if one.get_internal_type() == "DecimalField"}
    return found | {name: Decimal(found[name]) for name in decimals if found[name] not in (None, "None")}


@pytest.mark.parametrize("code", sorted(KINDS))
def test_the_filled_in_table_becomes_what_the_form_would_make_and_undo_leaves_nothing(
    client: Client, cast: Cast, own: Mine, code: str
) -> None:
    """In Spanish, as most people fill it in."""
    kind = KINDS[code]
    record = make_room(own.records[code])
    client.force_login(cast.monitor)
    with translation.override("es"):
        headings = client.get(f"/es/work/imports/template/{code}.csv").content.decode("utf-8-sig").strip()
        file = headings + "\r\n" + table(kind, cells_of(kind, record)).decode().split("\r\n", 1)[1]
    before = kind.model._default_manager.count()
    linked = {
        name: {one.pk for one in getattr(record, name).all()}
        for name in ("communities",)
        if record.pk and hasattr(record, name)
    }
    batch = map_columns(cast.monitor, upload(cast.monitor, "rows.csv", file.encode(), code))
    assert [(row.state, row.errors) for row in batch.rows.all()] == [("ready", [])]
    expected, related = formed(kind, record, cast)
    batch = confirm(cast.monitor, batch)
    imported: Any = kind.model._default_manager.get(source__import_row__batch=batch)
    assert columns(imported) == expected | ({"slug": imported.slug} if "slug" in expected else {})
    for name, keys in related.items():
        assert {one.pk for one in getattr(imported, name).all()} == keys == linked.get(name, set())
    assert (imported.source.voice, imported.source.entered_for) == (Source.Voice.AUTHORITY, cast.ngo)
    assert AuditEntry.objects.filter(
        verb="imported", object_id=str(imported.pk), label=name_in_trail(imported)
    ).exists()
    batch = undo(cast.monitor, batch)
    assert batch.state == ImportBatch.State.UNDONE
    assert kind.model._default_manager.count() == before
    assert not Source.objects.filter(import_row__batch=batch).exists()


def rows_of(batch: ImportBatch) -> dict[int, dict[str, str]]:
    """Problems by row and field."""
    return {row.number: codes(row) for row in batch.rows.all()}


def said(batch: ImportBatch, number: int, language: str = "en") -> list[str]:
    """What is said of one row, in words."""
    with translation.override(language):
        return [sentence(one, TARGETS[batch.target]) for one in batch.rows.get(number=number).errors]


def imported(cast: Cast, code: str, text: str) -> ImportBatch:
    """A file of one kind, checked."""
    return map_columns(cast.monitor, upload(cast.monitor, "rows.csv", text.encode(), code))


def test_each_bad_cell_of_a_record_is_named(cast: Cast, own: Mine) -> None:
    heading = (
        "project,employer,period from,period to,contractors' workers included,all workers (full-time equivalents),"
    )
    heading += "women,employees on the employer's own payroll (persons)\n"
    rows = [
        "puka-sami,minera sami,01/01/2024,31/12/2024,yes,200,40,100",
        "Puka Sami,Nobody,01/01/2024,31/12/2024,yes,200,40,100",
        "Elsewhere,Minera Sami,01/01/2024,31/12/2024,yes,200,40,100",
        "Puka Sami,Minera Sami,01/13/2024,31/12/2024,maybe,2oo,-4,1.5",
        "Puka Sami,Minera Sami,01/01/2023,31/12/2023,,200,201,100",
        "Puka Sami,Minera Sami,31/12/2022,01/01/2022,,200,40,100",
        "Puka Sami,Minera Sami,01/01/2099,31/12/2099,,200,40,100",
        "Puka Sami,Minera Sami,01/01/2025,31/12/2025,,200,40,100",
        "Puka Sami,Minera Sami,01/01/2024,31/12/2024,yes,200,40,100",
        'Puka Sami,,01/01/2021,31/12/2021,si,200,40,"1,250"',
    ]
    batch = imported(cast, "employment", heading + "\n".join(rows))
    found = {number: set(problems.values()) for number, problems in rows_of(batch).items()}
    assert found == {
        2: set(),
        3: {"not_on_record"},
        4: {"not_on_record"},
        5: {"no_such_month", "not_yes_no_or_unknown", "not_a_number", "broken_rule", "not_whole"},
        6: {"broken_rule"},
        7: {"broken_rule"},
        8: {"broken_rule"},
        9: {"broken_rule"},
        10: {"recorded_in_row"},
        11: {"missing"},
    }
    assert said(batch, 6) == ["More women than workers in all."]
    assert said(batch, 7) == ["The period ends before it starts."]
    assert said(batch, 8, "es") == ["Ese día todavía no llega."] * 2
    assert said(batch, 9) == ["This employer's return for this period is already here. Open and amend it."]


def test_more_people_excused_than_foreigners_are_refused_at_their_cell(cast: Cast, own: Mine) -> None:
    heading = (
        'project,employer,period from,period to,"of these, foreigners who count",exoneration on record,'
        '"of the foreigners who count, excused by the exoneration"\n'
    )
    row = "Puka Sami,Minera Sami,01/01/{year},31/12/{year},5,{ticked},{excused}"
    cells = [(2020, "yes", 5), (2021, "yes", 6), (2022, "no", 1)]
    text = heading + "\n".join(row.format(year=year, ticked=said, excused=few) for year, said, few in cells)
    batch = imported(cast, "employment", text)
    assert rows_of(batch)[2] == {}
    assert rows_of(batch)[3] == {"exonerated_headcount": "broken_rule"}
    assert rows_of(batch)[4] == {"foreign_exonerated": "broken_rule"}


def test_a_name_that_is_not_on_record_is_refused_with_the_nearest_one(cast: Cast, own: Mine) -> None:
    batch = imported(cast, "stakes", 'project,owner,"share, %",from\nPuka Sami,Minera Samy,5,01/01/2024\n')
    assert said(batch, 2) == [
        "“Minera Samy” is not on record here. Correct the name, or add it first. Did you mean “Minera Sami”?"
    ]


def test_a_row_names_only_what_its_own_projects_form_would_offer(cast: Cast, own: Mine) -> None:
    """A promise rests on an agreement of its mine, and is made to a neighbour of it; a stranger's mine is not there."""
    other = open_mine(cast.monitor, cast.company, "Qori Mayo")
    hidden = open_mine(cast.stranger, cast.other_company, "Yana Mayu", country="CL")
    assert other.agreement.title == own.agreement.title == hidden.agreement.title
    rows = [
        "Puka Sami,Framework agreement,Ayllu Puka Sami",
        "Qori Mayo,Framework agreement,Ayllu Qori Mayo",
        "Puka Sami,Framework agreement,Ayllu Qori Mayo",
        "Yana Mayu,Framework agreement,Ayllu Yana Mayu",
        "Puka Sami,Another agreement,",
    ]
    text = "project,agreement,community,what was promised,due on\n"
    batch = imported(cast, "commitments", text + "\n".join(f"{row},A well,01/08/2025" for row in rows))
    assert rows_of(batch) == {
        2: {},
        3: {},
        4: {"community": "not_on_record"},
        5: {"project": "not_on_record"},
        6: {"agreement": "not_on_record"},
    }
    batch = confirm(cast.monitor, batch)
    found = Commitment.objects.filter(source__import_row__batch=batch).order_by("pk")
    assert [one.agreement for one in found] == [own.agreement, other.agreement]
    waiting = Job.objects.filter(kind="evaluate").values_list("subject", flat=True)
    assert {f"project/{one.project.pk}/2025" for one in (own, other)} <= set(waiting)


def test_what_is_otherwise_by_the_time_of_the_import_refuses_its_rows_then(cast: Cast, own: Mine) -> None:
    """Withdrawn, of another medium, of a category whose limits make the value unlikely, recorded by hand, no longer followed."""
    other = open_mine(cast.monitor, cast.company, "Qori Mayo")
    names = ("kept", "withdrawn", "noise", "classified", "twin")
    stations = {name: station(own, name) for name in names} | {"unfollowed": station(other, "unfollowed")}
    rows = [f"{one.project},{one.name},2024-05-02,copper,300,mg/L,M-1" for one in stations.values()]
    heading = "project,station,taken on,parameter,value,unit,number of the sample\n"
    batch = imported(cast, "monitoring-results", heading + "\n".join(rows))
    assert not any(rows_of(batch).values())
    known = MonitoringStation.objects.all()
    known.filter(name="withdrawn").update(withdrawn_at=timezone.now())
    known.filter(name="noise").update(medium="noise")
    known.filter(name="classified").update(category="1-A2")
    MonitoringResult.objects.create(
        source=Source.objects.create(voice="company"),
        **{"station": stations["twin"], "taken_on": "2024-05-02", "parameter": "copper", "value": 1, "number": "M-1"},
    )
    ProjectAssignment.objects.filter(project=other.project).delete()
    Source.objects.filter(pk=other.project.source_id).update(entered_for=None)
    batch = confirm(cast.monitor, batch)
    assert rows_of(batch) == {
        2: {},
        3: {"station": "not_on_record"},
        4: {"parameter": "broken_rule"},
        5: {"as_in_report": "broken_rule"},
        6: {"number": "broken_rule"},
        7: {"project": "not_on_record"},
    }
    assert list(batch.rows.filter(state="imported").values_list("number", flat=True)) == [2]


def station(own: Mine, name: str) -> MonitoringStation:
    """A station in a river that nobody has classified."""
    made = MonitoringStation(project=own.project, name=name, medium="receiving")
    made.source = Source.objects.create(voice="company")
    made.save()
    return made


def test_a_correction_counts_where_no_column_tells_the_field(cast: Cast, own: Mine) -> None:
    station(own, "R-1")
    MonitoringStation.objects.filter(name="R-1").update(category="1-A2")
    text = "project,station,taken on,parameter,value,unit\nPuka Sami,R-1,2024-05-02,copper,300,mg/L\n"
    batch = imported(cast, "monitoring-results", text)
    assert rows_of(batch) == {2: {"as_in_report": "broken_rule"}}
    intake.correct_rows(actor=cast.monitor, batch=batch, corrections={batch.rows.get().pk: {"as_in_report": "yes"}})
    work()
    batch.refresh_from_db()
    confirm(cast.monitor, batch)
    assert MonitoringResult.objects.get(source__import_row__batch=batch).as_in_report


def test_nothing_is_nothing_to_every_parser() -> None:
    """A field about which a file says nothing is not read."""
    fields = [field for target in TARGETS.values() for field in target.fields]
    assert not [field.code for field in fields if field.parser(None, Options()) is not None]


def test_a_day_before_the_agreement_is_said_at_its_cell(cast: Cast, own: Mine) -> None:
    text = "project,agreement,what was promised,due on\nPuka Sami,Framework agreement,A well,14/01/2020\n"
    batch = imported(cast, "commitments", text)
    assert rows_of(batch) == {2: {"due_on": "broken_rule"}}
    assert said(batch, 2) == ["This is before the agreement was signed."]


def test_an_indicator_that_the_form_does_not_offer_is_refused(cast: Cast, own: Mine) -> None:
    text = "project,year,indicator,why it does not apply\n"
    rows = [
        "Puka Sami,2024,L04,No foreigner is employed there.",
        "Puka Sami,2024,X99,No foreigner is employed there.",
        "Puka Sami,2024,E01,Too short",
    ]
    batch = imported(cast, "exemptions", text + "\n".join(rows))
    assert rows_of(batch) == {2: {}, 3: {"indicator": "broken_rule"}, 4: {"reason": "broken_rule"}}
    batch = confirm(cast.monitor, batch)
    assert Exemption.objects.get(source__import_row__batch=batch).requested_by == cast.monitor


def test_what_only_the_database_can_refuse_comes_back_as_a_problem_of_its_row(cast: Cast, own: Mine) -> None:
    """Shares over 100 % and phases that overlap: the good rows go in, the others say why."""
    text = 'project,owner,"share, %",from,until\n'
    rows = [("30", "01/01/2020"), ("20", "01/01/2021"), ("10", "01/01/2022"), ("1", "01/01/2023")]
    batch = imported(cast, "stakes", text + "".join(f"Puka Sami,Minera Ajena,{share},{day},\n" for share, day in rows))
    assert intake.counts(batch)["ready"] == 4
    batch = confirm(cast.monitor, batch)
    assert batch.state == ImportBatch.State.IMPORTED
    assert rows_of(batch) == {2: {}, 3: {"share_percent": "broken_rule"}, 4: {}, 5: {"share_percent": "broken_rule"}}
    assert said(batch, 3) == ["With this share the stakes add up to more than 100 %."]
    assert OwnershipStake.objects.filter(project=own.project).count() == 3
    text = "project,phase,from,until\nPuka Sami,Exploration,01/01/2019,01/01/2021\nPuka Sami,closure,01/01/2030,\n"
    batch = confirm(cast.monitor, imported(cast, "phases", text))
    assert set(rows_of(batch)[3].values()) == {"broken_rule"}
    assert PhasePeriod.objects.filter(project=own.project).count() == 2


def test_records_in_use_or_changed_since_stop_the_undo_and_are_named(cast: Cast, own: Mine) -> None:
    """Something refers to one, somebody amended another, somebody approved a third: nothing is undone by halves."""
    text = "project,kind of study,part of the mine,approved on\n"
    batch = imported(cast, "assessments", text + "Puka Sami,DIA,camp,01/02/2021\nPuka Sami,ITS,road,01/02/2021\n")
    batch = confirm(cast.monitor, batch)
    studies = {one.component: one for one in own.project.assessments.filter(source__import_row__batch=batch)}
    condition = AssessmentCondition(assessment=studies["camp"], description="d", due_on=date(2025, 1, 1))
    condition.source = Source.objects.create(voice="company")
    condition.save()
    batch = undo(cast.monitor, batch)
    assert batch.state == ImportBatch.State.IMPORTED
    assert "DIA: camp" in intake.problem_of(batch)
    assert "ITS: road" not in intake.problem_of(batch)
    condition.delete()
    road = studies["road"]
    amend_record(actor=cast.colleague, record=road, source=road.source, revision=1, reason="a better word")
    batch = undo(cast.monitor, batch)
    assert "ITS: road" in intake.problem_of(batch)
    assert own.project.assessments.filter(source__import_row__batch=batch).count() == 2


def test_an_import_begun_from_a_projects_list_proposes_the_project_for_all_rows(
    client: Client, cast: Cast, own: Mine
) -> None:
    client.force_login(cast.monitor)
    page = client.get("/en/work/projects/puka-sami/disclosures/").content.decode()
    address = "/en/work/imports/new/?target=disclosures&amp;project=puka-sami"
    assert address in page
    form = client.get(address.replace("&amp;", "&")).content.decode()
    assert '<input type="hidden" name="project" value="puka-sami"' in form
    sent = {
        "target": "disclosures",
        "organisation": cast.ngo.pk,
        "project": "puka-sami",
        "pasted": "title\tlast day of the period reported on\tpublished on\nR\t31/12/2024\t01/03/2025\n",
    }
    assert client.post("/en/work/imports/new/", sent).status_code == 302
    work()
    batch = ImportBatch.objects.get()
    assert intake.proposal(batch)[1]["fixed"] == {"project": "puka-sami"}
    batch = confirm(cast.monitor, map_columns(cast.monitor, batch))
    assert Disclosure.objects.get(source__import_row__batch=batch).project == own.project
    for who, offered in (("operator", False), ("reviewer", False)):
        client.force_login(cast[who])
        shown = client.get("/en/work/projects/puka-sami/disclosures/").content.decode()
        assert ("imports/new" in shown) is offered
    hidden = open_mine(cast.stranger, cast.other_company, "Yana Mayu", country="CL").project
    client.force_login(cast.monitor)
    refused = client.post("/en/work/imports/new/", sent | {"project": hidden.slug})
    assert (refused.status_code, set(refused.context["form"].errors)) == (400, {"project"})


def test_everything_that_can_be_imported_is_offered_with_its_empty_table(client: Client, cast: Cast) -> None:
    client.force_login(cast.monitor)
    page = client.get("/en/work/imports/new/").content.decode()
    assert set(TARGETS) == {*KINDS, "projects", "owners", "owner-texts", "disbursements"}
    for code in TARGETS:
        assert f'value="{code}"' in page
        assert f"/en/work/imports/template/{code}.csv" in page


class TwoForOne(ImportTarget):
    """Two fields that claim one heading."""

    code = "twice"
    label = "Twice"
    needs = ()
    fields = (
        ImportField("first", "sum", text_of_at_most(5)),
        ImportField("second", "total", text_of_at_most(5), aliases="sum"),
    )

    def check(self, rows: Any, scope: Scope) -> None:
        """Nothing."""

    save = check

    def undo(self, rows: Any, scope: Scope, reason: str) -> set[int]:
        """Nothing."""
        return set()


def test_two_fields_that_claim_one_heading_are_refused_when_the_target_is_made() -> None:
    with pytest.raises(ValueError, match="twice: the heading “sum” is claimed by “first” and “second”"):
        TwoForOne()


def test_two_targets_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two imports of the name “phases”"):
        register(TARGETS["phases"])


def test_who_may_not_enter_a_kind_may_not_import_it(cast: Cast, own: Mine) -> None:
    """Also where the right was lost between the upload and the check."""
    batch = upload(cast.monitor, "p.csv", b"project,title\nPuka Sami,R\n", "disclosures")
    row = Row(pk=1, number=2, values={})
    TARGETS["disclosures"].check([row], Scope(batch, cast.reviewer))
    assert [one["code"] for one in row.problems] == ["not_yours"]
    assert not any(TARGETS[code].may_import(cast[who]) for code in KINDS for who in ("operator", "reviewer", "auditor"))


def many_conditions(projects: list[Project], count: int) -> str:
    """Conditions of studies, of several projects."""
    return "project,impact assessment,what must be done,due on\n" + "".join(
        f"{projects[at % len(projects)]},first pit,Condition {at} of {count},01/05/2025\n" for at in range(count)
    )


def many_returns(projects: list[Project], count: int) -> str:
    """Employment returns, one a day, of several projects."""
    day = date(1950, 1, 1) + timedelta(days=count * 10)
    return "project,employer,period from,period to,women\n" + "".join(
        f"{projects[at % len(projects)]},Minera Sami,{day + timedelta(days=at)},{day + timedelta(days=at + 1)},5\n"
        for at in range(count)
    )


def many_agreements(projects: list[Project], count: int) -> str:
    """Agreements with communities."""
    return "project,title,signed on,communities\n" + "".join(
        f"{one},Agreement {at} of {count},01/05/2021,Ayllu {one}; Ayllu {one}\n"
        for at in range(count)
        for one in [projects[at % len(projects)]]
    )


@pytest.mark.parametrize(
    ("code", "make"), [("conditions", many_conditions), ("employment", many_returns), ("agreements", many_agreements)]
)
def test_queries_do_not_grow_with_the_rows(
    cast: Cast, own: Mine, code: str, make: Callable[[list[Project], int], str]
) -> None:
    """Ten times the rows, of as many projects, the same number of queries for every step up to the undo."""
    others = [open_mine(cast.monitor, cast.company, f"Mine {number}").project for number in range(9)]
    ContentType.objects.get_for_models(*apps.get_models())
    used = []
    for count in (2, 20, 200):
        steps = []
        file, projects = None, [own.project, *others][: min(count, 10)]
        for step in ("upload", "map", "confirm", "undo"):
            with CaptureQueriesContext(connection) as queries:
                if step == "upload":
                    file = upload(cast.monitor, f"{count}.csv", make(projects, count).encode(), code)
                else:
                    assert file
                    file = {"map": map_columns, "confirm": confirm, "undo": undo}[step](cast.monitor, file)
            steps.append(len(queries))
        assert file
        assert intake.counts(file)["undone"] == count
        used.append(steps)
    _read, *pairs = zip(*used, strict=True)  # reading reports more often where it takes longer
    assert all(second == third for _first, second, third in pairs)


def test_what_a_form_gives_is_what_the_import_refuses_or_takes(cast: Cast, own: Mine) -> None:
    """The same wrong values, through both doors, are wrong in the same places."""
    kind = KINDS["employment"]
    wrong = {
        "employer": cast.company.pk,
        "period_start": "2024-01-01",
        "period_end": "2024-12-31",
        "total_fte": "10",
        "district_fte": "11",
        "women_fte": "-1",
    }
    form = kind.form(wrong, actor=cast.monitor, project=own.project)
    assert not form.is_valid()
    heading = "project,employer,period from,period to,all workers (full-time equivalents),"
    heading += "living in the direct-influence districts,women\n"
    batch = imported(cast, "employment", heading + "Puka Sami,Minera Sami,2024-01-01,2024-12-31,10,11,\n")
    assert set(rows_of(batch)[2]) == set(form.errors) - {"women_fte"}
    batch = imported(cast, "employment", heading + "Puka Sami,Minera Sami,2024-01-01,2024-12-31,,,-1\n")
    assert set(rows_of(batch)[2]) == {"women_fte"}
    assert EmploymentReturn.objects.count() == 1
