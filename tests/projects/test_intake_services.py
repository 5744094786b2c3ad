"""An import step by step: nothing is dropped, nothing is done twice, everything can be corrected or taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEntry, Job, Membership, Organisation, User
from accounts.roles import MADE_BY_ADMINISTRATORS
from accounts.services import jobs
from communities.models import Community, Disbursement, Influence, Statement
from projects import intake_kinds
from projects.intake.messages import sentence
from projects.models import Area, ColumnMemory, Disclosure, ImportBatch, ImportRow, Project, ProjectAssignment, Source
from projects.services import intake
from tests.cast import appoint
from tests.projects.intake_help import (
    civil_organisation,
    codes,
    confirm,
    map_columns,
    organisation_of,
    person,
    undo,
    upload,
    work,
)

pytestmark = pytest.mark.django_db
HEADING = "payer,payee,project,year,currency,amount paid,amount received,paid on\n"


@pytest.fixture
def actor() -> User:
    """A monitor."""
    return person("ana@example.org", civil_organisation())


def mine(actor: User, name: str = "Puka Willka") -> Project:
    """A project that the monitor's organisation follows."""
    source = Source.objects.create(voice="monitor", entered_for=organisation_of(actor))
    project = Project.objects.create(name=name, slug=name.lower().replace(" ", "-"), source=source)
    ProjectAssignment.objects.create(project=project, organisation=organisation_of(actor))
    return project


def payments(*lines: str) -> bytes:
    """A CSV file of payments."""
    return (HEADING + "\n".join(lines) + "\n").encode()


def whole(batch: ImportBatch) -> bool:
    """Rows in = imported + refused + skipped + undone (+ still waiting)."""
    counts = intake.counts(batch)
    return counts["all"] == sum(counts[state] for state in ImportRow.State.values)


def test_both_sides_are_written_apart_and_the_scorecards_promised(actor: User) -> None:
    """Company and recipient each get a statement with its own source; the project's year is evaluated."""
    project = mine(actor)
    batch = upload(actor, "p.csv", payments('Minera X,Ministry,puka willka,,PEN,"1,200.50",1000,02/03/2025'))
    batch = confirm(actor, map_columns(actor, batch))
    flow = Disbursement.objects.get()
    assert (flow.project, flow.year, flow.currency) == (project, 2025, "PEN")
    assert flow.payee is not None
    assert flow.payee.kind == Organisation.Kind.OTHER
    assert not Organisation.objects.filter(kind__in=MADE_BY_ADMINISTRATORS).exists()
    said = {one.side: one for one in flow.statements.all()}
    assert said["company"].amount == Decimal("1200.50")
    assert said["company"].occurred_on == date(2025, 3, 2)
    assert said["company"].source.voice == Source.Voice.COMPANY
    assert said["company"].source.organisation == flow.payer
    assert said["recipient"].amount == 1000
    assert said["recipient"].source.voice == Source.Voice.UNKNOWN, "nobody says that the payee is an authority"
    assert said["recipient"].source.import_row == batch.rows.get()
    assert Job.objects.filter(kind="evaluate", subject=f"project/{project.pk}/2025").exists()


def test_a_payee_that_is_a_known_community_is_that_community(actor: User) -> None:
    """And its side is the community's voice."""
    project = mine(actor)
    district = Area.objects.districts()[0]

    def source() -> Source:
        return Source.objects.create(voice="monitor", entered_for=organisation_of(actor))

    community = Community.objects.create(
        name="Tikapata", slug="t", kind="campesina", district=district, source=source()
    )
    Influence.objects.create(
        project=project, community=community, degree="direct", recognition="recognised", source=source()
    )
    batch = upload(actor, "p.csv", payments("Minera X,TIKAPATA,,2025,PEN,5,4,"))
    confirm(actor, map_columns(actor, batch))
    flow = Disbursement.objects.get()
    assert flow.community == community
    assert flow.statements.get(side="recipient").source.voice == Source.Voice.COMMUNITY


