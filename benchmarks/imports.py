"""How long people wait to save while a large file is read, checked, imported and undone: real dispatcher, broker and worker.

`make bench ARGS=--import` starts them on servers of their own; `--rows` says how many rows the file holds, and `--of
monitoring-results` that they are tests of water instead of payments. Somebody saves one record after the other, first alone
and then beside each of the four. Tests of water are also copied into the same tables by PostgreSQL alone, without any
check and without a trail, which says how long it must take at the least.
"""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from itertools import cycle
from typing import Any

from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connections, transaction
from django.db.models import Max

from accounts.models import Job
from accounts.services.proposals import confirm
from benchmarks.people_first import DISPATCHER, WORKER, running
from benchmarks.record import SEED, Cast, gather_cast, generate
from projects.intake.reading import MOST_BYTES
from projects.models import EmploymentReturn, ImportBatch, MonitoringResult, MonitoringStation, Project, Source
from projects.models.parameters import Medium, Parameter
from projects.services import intake
from projects.services.records import amend_record
from projects.services.undo_requests import ask_to_undo

PROJECTS = 40
PAYERS, PAYEES = 50, 200
ALONE_SECONDS = 20
BETWEEN_SAVES = 0.05
HEADING = "payer,payee,project,kind of payment,year,currency,amount paid,amount received,paid on,bank reference\n"


def lines(rows: int) -> Iterator[str]:
    """Payments, the same for the same number of rows."""
    chance = random.Random(SEED)  # noqa: S311 - invented figures
    mines = list(Project.objects.order_by("pk").values_list("name", flat=True))
    yield HEADING
    for number in range(rows):
        year, amount = chance.randint(2015, 2025), f"{chance.randint(1, 10**7)}.{chance.randint(10, 99)}"
        day = f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        payer, payee = chance.randint(1, PAYERS), chance.randint(1, PAYEES)
        yield f"Minera {payer},Entidad {payee},{chance.choice(mines)},Canon,{year},PEN,{amount},{amount},{day},OP-{number}\n"


SAMPLES_HEADING = "project,station,taken on,parameter,value,unit,number of the sample\n"
STATIONS, PARAMETERS = 5, (Parameter.COPPER, Parameter.LEAD, Parameter.ZINC)


def samples(rows: int) -> Iterator[str]:
    """Tests of water at stations of every mine, the same for the same number of rows."""
    chance = random.Random(SEED)  # noqa: S311 - invented figures
    stations = list(MonitoringStation.objects.order_by("pk").values_list("project__name", "name"))
    yield SAMPLES_HEADING
    for number in range(rows):
        mine, station = chance.choice(stations)
        day = f"{chance.randint(2015, 2025)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        yield f"{mine},{station},{day},{chance.choice(PARAMETERS)},0.0{chance.randint(10, 99)},mg/L,M-{number}\n"


def open_stations(cast: Cast) -> None:
    """Stations of effluents at every mine."""
    mines = [mine for mine in Project.objects.order_by("pk") for _station in range(STATIONS)]
    own = Source.objects.bulk_create(Source(voice=Source.Voice.AUTHORITY, entered_by=cast.monitor) for _mine in mines)
    MonitoringStation.objects.bulk_create(
        MonitoringStation(project=mine, source=source, name=f"V-{source.pk}", medium=Medium.EFFLUENT)
        for mine, source in zip(mines, own, strict=True)
    )


