"""From facts to sealed scorecards: gather, judge, store; the same facts and rules give the same scorecard."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.services.jobs import Claim, JobKind
from compliance.evaluation import canonical
from compliance.evaluation.facts import TABLES, Facts, first_known
from compliance.evaluation.framework import Framework
from compliance.evaluation.gathering import Pair, Scope, gather, model_of, path_to_project
from compliance.evaluation.judgement import Judgement
from compliance.evaluation.scoring import judge
from compliance.evaluation.sealed import rules_of
from compliance.models import PolicyFramework, Scorecard, ScorecardHead
from compliance.models.frameworks import framework_for, versions_for
from compliance.services.corrections import note_corrections
from compliance.services.frameworks import ByYear, chosen_frameworks
from projects.models import ImpactAssessment, Project
from projects.services.records import OF_MANY, OF_THE_NIGHT, promise_evaluation

CHUNK = 500
A_MONTH = timedelta(days=30)


Key = tuple[int, int, str]
"""A project, a year, and the fingerprint of the facts about them."""


@dataclass(frozen=True)
class Produced:
    """One judged project and year, ready to be stored."""

    key: Key
    facts_text: str
    as_of: date | None
    judgement_text: str
    score: Decimal | None
    worst: Decimal | None
    best: Decimal | None
    coverage: Decimal | None
    grade: str


@dataclass(frozen=True)
class Batch:
    """What one look at the database gave: when and which facts were read, by which rules, and the new results.

    Projects of countries that no framework judges are in none of it.
    """

    read_at: datetime
    keys: list[Key]
    frameworks: ByYear
    new: list[Produced]


def evaluate(pairs: Collection[Pair], *, on: date | None = None) -> Batch:
    """Judge every pair by the rules of its period, from one consistent look at the database; writes nothing.

    Facts of which a scorecard by these rules is kept already are not judged again.
    """
    day = on or timezone.localdate()
    with repeatable_read() as read_at:
        gathered = gather(Scope(frozenset(pairs), day))
        standing = standing_heads(pairs)
        frameworks = frameworks_of(gathered, standing, day)
    for pair, framework in frameworks.items():
        gathered[pair] = as_judged(gathered[pair], rules_of(framework), standing.get(pair), day)
    texts = {pair: canonical.dumps_plain(gathered[pair].to_json()) for pair in frameworks}
    keys = [(*pair, canonical.fingerprint(text)) for pair, text in texts.items()]
    existing = scorecards_of(frameworks, keys)
    new = [
        produced(key, texts[key[:2]], gathered[key[:2]].as_of, judge(rules_of(frameworks[key[:2]]), gathered[key[:2]]))
        for key in keys
        if key not in existing
    ]
    return Batch(read_at, keys, frameworks, new)


def standing_heads(pairs: Collection[Pair]) -> dict[Pair, Scorecard]:
    """The scorecard that stands for each project and year, without its texts."""
    heads = ScorecardHead.objects.filter(project__in={project for project, _year in pairs})
    rows = Scorecard.objects.filter(pk__in=heads.values("scorecard")).defer("facts_text", "judgement_text")
    return {(one.project_id, one.year): one for one in rows}


def frameworks_of(gathered: Mapping[Pair, Facts], standing: Mapping[Pair, Scorecard], day: date) -> ByYear:
    """The version that judges each project and year: a reviewer's choice, else the one in force for the period.

    A year that is over and was judged keeps its rules: what is decided and published does not fall because a newer
    version was loaded. Reviewers may choose that one.
    """
    known = {one.pk: one for one in PolicyFramework.objects.all()}
    chosen = chosen_frameworks({project for project, _year in gathered})
    found: ByYear = {}
    for pair, facts in gathered.items():
        in_force = framework_for(list(known.values()), facts.country, facts.period_end)
        judged = standing.get(pair)
        if judged and in_force and facts.period_end < day and judges(known[judged.framework_id], facts.country):
            in_force = known[judged.framework_id]
        if framework := chosen.get(pair) or in_force:
            found[pair] = framework
    return found


def judges(framework: PolicyFramework, country: str) -> bool:
    """Whether a version may judge a country's mines at all."""
    return bool(versions_for([framework], country))