def test_a_payment_after_the_day_on_which_the_file_was_written_is_refused_with_both_days(actor: User) -> None:
    rows = ("Minera X,Ministry,,2025,PEN,5,,01/07/2025", "Minera X,Ministry,,2025,PEN,5,,02/07/2025")
    batch = upload(actor, "p.csv", payments(*rows))
    mapping, defaults, _remembered = intake.proposal(batch)
    said = {**defaults, "source": {"voice": Source.Voice.AUTHORITY, "stated_on": "2025-07-01"}}
    intake.choose_columns(actor=actor, batch=batch, mapping=mapping, defaults=said)
    work()
    assert [codes(row) for row in batch.rows.order_by("number")] == [{}, {"paid_on": "said_before_it_happened"}]


def test_each_bad_cell_is_named_and_the_good_rows_go_in(actor: User) -> None:
    """One reason for each cell; rows in are rows out."""
    batch = upload(
        actor,
        "p.csv",
        payments(
            "Minera X,Ministry,,2025,PEN,5,,",
            "Minera X,Ministry,,2025,PEN,5,,31/11/2025",
            "Minera X,Ministry,,2025,SOL,5,,",
            "Minera X,Ministry,,2025,PEN,=1+1,,",
            ",Ministry,,2025,PEN,5,,",
            "Minera X,Ministry,,2025,PEN,,,",
            "Minera X,Ministry,,2025",
            "Minera X,Ministry,,2025,PEN,5,,,extra",
            "Minera X,Ministry,,2025,PEN,5,,01/01/2099",
            f"{'x' * 201},Ministry,,2025,PEN,5,,",
            "Minera X,Ministry,,2025,PEN,-5,,",
        ),
    )
    batch = map_columns(actor, batch)
    found = {row.number: codes(row) for row in batch.rows.all()}
    assert found == {
        2: {},
        3: {"paid_on": "no_such_date"},
        4: {"currency": "unknown_currency"},
        5: {"company_amount": "formula"},
        6: {"payer": "missing"},
        7: {"company_amount": "missing_all"},
        8: {"": "ragged", "currency": "missing", "company_amount": "missing_all"},
        9: {"": "ragged"},
        10: {"paid_on": "future_date"},
        11: {"payer": "too_long"},
        12: {},
    }
    batch = confirm(actor, batch)
    counts = intake.counts(batch)
    assert (counts["imported"], counts["refused"], counts["all"]) == (2, 9, 11)
    assert Statement.objects.get(amount=-5).side == "company"


def test_a_corrected_cell_is_checked_anew_and_the_file_stays_as_it_came(actor: User) -> None:
    """Corrections lie beside the cells; a skipped row stays out and counts as skipped by the person."""
    batch = upload(
        actor,
        "p.csv",
        payments("Minera X,Ministry,,2025,PEN,5,,31/11/2025", "Minera X,Ministry,,2025,SOL,6,,", "M,M,,2025,PEN,7,,,x"),
    )
    batch = map_columns(actor, batch)
    first, second, third = batch.rows.all()
    intake.correct_rows(
        actor=actor,
        batch=batch,
        corrections={first.pk: {"paid_on": "30/11/2025", "evil": "x"}, third.pk: {"+ragged": "1"}},
        skip=[second.pk],
    )
    work()
    first.refresh_from_db()
    assert first.cells["paid on"] == "31/11/2025"
    assert first.corrections == {"paid_on": "30/11/2025"}
    assert [row.state for row in batch.rows.all()] == ["ready", "skipped", "ready"]
    batch.refresh_from_db()
    batch = confirm(actor, batch)
    counts = intake.counts(batch)
    assert (counts["imported"], counts["refused"], counts["skipped"]) == (2, 0, 1)
    assert Statement.objects.get(amount=5).occurred_on == date(2025, 11, 30)