def copied(file: bytes, cast: Cast) -> float:
    """Seconds that COPY and INSERT … SELECT take for the same tests of water; nothing of it stays."""
    said = {"id", "source_id", "station_id", "taken_on", "parameter", "value", "unit", "number"}
    of_source, of_sample = (
        [column.attname for column in model._meta.concrete_fields if column.attname not in said]
        for model in (Source, MonitoringResult)
    )
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        source = Source.objects.using("owner").create(voice=Source.Voice.AUTHORITY, entered_by=cast.monitor)
        usual = MonitoringResult(taken_on="2014-01-01", parameter="copper", value=Decimal(1))
        usual.station_id, usual.source_id = MonitoringStation.objects.earliest("pk").pk, source.pk
        usual.save(using="owner")
        began = time.monotonic()
        cursor.execute(
            "CREATE TEMPORARY TABLE staged (mine text, station text, taken_on date, parameter text, value numeric, unit text,"
            " number text, source_id bigint DEFAULT nextval('projects_source_id_seq'))"
        )
        with cursor.copy(
            "COPY staged (mine, station, taken_on, parameter, value, unit, number) FROM STDIN (FORMAT csv, HEADER)"
        ) as copy:
            copy.write(file)
        cursor.execute(
            f"INSERT INTO projects_source (id, {listed(of_source)}) SELECT s.source_id, {listed(of_source, 't.')}"  # noqa: S608
            " FROM staged AS s, projects_source AS t WHERE t.id = %s",
            [source.pk],
        )
        cursor.execute(
            "INSERT INTO projects_monitoringresult"  # noqa: S608 - names of columns
            f" (source_id, station_id, taken_on, parameter, value, unit, number, {listed(of_sample)})"
            f" SELECT s.source_id, o.id, s.taken_on, s.parameter, s.value, s.unit, s.number, {listed(of_sample, 't.')}"
            " FROM staged AS s JOIN projects_monitoringstation AS o ON o.name = s.station, projects_monitoringresult AS t"
            " WHERE t.id = %s",
            [usual.pk],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        took = time.monotonic() - began
        transaction.set_rollback(True, using="owner")
    return took


def listed(columns: Iterable[str], table: str = "") -> str:
    """Columns as SQL."""
    return ", ".join(f'{table}"{column}"' for column in columns)


LINES: dict[str, Callable[[int], Iterator[str]]] = {"disbursements": lines, "monitoring-results": samples}


def run(rows: int, target: str) -> int:
    """Invent a record and a file, import and undo it while somebody saves; prints what came out."""
    call_command("prepare", verbosity=0)
    cast = gather_cast()
    generate(cast, range(PROJECTS))
    open_stations(cast)
    content = "".join(LINES[target](rows)).encode()
    file = ContentFile(content, name=f"{target}.csv")
    if target == "monitoring-results":
        took = copied(content, cast)
        print(f"COPY and INSERT … SELECT alone: {took:.1f} s ({rows / took:,.0f} rows a second)", flush=True)
    records = cycle(EmploymentReturn.objects.order_by("pk").values_list("pk", flat=True))
    with ExitStack() as processes:
        for command in (WORKER, DISPATCHER):
            processes.enter_context(running(command))
        time.sleep(10)
        until = time.monotonic() + ALONE_SECONDS
        report("alone", rows, saves(cast, records, lambda: time.monotonic() < until))
        batch, _new = intake.receive_file(
            actor=cast.monitor, organisation=cast.ngo, target=target, upload=file, limits=MOST_BYTES
        )
        report("reading", rows, beside(cast, records, batch))
        mapping, defaults, _remembered = intake.proposal(batch)
        said = {**defaults, "source": {"voice": Source.Voice.AUTHORITY}}
        intake.choose_columns(actor=cast.monitor, batch=batch, mapping=mapping, defaults=said)
        report("checking", rows, beside(cast, records, batch))
        intake.confirm_import(actor=cast.monitor, batch=batch)
        report("importing", rows, beside(cast, records, batch))
        if asked := ask_to_undo(actor=cast.monitor, batch=batch, reason="Measured"):
            confirm(actor=cast.administrator, proposal=asked)
        report("undoing", rows, beside(cast, records, batch))
    print(intake.counts(batch), intake.problem_of(batch))
    attempts = Job.objects.filter(kind__startswith="import.").aggregate(most=Max("attempts"))["most"]
    print(f"most attempts of a step: {attempts}; scorecards judged: {Job.objects.filter(kind='evaluate').count()} jobs")
    return 0


def beside(cast: Cast, records: Iterator[int], batch: ImportBatch) -> list[float]:
    """Saves until the worker is done with the present work."""

    def busy() -> bool:
        batch.refresh_from_db()
        return batch.state in intake.JOB_OF_STATE

    batch.refresh_from_db()
    return saves(cast, records, busy)


def saves(cast: Cast, records: Iterator[int], go_on: Callable[[], bool]) -> list[float]:
    """How many seconds the work took, and then each save."""
    began, took = time.monotonic(), []
    while go_on():
        record: Any = EmploymentReturn.objects.select_related("source", "project").get(pk=next(records))
        record.total_fte = (record.total_fte or 0) + 1
        start = time.monotonic()
        amend_record(
            actor=cast.monitor, record=record, source=record.source, revision=record.source.revision, reason="Counted"
        )
        took.append(time.monotonic() - start)
        time.sleep(BETWEEN_SAVES)
    return [time.monotonic() - began, *took]


def report(what: str, rows: int, measured: list[float]) -> None:
    """One line: how long it took, and how long people waited meanwhile."""
    seconds, *took = measured
    centiles = statistics.quantiles(took, n=100) if len(took) > 1 else [float("nan")] * 99
    pace = "" if what == "alone" else f" ({rows / seconds:,.0f} rows a second)"
    print(
        f"{what}: {seconds:.0f} s{pace}; {len(took)} saves beside it, median {centiles[49] * 1000:.0f} ms, "
        f"p95 {centiles[94] * 1000:.0f} ms, longest {max(took, default=0) * 1000:.0f} ms",
        flush=True,
    )