def as_judged(facts: Facts, rules: Framework, standing: Scorecard | None, day: date) -> Facts:
    """The facts as these rules look at them, as of a day.

    A day that has passed is no new fact: where everything else is as it was, the day of the last evaluation stays, and
    with it the scorecard. Only what is open in the running year is counted anew once a month.
    """
    seen = dataclasses.replace(facts, as_of=day).seen_by(rules.looks_at)
    if seen.as_of is None or standing is None or standing.as_of is None:
        return seen
    if day <= facts.period_end and day - standing.as_of > A_MONTH:
        return seen
    as_before = dataclasses.replace(seen, as_of=standing.as_of)
    return as_before if canonical.digest(as_before.to_json()) == standing.facts_sha256 else seen


def produced(key: Key, facts_text: str, as_of: date | None, judgement: Judgement) -> Produced:
    """A judgement as it is stored: its text keeps every digit, the columns as many as they hold."""
    figures = (judgement.score, judgement.worst, judgement.best, judgement.coverage)
    score, worst, best, coverage = (in_column(figure) for figure in figures)
    text = canonical.dumps_plain(judgement.to_json())
    return Produced(key, facts_text, as_of, text, score, worst, best, coverage, judgement.grade or "")


def in_column(figure: Decimal | None) -> Decimal | None:
    """A figure cut to the places of its column: rounded up, 74.99996 would stand as 75 beside the grade below it."""
    return None if figure is None else figure.quantize(COLUMN_PLACE, ROUND_DOWN)


COLUMN_PLACE = Decimal(1).scaleb(-Scorecard._meta.get_field("score").decimal_places)


@transaction.atomic
def store(batch: Batch) -> int:
    """Store new scorecards and move the heads; a head never goes back to facts read earlier. Returns how many are new."""
    new = insert_scorecards(batch)
    scorecards = scorecards_of(batch.frameworks, batch.keys)
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO compliance_scorecardhead (project_id, year, scorecard_id, facts_read_at, produced_at)
            VALUES (%s, %s, %s, %s, now())
            ON CONFLICT (project_id, year) DO UPDATE
            SET scorecard_id = EXCLUDED.scorecard_id,
                facts_read_at = EXCLUDED.facts_read_at,
                produced_at = CASE WHEN compliance_scorecardhead.scorecard_id = EXCLUDED.scorecard_id
                                   THEN compliance_scorecardhead.produced_at ELSE now() END
            WHERE compliance_scorecardhead.facts_read_at < EXCLUDED.facts_read_at
            """,
            [(*key[:2], scorecards[key], batch.read_at) for key in sorted(batch.keys)],
        )
    note_corrections({key[:2] for key in batch.keys})
    return new


def insert_scorecards(batch: Batch) -> int:
    """Add rows, one statement each in one go: texts this long make one statement with all of them ten times as slow.

    Returns how many were added: another worker may have stored the same meanwhile.
    """
    if not batch.new:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            INSERT INTO compliance_scorecard
                (project_id, year, facts_sha256, framework_id, facts_text, as_of, judgement_text, score, worst, best,
                 coverage, grade, computed_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, now())
            ON CONFLICT DO NOTHING
            """,
            [
                (
                    *p.key,
                    batch.frameworks[p.key[:2]].pk,
                    p.facts_text,
                    p.as_of,
                    p.judgement_text,
                    p.score,
                    p.worst,
                    p.best,
                    p.coverage,
                    p.grade,
                )
                for p in batch.new
            ],
        )
        return int(cursor.rowcount)


def scorecards_of(frameworks: ByYear, keys: Collection[Key]) -> dict[Key, int]:
    """The stored scorecards of these facts by the rules of their years; the projects let the index find them."""
    rows = Scorecard.objects.filter(
        project__in={project for project, _year, _sha256 in keys},
        year__in={year for _project, year, _sha256 in keys},
        facts_sha256__in=[sha256 for _project, _year, sha256 in keys],
    ).values_list("project_id", "year", "facts_sha256", "framework_id", "pk")
    by = {pair: framework.pk for pair, framework in frameworks.items()}
    return {
        (project, year, sha256): pk
        for project, year, sha256, framework, pk in rows
        if by.get((project, year)) == framework
    }