def test_a_skipped_row_can_be_taken_in_again(actor: User) -> None:
    """It is checked like the others."""
    batch = map_columns(actor, upload(actor, "p.csv", payments("M,M,,2025,PEN,7,,")))
    row = batch.rows.get()
    intake.correct_rows(actor=actor, batch=batch, corrections={}, skip=[row.pk])
    work()
    with pytest.raises(ValidationError) as caught:
        intake.confirm_import(actor=actor, batch=batch)
    assert caught.value.code == "nothing_ready"
    intake.correct_rows(actor=actor, batch=batch, corrections={}, take_back=[row.pk])
    work()
    row.refresh_from_db()
    assert row.state == ImportRow.State.READY


def test_rows_of_another_import_cannot_be_corrected_through_this_one(actor: User) -> None:
    """Row numbers from elsewhere change nothing."""
    other = map_columns(actor, upload(actor, "o.csv", payments("M,M,,2025,SOL,7,,")))
    batch = map_columns(actor, upload(actor, "p.csv", payments("M,M,,2025,PEN,7,,")))
    row = other.rows.get()
    assert not intake.correct_rows(actor=actor, batch=batch, corrections={row.pk: {"currency": "PEN"}})
    row.refresh_from_db()
    assert row.corrections == {}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.csv", b"%PDF-1", "not_what_its_name_says"),
        ("a.csv", b"a,b\n", "only_a_heading"),
        ("a.csv", b"a,a\n1,2\n", "two_columns_of_one_name"),
        ("a.csv", b"a\nb\n\x81", "undecodable"),
        ("a.xlsx", b"PK\x03\x04", "damaged_workbook"),
    ],
)
def test_a_refused_file_says_why_and_may_come_again(actor: User, name: str, data: bytes, code: str) -> None:
    """No row is kept, the reason is, in the reader's language."""
    batch = upload(actor, name, data)
    assert batch.state == ImportBatch.State.REFUSED
    assert f'"{code}"' in batch.problem
    assert intake.problem_of(batch)
    assert not batch.rows.exists()
    assert upload(actor, name, data).pk != batch.pk


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [
        ("a.csv", 40_000_001, "too_large"),
        ("a.xlsx", 20_000_001, "too_large"),
        ("a.csv", 0, "empty_file"),
        ("a.pdf", 10, "unknown_ending"),
    ],
)
def test_what_can_be_said_at_the_upload_is_said_there(actor: User, name: str, size: int, code: str) -> None:
    """Nothing is kept of it."""
    with pytest.raises(ValidationError) as caught:
        intake.receive_file(
            actor=actor,
            organisation=organisation_of(actor),
            target="projects",
            upload=SimpleUploadedFile(name, b"x" * size),
        )
    assert caught.value.code == code
    assert not ImportBatch.objects.exists()


