"""One run: invent a record, measure while it grows, say what came out."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from django.conf import settings

from benchmarks import evaluation, pages, record
from benchmarks.database import own_database
from benchmarks.measuring import Report
from compliance.services.production import produce_scorecards, request_evaluation
from projects.models import Project

FEW = 8


def run(projects: int, target: Path | None) -> int:
    """Measure with so many projects."""
    logging.disable(logging.WARNING)
    report = Report(projects)
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"{time.monotonic() - started:5.0f} s  {text}", flush=True)

    with own_database() as database:
        say("schema and reference data are there")
        cast = record.gather_cast()
        rows = record.generate(cast, range(FEW))
        few = evaluation.keys()
        produce_scorecards(evaluation.pairs_of(few))
        request_evaluation(evaluation.pairs_of(few), actor=cast.monitor)
        pages.publish(cast, Project.objects.order_by("pk"))
        walk = pages.Walk(cast)
        walk.go()
        pages.measure_public_page(report)
        say(f"pages with {FEW} projects")
        rows += record.generate(cast, range(FEW, projects))
        report.add("record: rows a project and year", rows / projects / len(record.YEARS))
        say(f"{rows:,} rows of record")
        evaluation.measure(report, database, done=FEW)
        say("evaluation")
        request_evaluation(evaluation.pairs_of(evaluation.keys()), actor=cast.monitor)
        pages.publish(cast, Project.objects.order_by("pk")[FEW:])
        record.analyze()
        say(f"{projects} publications")
        walk.go()
        walk.report(report, FEW, projects)
        say("pages again")
        path = target or state_folder() / "benchmarks.json"
        report.write(path)
    print(f"\n{report.table()}\nWritten to {path}")
    return 0


def state_folder() -> Path:
    """MINKA_STATE; the folder around it where it is a scratch folder that is deleted afterwards."""
    folder = Path(settings.MINKA_STATE)
    return folder.parent if folder.name.startswith("scratch-") else folder
