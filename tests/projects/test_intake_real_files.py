"""The two real files go in as they are, nothing is lost on the way, and all of it can be taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db.models import Sum

from accounts.models import AuditEntry
from communities.models import Disbursement, Statement
from projects.models import AnnouncedInvestment, ImportBatch, ImportRow, Project, ProjectAssignment, Source
from projects.services import intake
from tests.projects.intake_help import civil_organisation, codes, confirm, map_columns, person, undo, upload, work

pytestmark = pytest.mark.django_db
PERU = "peru_minem_cpim_2025/proyectos_mineros_wide.csv"
NETHERLANDS = "netherlands_eiti/payments.json"


def test_all_67_projects_of_the_ministry_go_in_as_they_are(shared_data: Callable[[str], Path]) -> None:
    """Columns, unit and currency are guessed; the row without operator, region and mineral goes in too."""
    actor = person("ana@example.org", civil_organisation())
    batch = upload(actor, "proyectos.csv", shared_data(PERU).read_bytes(), "projects")
    assert batch.state == ImportBatch.State.MAPPING
    batch = map_columns(actor, batch)
    assert intake.counts(batch)["ready"] == 67
    batch = confirm(actor, batch)
    assert batch.state == ImportBatch.State.IMPORTED
    found = Project.objects.filter(source__import_row__batch=batch)
    assert found.count() == 67 == ProjectAssignment.objects.filter(organisation=batch.organisation).count()
    assert AuditEntry.objects.filter(verb="imported", actor=actor).count() == 68  # each project and the import
    bayovar = found.get(name="Ampliación Bayóvar")
    assert bayovar.investment_amount == Decimal("450000000.00")
    assert bayovar.investment_currency == "USD"
    assert bayovar.operator is not None
    assert bayovar.operator.name == "Compañía Minera Miski Mayo S.R.L."
    assert [area.name for area in bayovar.areas.all()] == ["Piura"]
    assert [mineral.code for mineral in bayovar.minerals.all()] == ["phosphate"]
    assert bayovar.stage_as_reported == "FACTIBILIDAD"
    assert bayovar.source.voice == Source.Voice.AUTHORITY
    assert found.filter(operator__isnull=True, areas__isnull=True, minerals__isnull=True).count() == 1
    assert set(Project.objects.visible_to(actor)) == set(found)


def test_what_is_announced_for_all_67_projects_goes_in_and_an_unknown_stage_is_asked_about(
    shared_data: Callable[[str], Path],
) -> None:
    """Columns, millions and dollars are guessed from the headings, and the day is said once for all rows."""
    actor, data = person("ana@example.org", civil_organisation()), shared_data(PERU).read_bytes()
    confirm(actor, map_columns(actor, upload(actor, "proyectos.csv", data, "projects")))
    batch = upload(actor, "proyectos.csv", data, "announced-investments")
    mapping, defaults, _remembered = intake.proposal(batch)
    assert {code: one["column"] for code, one in mapping.items()} == {
        "project": "proyecto",
        "amount": "capex_musd",
        "stage": "etapa_avance",
        "works_from": "anio_inicio_ejecucion",
        "works_until": "anio_fin_ejecucion",
        "commissioning": "anio_puesta_marcha",
    }
    assert (defaults["units"], defaults["fixed"]) == ({"amount": "1000000"}, {"currency": "USD"})
    batch = map_columns(actor, batch, as_of="31/10/2025")
    counts = intake.counts(batch)
    assert (counts["ready"], counts["refused"]) == (65, 2)
    refused = list(batch.rows.filter(state=ImportRow.State.REFUSED))
    assert [codes(row) for row in refused] == [{"stage": "not_in_list"}] * 2
    assert {row.cells["etapa_avance"] for row in refused} == {"POTENCIAL CPIM 2026"}
    intake.correct_rows(actor=actor, batch=batch, corrections={row.pk: {"stage": ""} for row in refused})
    work()
    batch.refresh_from_db()
    batch = confirm(actor, batch)
    assert intake.counts(batch)["imported"] == 67
    said = AnnouncedInvestment.objects.filter(source__import_row__batch=batch, as_of=date(2025, 10, 31), currency="USD")
    assert said.count() == 67 == said.filter(source__voice=Source.Voice.AUTHORITY).count()
    assert said.get(amount=None).project.name == "Integración Atacocha - El Porvenir"
    assert said.aggregate(Sum("amount"))["amount__sum"] == Decimal(63_246_000_000)
    years = {name: said.exclude(**{name: None}).count() for name in ("works_from", "works_until", "commissioning")}
    assert years == {"works_from": 20, "works_until": 18, "commissioning": 23}
    assert Counter(said.values_list("stage", flat=True)) == {
        "conceptual": 11,
        "pre-feasibility": 24,
        "feasibility": 17,
        "engineering": 5,
        "construction": 7,
        "suspended": 1,
        "": 2,
    }
    assert said.get(stage="suspended").project.name == "Ariana"
    earlier = said.get(project__name="Optimización Cerro Verde")  # a part is put to use before the works end
    assert (earlier.works_from, earlier.works_until, earlier.commissioning) == (2026, 2053, 2026)


def test_undoing_the_projects_leaves_nothing_of_them(shared_data: Callable[[str], Path]) -> None:
    """Projects, sources and assignments are gone; the rows and the audit trail stay; the file may come again."""
    actor = person("ana@example.org", civil_organisation())
    data = shared_data(PERU).read_bytes()
    batch = confirm(actor, map_columns(actor, upload(actor, "proyectos.csv", data, "projects")))
    batch = undo(actor, batch)
    assert batch.state == ImportBatch.State.UNDONE
    assert not Project.objects.exists()
    assert not Source.objects.exists()
    assert not ProjectAssignment.objects.exists()
    assert intake.counts(batch)["undone"] == 67
    again = upload(actor, "proyectos.csv", data, "projects")
    assert again.pk != batch.pk


def test_all_2627_payments_end_as_imported_with_both_sides_apart(shared_data: Callable[[str], Path]) -> None:
    """Each side's amounts add up to the file's, to the cent; repayments and equal rows go in and are said so."""
    actor = person("ana@example.org", civil_organisation())
    batch = upload(actor, "payments.json", shared_data(NETHERLANDS).read_bytes())
    batch = map_columns(actor, batch, currency="EUR")
    batch = confirm(actor, batch)
    counts = intake.counts(batch)
    assert counts["all"] == 2627 == counts["imported"] + counts["refused"] + counts["skipped"]
    assert counts["imported"] == 2627
    said = Statement.objects.filter(source__import_row__batch=batch)
    assert said.filter(side="recipient").count() == 2627
    assert said.filter(side="company").count() == 2627 - 669
    for side, column in (("company", "payments_companies_reported"), ("recipient", "payments_companies")):
        rows = ImportRow.objects.filter(batch=batch).values_list("cells", flat=True)
        in_file = sum(Decimal(cells[column]["number"]) for cells in rows if cells[column])
        assert sum(said.filter(side=side).values_list("amount", flat=True)) == in_file
    assert Disbursement.objects.filter(currency="EUR", project__isnull=True).count() == 2627
    assert Disbursement.objects.filter(project_as_reported="L10").count() == 56
    assert not Disbursement.objects.filter(project_as_reported="NULL").exists()
    assert Disbursement.objects.filter(payer__name="one_days").exists()  # the second column, where the first is empty
    notes = [one["code"] for row in batch.rows.all() for one in row.errors]
    assert notes.count("same_as_row") == 161
    assert notes.count("repayment") == 29 + 14


def test_undoing_the_payments_withdraws_every_word_and_deletes_none(shared_data: Callable[[str], Path]) -> None:
    """The ledger only grows: each statement is superseded by its withdrawal."""
    actor = person("ana@example.org", civil_organisation())
    data = shared_data(NETHERLANDS).read_bytes()
    batch = confirm(actor, map_columns(actor, upload(actor, "payments.json", data), currency="EUR"))
    before = Statement.objects.count()
    batch = undo(actor, batch)
    assert batch.state == ImportBatch.State.UNDONE
    assert Statement.objects.count() == 2 * before
    assert not Statement.objects.standing().exists()
    assert not Disbursement.objects.standing().exists()
    counts = intake.counts(batch)
    assert (counts["undone"], counts["refused"]) == (2627, 0)
    assert upload(actor, "payments.json", data).pk != batch.pk