def test_a_file_that_keeps_the_reader_busy_is_given_up(actor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel ends the child process after so much work, not after so much time, and the page says so."""
    monkeypatch.setattr(intake_kinds, "CPU_SECONDS", 1)
    batch = upload(actor, "p.csv", payments(*["M,M,,2025,PEN,7,,"] * 600_000))
    assert batch.state == ImportBatch.State.REFUSED
    assert '"too_heavy"' in batch.problem


@pytest.mark.promise("import-once")
def test_the_same_file_twice_opens_the_earlier_import(actor: User) -> None:
    """For the same organisation and target; others import it for themselves."""
    data = payments("M,M,,2025,PEN,7,,")
    batch = upload(actor, "p.csv", data)
    assert upload(actor, "renamed.csv", data).pk == batch.pk
    stranger = person("eva@example.org", civil_organisation("Otra Mirada"))
    assert upload(stranger, "p.csv", data).pk != batch.pk
    assert ImportBatch.objects.count() == 2
    assert list(ImportBatch.objects.visible_to(stranger)) == [ImportBatch.objects.latest("pk")]


def test_columns_are_remembered_for_files_with_the_same_headings(actor: User) -> None:
    """The answer of last time is the proposal of this time."""
    batch = upload(actor, "p.csv", b"a,b,c\nX,Y,1\n")
    mapping = {
        "payer": {"column": "b", "second": "a"},
        "payee": {"column": "a", "second": ""},
        "company_amount": {"column": "c", "second": ""},
    }
    with pytest.raises(ValidationError) as caught:
        intake.choose_columns(actor=actor, batch=batch, mapping=mapping, defaults={})
    assert set(caught.value.message_dict) == {"year", "currency"}
    defaults: dict[str, Any] = {"fixed": {"year": "2025", "currency": "EUR"}}
    intake.choose_columns(actor=actor, batch=batch, mapping=mapping, defaults=defaults)
    work()
    assert ColumnMemory.objects.count() == 1
    later = upload(actor, "q.csv", b"a,b,c\nX,Y,2\n")
    assert intake.proposal(later) == (mapping, defaults, True)
    other_headings = upload(actor, "r.csv", b"b,a,c\nX,Y,2\n")
    assert intake.proposal(other_headings)[2] is False


def test_a_project_that_is_already_here_is_refused_with_its_reason(actor: User) -> None:
    """Accents and case aside, in the database and within the file."""
    mine(actor, "Ampliación Bayóvar")
    lines = ["AMPLIACION BAYOVAR,Piura,Oro", "Nuevo,Piura,Oro", "nuevo,,", "Otro,Atlantis,Unobtanium"]
    data = "\n".join(["proyecto,departamento,mineral", *lines])
    batch = map_columns(actor, upload(actor, "p.csv", data.encode(), "projects"))
    assert {row.number: codes(row) for row in batch.rows.all()} == {
        2: {"name": "already_here"},
        3: {},
        4: {"name": "same_name_as_row"},
        5: {"region": "unknown_region", "minerals": "unknown_mineral"},
    }


def test_the_size_of_a_mine_is_imported_in_words_of_either_language_and_an_unknown_word_is_refused(actor: User) -> None:
    lines = ["Uno,Pequeña minería (pequeño productor minero)", "Dos,large-or-medium", "Tres,", "Cuatro,enorme"]
    batch = map_columns(actor, upload(actor, "p.csv", "\n".join(["proyecto,estrato", *lines]).encode(), "projects"))
    assert codes(batch.rows.get(number=5)) == {"stratum": "not_in_list"}
    confirm(actor, batch)
    assert dict(Project.objects.values_list("name", "stratum")) == {
        "Uno": "small",
        "Dos": "large-or-medium",
        "Tres": "",
    }


def test_what_appears_between_check_and_import_is_refused_then(actor: User) -> None:
    """The rows are looked at once more where they are written."""
    batch = map_columns(actor, upload(actor, "p.csv", b"proyecto\nUno\nDos\n", "projects"))
    mine(actor, "Uno")
    batch = confirm(actor, batch)
    assert [(row.state, codes(row)) for row in batch.rows.all()] == [
        ("refused", {"name": "already_here"}),
        ("imported", {}),
    ]


def test_projects_in_use_stop_the_whole_undo_and_are_named(actor: User) -> None:
    """Nothing is undone by halves."""
    batch = confirm(actor, map_columns(actor, upload(actor, "p.csv", b"proyecto\nUno\nDos\n", "projects")))
    source = Source.objects.create(voice="company")
    Disclosure.objects.create(
        project=Project.objects.get(name="Dos"),
        title="t",
        period_end=date(2024, 12, 31),
        published_on=date(2025, 2, 1),
        source=source,
    )
    batch = undo(actor, batch)
    assert batch.state == ImportBatch.State.IMPORTED
    assert "Dos" in intake.problem_of(batch)
    assert "Uno" not in intake.problem_of(batch)
    assert Project.objects.count() == 2


def found_in(batch: ImportBatch) -> dict[int, list[str]]:
    """Codes of everything said about each row."""
    return {row.number: [one["code"] for one in row.errors] for row in batch.rows.all()}


@pytest.mark.promise("payment-once")
def test_a_payment_that_is_already_in_the_ledger_is_refused_until_the_person_says_it_is_another(actor: User) -> None:
    """Whoever entered it and however the file is named; a withdrawn one is no longer there."""
    known = "Minera X,Ministry,,2025,PEN,5.00,,02/03/2025"
    first = confirm(actor, map_columns(actor, upload(actor, "p.csv", payments(known))))
    Organisation.objects.create(name="Minera Y", kind="company")
    lines = [
        "MINERA X,ministry,,2025,PEN,5,,2025-03-02",
        "Minera X,Ministry,,2025,PEN,5,,03/03/2025",
        "Minera X,Ministry,,2025,USD,5,,02/03/2025",
        "Minera Y,Ministry,,2025,PEN,5,,02/03/2025",
    ]
    batch = map_columns(actor, upload(actor, "q.csv", payments(*lines)))
    assert found_in(batch) == {2: ["recorded_by_import"], 3: [], 4: [], 5: []}
    repeat = batch.rows.get(number=2)
    with translation.override("en"):
        assert "(imported from “p.csv”, row 2)" in sentence(repeat.errors[0])
    intake.correct_rows(actor=actor, batch=batch, corrections={repeat.pk: {"+recorded_by_import": "1"}})
    work()
    batch.refresh_from_db()
    assert confirm(actor, batch).rows.filter(state="imported").count() == 4
    undo(actor, first)
    undo(actor, batch)
    again = map_columns(actor, upload(actor, "r.csv", payments(known)))
    assert found_in(again) == {2: []}


def test_a_payment_is_found_again_whatever_signs_its_payers_name_has(actor: User) -> None:
    """PostgreSQL and Python fold dashes and apostrophes differently."""
    known = "Minera D’Oro – Sur,Ministry,,2025,PEN,5.00,,02/03/2025"
    confirm(actor, map_columns(actor, upload(actor, "p.csv", payments(known))))
    again = map_columns(actor, upload(actor, "q.csv", payments(known, "Minera X,Ministry,,2025,PEN,6,,02/03/2025")))
    assert "recorded_by_import" in found_in(again)[2]


def test_a_payment_entered_by_hand_is_found_too_by_its_bank_reference(actor: User) -> None:
    """The date may be missing; two different references are two payments."""
    payer = Organisation.objects.create(name="M", kind="company")
    payee = Organisation.objects.create(name="N", kind="agency")
    source = Source.objects.create(voice="monitor", entered_for=organisation_of(actor))
    flow = Disbursement.objects.create(
        payer=payer, payee=payee, year=2025, currency="PEN", bank_reference="OP-1", source=source
    )
    Statement.objects.create(disbursement=flow, side="company", amount=5, occurred_on=date(2025, 3, 2), source=source)
    heading = "payer,payee,year,currency,amount paid,paid on,bank reference\n"
    lines = ["M,N,2025,PEN,5,,op-1", "M,N,2025,PEN,5,02/03/2025,OP-2", "M,N,2025,PEN,5,02/03/2025,"]
    batch = map_columns(actor, upload(actor, "p.csv", (heading + "\n".join(lines)).encode()))
    assert found_in(batch) == {2: ["recorded_by_hand"], 3: [], 4: ["recorded_by_hand", "like_row"]}
    stranger = person("eva@example.org", civil_organisation("Otra Mirada"))
    other = map_columns(stranger, upload(stranger, "p.csv", (heading + lines[0]).encode()))
    assert found_in(other) == {2: []}


def test_a_repeat_within_a_file_is_noted_and_under_one_bank_reference_refused(actor: User) -> None:
    """A row that is left out repeats nothing."""
    heading = "payer,payee,year,currency,amount paid,paid on,bank reference,n\n"
    lines = [
        "M,N,2025,PEN,5,02/03/2025,A,1",
        "M,N,2025,PEN,5,02/03/2025,A,2",
        "M,N,2025,PEN,6,02/03/2025,,3",
        "M,N,2025,PEN,6,02/03/2025,,4",
        "M,N,2025,PEN,5,02/03/2025,B,5",
    ]
    for name in ("M", "N"):
        Organisation.objects.create(name=name, kind="company")
    batch = map_columns(actor, upload(actor, "p.csv", (heading + "\n".join(lines)).encode()))
    assert found_in(batch) == {2: [], 3: ["repeats_row"], 4: [], 5: ["like_row"], 6: []}
    intake.correct_rows(actor=actor, batch=batch, corrections={}, skip=[batch.rows.get(number=2).pk])
    work()
    assert found_in(batch)[3] == []


def test_a_name_that_nobody_knows_is_noted_with_the_nearest_known_one(actor: User) -> None:
    """Nothing is refused; a far name is said once, a near one on every row."""
    mine(actor, "Puka Willka")
    Organisation.objects.create(name="Minera Kusi Urpi (demo)", kind="company")
    line = "Minera Kusy Urpi,Zzz,Puka Wilka,2025,PEN,{},,"
    batch = map_columns(actor, upload(actor, "p.csv", payments(line.format(1), line.format(2))))
    first, second = batch.rows.all()
    with translation.override("en"):
        said = [sentence(one) for one in first.errors]
    assert said == [
        "“Minera Kusy Urpi” is not known yet and will be added. Did you mean “Minera Kusi Urpi (demo)”?",
        "“Zzz” is not known yet and will be added as an organisation of another kind. "
        "An administrator can make a public agency of it.",
        "“Puka Wilka” is not a mine on record. The row will not belong to a mine. Did you mean “Puka Willka”?",
    ]
    assert [one["field"] for one in second.errors] == ["payer", "project"]
    assert intake.counts(batch)["ready"] == 2
    assert intake.organisations_to_add(batch) == ["Minera Kusy Urpi", "Zzz"]
    batch = confirm(actor, batch)
    assert sorted(batch.defaults["created"].values()) == ["Minera Kusy Urpi", "Zzz"]
    batch = undo(actor, batch)  # withdrawn payments go on naming them, and nothing offers them
    assert batch.defaults["created"] == {}
    assert sorted(batch.defaults["taken_back"].values()) == ["Minera Kusy Urpi", "Zzz"]


def test_undoing_projects_takes_back_the_organisations_that_nothing_names(actor: User) -> None:
    """One that was known before, or that another record names by now, stays."""
    Organisation.objects.create(name="Known", kind="company")
    data = b"proyecto,operador\nUno,New\nDos,Known\nTres,Used\n"
    batch = confirm(actor, map_columns(actor, upload(actor, "p.csv", data, "projects")))
    used = Organisation.objects.get(name="Used")
    Source.objects.create(voice="company", organisation=used)
    batch = undo(actor, batch)
    assert batch.state == ImportBatch.State.UNDONE
    assert set(Organisation.objects.filter(kind="company").values_list("name", flat=True)) == {"Known", "Used"}
    assert batch.defaults["created"] == {str(used.pk): "Used"}
    assert AuditEntry.objects.filter(verb="undone", label="New").exists()


def test_an_operator_with_shares_of_owners_in_its_name_is_asked_about(actor: User) -> None:
    name = "BHP Tintaya S.A. (private: 100%)"
    data = f"proyecto,operador\nUno,{name}\nDos,Tintaya\n".encode()
    batch = map_columns(actor, upload(actor, "p.csv", data, "projects"))
    assert found_in(batch) == {2: ["shares_in_a_name", "will_be_added"], 3: ["will_be_added"]}
    assert intake.counts(batch)["ready"] == 1
    Organisation.objects.create(name=name, kind="company")
    again = map_columns(actor, upload(actor, "q.csv", data, "projects"))
    assert "shares_in_a_name" not in found_in(again)[2]


def test_times_that_cannot_be_and_amounts_beyond_belief_are_refused(actor: User) -> None:
    """An amount may be right all the same, if the person says so; a year may not."""
    lines = [
        "M,N,,1989,PEN,5,,",
        f"M,N,,{timezone.localdate().year + 2},PEN,5,,",
        "M,N,,2020,PEN,5,,02/03/2022",
        "M,N,,2021,PEN,5,,02/03/2022",
        "M,N,,2021,PEN,10000000001,,",
        "M,N,,2021,PEN,10000000000,,",
    ]
    batch = map_columns(actor, upload(actor, "p.csv", payments(*lines)))
    assert {row.number: codes(row) for row in batch.rows.all()} == {
        2: {"year": "year_out_of_range"},
        3: {"year": "year_out_of_range"},
        4: {"": "year_and_date_differ"},
        5: {},
        6: {"company_amount": "huge_amount"},
        7: {},
    }
    huge = batch.rows.get(number=6)
    intake.correct_rows(actor=actor, batch=batch, corrections={huge.pk: {"+huge_amount": "1", "+year": "1"}})
    work()
    huge.refresh_from_db()
    assert (huge.state, huge.corrections) == ("ready", {"+huge_amount": "1"})


def test_undoing_payments_leaves_what_others_said_since(actor: User) -> None:
    """The import's own words are withdrawn; a confirmation that came later stays, and is counted."""
    batch = confirm(actor, map_columns(actor, upload(actor, "p.csv", payments("M,N,,2025,PEN,7,,"))))
    flow = Disbursement.objects.get()
    Statement.objects.create(
        disbursement=flow, side="recipient", amount=7, source=Source.objects.create(voice="community")
    )
    batch = undo(actor, batch)
    assert batch.state == ImportBatch.State.UNDONE
    assert [one.side for one in Statement.objects.standing()] == ["recipient"]
    withdrawal = Statement.objects.get(withdrawn=True)
    assert withdrawal.reason == "the wrong file"
    assert withdrawal.supersedes is not None
    assert intake.problem_of(batch)


@pytest.mark.parametrize("step", ["import.read", "import.check", "import.apply", "import.undo"])
def test_a_worker_killed_in_the_middle_leaves_nothing_half_done(
    actor: User, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was written before the end of the step is gone, and the next worker does it whole."""
    data = payments("M,N,,2025,PEN,7,8,", "M,N,,2025,PEN,9,,")
    batch = upload(actor, "p.csv", data) if step != "import.read" else None
    if step in ("import.apply", "import.undo"):
        assert batch
        batch = map_columns(actor, batch)
    if step == "import.undo":
        assert batch
        batch = confirm(actor, batch)
    kind = jobs.JOB_KINDS[step]

    def dies(claim: jobs.Claim, result: Any) -> None:
        kind.write(claim, result)
        raise RuntimeError("killed")

    before = (Statement.objects.count(), ImportRow.objects.filter(state="imported").count(), AuditEntry.objects.count())
    with monkeypatch.context() as patch:
        patch.setitem(jobs.JOB_KINDS, step, jobs.JobKind(kind.title, kind.compute, dies))
        if step == "import.read":
            batch = upload(actor, "p.csv", data)
        elif step == "import.check":
            assert batch
            batch = map_columns(actor, batch)
        elif step == "import.apply":
            assert batch
            batch = confirm(actor, batch)
        else:
            assert batch
            batch = undo(actor, batch)
    assert batch
    assert batch.state == {READ: state for state, READ in intake.JOB_OF_STATE.items()}[step]
    after = (Statement.objects.count(), ImportRow.objects.filter(state="imported").count(), AuditEntry.objects.count())
    assert after[:2] == before[:2]
    assert after[2] == before[2] + (3 if step == "import.undo" else 1)  # what people did, to undo two of them, alone
    Job.objects.filter(kind=step).update(state=Job.State.WAITING, not_before=Now())
    work()
    batch.refresh_from_db()
    assert batch.state not in intake.JOB_OF_STATE
    assert batch.rows.count() == 2


@pytest.mark.promise("import-once")
def test_a_step_that_is_delivered_twice_is_done_once(actor: User) -> None:
    """The second delivery finds the state changed."""
    batch = map_columns(actor, upload(actor, "p.csv", payments("M,N,,2025,PEN,7,8,")))
    batch = confirm(actor, batch)
    Job.objects.filter(kind__startswith="import.").update(state=Job.State.WAITING)
    work()
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.IMPORTED
    assert Statement.objects.count() == 2
    assert batch.rows.count() == 1


@pytest.mark.promise("import-once")
def test_two_clicks_on_confirm_are_one(actor: User) -> None:
    """The second one is told to look again."""
    batch = map_columns(actor, upload(actor, "p.csv", payments("M,N,,2025,PEN,7,8,")))
    intake.confirm_import(actor=actor, batch=batch)
    with pytest.raises(ValidationError) as caught:
        intake.confirm_import(actor=actor, batch=batch)
    assert caught.value.code == "moved_on"


def many_projects(count: int) -> bytes:
    """A file of projects with operators and regions."""
    return (
        "proyecto,operador,departamento,mineral\n"
        + "".join(f"Mina {i} {count},Empresa {i},Piura,Oro\n" for i in range(count))
    ).encode()


def many_payments(count: int) -> bytes:
    """A file of payments between many parties."""
    return payments(*(f"Empresa {i},Entidad {i},Mina {i},2025,PEN,{i},{i}," for i in range(count)))


@pytest.mark.parametrize(("target", "make"), [("projects", many_projects), ("disbursements", many_payments)])
def test_queries_do_not_grow_with_the_rows(actor: User, target: str, make: Callable[[int], bytes]) -> None:
    """Twenty times the rows, the same number of queries, for every step up to the undo."""
    ContentType.objects.get_for_models(*apps.get_models())  # a cold cache would count once, in the first round
    used = []
    for count in (2, 40, 800):  # the first one fills caches
        steps = []
        for step in ("upload", "map", "confirm", "undo"):
            with CaptureQueriesContext(connection) as queries:
                if step == "upload":
                    batch = upload(actor, f"{count}.csv", make(count), target)
                else:
                    batch = {"map": map_columns, "confirm": confirm, "undo": undo}[step](actor, batch)
            steps.append(len(queries))
        assert intake.counts(batch)["undone"] == count
        used.append(steps)
    assert used[1] == used[2]


CSV_CELLS = st.text(
    alphabet=st.characters(exclude_categories=["Cs"], exclude_characters=',"\r\n\x00'), max_size=12
) | st.sampled_from(["2025", "PEN", "5", "-5", "31/11/2025", "01/02/2025", "NULL", "1,5", "=1"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(CSV_CELLS, min_size=1, max_size=10), min_size=1, max_size=8))
@pytest.mark.promise("rows-add-up")
def test_rows_in_are_always_imported_plus_refused_plus_skipped(lines: list[list[str]]) -> None:
    """Whatever the rows hold, each ends in one of the three, and each imported one is in the ledger."""
    Membership.objects.all().delete()
    actor = User.objects.filter(email="hyp@example.org").first() or User.objects.create_user(
        "hyp@example.org", full_name="h"
    )
    organisation, _new = Organisation.objects.get_or_create(name="H", kind="ngo")
    appoint(actor, organisation, "monitor")
    actor = User.objects.get(pk=actor.pk)
    data = payments(*(",".join(f'"{cell}"' for cell in line) for line in lines))
    batch = upload(actor, "p.csv", data)
    if batch.state != ImportBatch.State.MAPPING:
        assert batch.state != ImportBatch.State.READING
        return
    blank = batch.defaults["reading"]["blank"]
    assert batch.rows.count() + blank == len(lines)
    batch = map_columns(actor, batch)
    row = batch.rows.first()
    assert row
    intake.correct_rows(actor=actor, batch=batch, corrections={}, skip=[row.pk])
    work()
    if intake.counts(batch)["ready"]:
        confirm(actor, batch)
    counts = intake.counts(batch)
    assert counts["all"] == counts["imported"] + counts["refused"] + counts["skipped"]
    assert Disbursement.objects.filter(source__import_row__batch=batch).count() == counts["imported"]
