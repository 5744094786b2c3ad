"""What public statistics say of people at work: lines of a file as they stand, with their sum, taken back and brought again."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum
from django.test import Client

from accounts.models import Organisation
from projects.models import EmploymentStatistic, ImportBatch, Project
from tests.cast import Cast, gather_cast
from tests.projects.intake_help import codes, confirm, map_columns, undo, upload

KIND, FOUND_BY, BY_COMPANIES = "employment-statistics", "litio", False

WHOLE = Path("../shared/data/argentina_mining_employment/raw_Empleo-rubro-genero-prov.csv")
HEAD = '"año_mes","provincia_zona","genero","rubro","Cantidad"'
ROWS = (
    '2009-06-01,"Buenos Aires","Femenino","Combustibles-Producción",11.5',
    '2009-06-01,"Buenos Aires","Masculino","Combustibles-Producción",40',
    '2009-06-01,"Salta","Femenino","Litio",0.5',
    '2009-07-01,"Salta","Femenino","Litio",7',
)


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """One line about a province of its own for each mine, which it does not name."""
    line = {"country": "AR", "area": f"Provincia {mine.pk}", "activity": "Litio", "gender": "female", "people": "11.5"}
    return line | {"month": f"{year}-06-01"}


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


def brought(cast: Cast, data: bytes) -> ImportBatch:
    """A file of which the columns are known, and the country is said once."""
    return map_columns(cast.monitor, upload(cast.monitor, "empleo.csv", data, target=KIND), country="AR")


def lines(*rows: str) -> bytes:
    return "\n".join((HEAD, *(rows or ROWS))).encode()


def total() -> Any:
    return EmploymentStatistic.objects.aggregate(sum=Sum("people"))["sum"]


def test_lines_stand_as_in_the_file_with_halves_and_their_sum(cast: Cast) -> None:
    confirm(cast.monitor, brought(cast, lines()))
    found = EmploymentStatistic.objects.order_by("source__import_row__number")
    told = [(one.country, one.month, one.area, one.gender, one.activity, one.people) for one in found]
    assert told[0] == ("AR", date(2009, 6, 1), "Buenos Aires", "female", "Combustibles-Producción", Decimal("11.5"))
    assert [one[3] for one in told] == ["female", "male", "female", "female"]
    assert total() == 59


def test_what_was_taken_back_comes_in_again(cast: Cast) -> None:
    batch = confirm(cast.monitor, brought(cast, lines()))
    assert undo(cast.monitor, batch).state == ImportBatch.State.UNDONE
    assert (EmploymentStatistic.with_withdrawn.count(), total()) == (0, None)
    confirm(cast.monitor, brought(cast, lines()))
    assert (EmploymentStatistic.objects.count(), total()) == (4, 59)


@pytest.mark.parametrize(
    ("row", "where"),
    [
        (ROWS[0], "people"),
        ('2009-06-02,"Chubut","Femenino","Litio",1', "month"),
        ('2009-06-01,"Chubut","Otra","Litio",1', "gender"),
        ('2009-06-01,"Chubut","Femenino","Litio",-1', "people"),
        ('2009-06-01,"Chubut","Femenino","Litio",', "people"),
        ('2009-06-01,"Chubut","Femenino","",1', "activity"),
    ],
)
def test_a_line_that_cannot_be_is_refused_at_its_cell_and_the_others_come_in(cast: Cast, row: str, where: str) -> None:
    batch = brought(cast, lines(*ROWS, row))
    [refused] = batch.rows.filter(state="refused")
    assert (refused.number, set(codes(refused))) == (6, {where})
    confirm(cast.monitor, batch)
    assert total() == 59


def test_a_month_is_written_by_its_first_day() -> None:
    with pytest.raises(ValidationError) as refusal:
        EmploymentStatistic(month=date(2024, 3, 2)).clean()
    assert refusal.value.message_dict == {"month": ["Write the first day of the month."]}


def test_the_list_says_the_sum_of_what_was_asked_for(cast: Cast, client: Client) -> None:
    confirm(cast.monitor, brought(cast, lines()))
    client.force_login(cast.stranger)
    page = client.get("/en/work/employment-statistics/").content.decode()
    assert "The column “People at work” added up over all rows found, to compare it with a file: <b>59</b>" in " ".join(
        page.split()
    )
    narrowed = client.get("/en/work/employment-statistics/?q=salta").content.decode()
    assert (
        "The column “People at work” added up over all rows found, to compare it with a file: <b>7.50</b>"
        in " ".join(narrowed.split())
    )
    table = b"".join(client.get("/en/work/employment-statistics/?format=csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert len(table.splitlines()) == 5


@pytest.mark.skipif(not WHOLE.exists(), reason=f"{WHOLE} is not here")
def test_the_whole_statistic_of_argentina_comes_in_with_its_total(cast: Cast) -> None:
    data = WHOLE.read_bytes()
    rows = list(csv.DictReader(data.decode().splitlines()))
    confirm(cast.monitor, brought(cast, data))
    assert EmploymentStatistic.objects.count() == len(rows)
    assert total() == sum(Decimal(row["Cantidad"]) for row in rows)