@contextmanager
def repeatable_read() -> Iterator[datetime]:
    """A read-only transaction in which every query sees the same moment; gives that moment by the database's clock."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT clock_timestamp()")
        yield cursor.fetchone()[0]


def produce_scorecards(
    pairs: Collection[Pair], *, progress: Callable[[int, int], None] = lambda done, total: None
) -> int:
    """Evaluate and store in bounded steps, by hand or from a test; returns how many scorecards are new."""
    new = 0
    done = 0
    for chunk in batched_pairs(pairs):
        new += store(evaluate(chunk))
        done += len(chunk)
        progress(done, len(pairs))
    return new


def batched_pairs(pairs: Collection[Pair]) -> Iterator[list[Pair]]:
    """Steps of a size that keeps memory flat."""
    ordered = sorted(pairs)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def reporting_pairs(projects: Collection[int] | QuerySet[Any] | None = None, *, year: int | None = None) -> set[Pair]:
    """Projects and years that the record reports on, of some projects (their keys) or of all, up to the running year.

    A project about which nothing of any period is recorded has the year of its latest study: a phase or a study alone
    opens no year, but enters those that are open.
    """
    within = {} if projects is None else {"project__in": projects}
    pairs: set[Pair] = set(ScorecardHead.objects.filter(**within).values_list("project_id", "year"))
    for table, known in TABLES.items():
        rows = model_of(table)._default_manager.all()
        if projects is not None:
            mines = Project.objects.filter(pk__in=projects).with_merged()
            rows = rows.filter(**{f"{path_to_project(rows.model)}__in": mines})
        opening = {known.years.columns} if known.years.opens else set()
        for columns in opening | {(f"{day}__year",) for day in table.days}:
            pairs |= years_reported(rows, columns)
    reported = {project for project, _year in pairs}
    studies = ImpactAssessment.objects.filter(**within).order_by("project")
    latest = Greatest("submitted_on", "approved_on", "works_started_on")
    found = studies.values_list("project").annotate(latest=Max(latest)).filter(latest__isnull=False)
    pairs |= {(project, day.year) for project, day in found if project not in reported}
    last = timezone.localdate().year
    return {(key, of_year) for key, of_year in pairs if of_year <= last and year in (None, of_year)}


def years_reported(rows: QuerySet[Any], columns: Iterable[str]) -> set[Pair]:
    """Every project with every year that these records of one kind say, in the first column that says one; one query.

    What the ledger says of a mine that was merged into another belongs to that one.
    """
    to_project = path_to_project(rows.model)
    mine = Coalesce(f"{to_project}__merged_into", to_project)
    found = (
        rows.exclude(**{f"{to_project}__isnull": True})
        .order_by()
        .annotate(mine=mine)
        .values_list("mine", *columns)
        .distinct()
    )
    return {(project, year) for project, *years in found if (year := first_known(years)) is not None}


def open_years_of(project: int) -> set[int]:
    """Years of a project that the record reports on."""
    return {year for _project, year in reporting_pairs({project})}


def request_evaluation(pairs: Iterable[Pair], *, actor: User | None) -> None:
    """Promise the scorecards of these pairs to the worker, behind what somebody changed: a person's before the night's."""
    with transaction.atomic():
        promise_evaluation(pairs, owner=actor, priority=OF_MANY if actor else OF_THE_NIGHT)


def compute_claimed(claim: Claim) -> list[Batch]:
    """Judge what the claimed jobs ask for, and the later years of the same projects that are reported on."""
    asked = {(int(job.payload["project"]), int(job.payload["year"])) for job in claim.jobs}
    first_year = dict(sorted(asked, reverse=True))
    pairs = {(project, year) for project, year in years_to_judge(asked) if year >= first_year[project]}
    batches = []
    for done, chunk in enumerate(batched_pairs(pairs)):
        if done:
            claim.report(done * CHUNK, len(pairs))
        batches.append(evaluate(chunk))
    return batches


def years_to_judge(asked: Set[Pair]) -> set[Pair]:
    """The years of the projects that jobs ask for: those that have a scorecard, and where one asks for a new year all others.

    Whatever is reported on has a scorecard or a job of its own, so that nothing need be looked for to correct a record.
    """
    heads = ScorecardHead.objects.filter(project__in={project for project, _year in asked})
    judged: set[Pair] = set(heads.values_list("project_id", "year"))
    new = {project for project, _year in asked - judged}
    return judged | reporting_pairs(new) if new else judged


def store_claimed(claim: Claim, batches: list[Batch]) -> None:
    """Store all of it in the finishing transaction."""
    for batch in batches:
        store(batch)


EVALUATION = JobKind(gettext_lazy("Scorecard"), compute_claimed, store_claimed, batch=8)
