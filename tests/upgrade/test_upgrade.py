"""A database that people filled with an older Minka works on with today's: nothing sealed, decided or entered is lost."""

from __future__ import annotations

import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, Job, Membership, User
from accounts.services import jobs
from communities.models import Disbursement
from compliance.models import Publication, PublishedPlace, Scorecard, ScorecardHead
from compliance.services.production import produce_scorecards, reporting_pairs
from compliance.services.publications import approve_scorecard, find_flaws, publish_scorecard
from compliance.services.reviews import accept_undecided, standing_of
from projects.kinds import KINDS_OF_RECORD
from projects.models import ImportBatch, Project, Source
from tests.cast import open_all
from tests.projects.intake_help import confirm, map_columns, undo
from tests.upgrade.conftest import Older, sealed_rows, signed_in

# What was sealed


def test_no_migration_is_left() -> None:
    executor = MigrationExecutor(connections["owner"])
    assert executor.migration_plan(executor.loader.graph.leaf_nodes()) == []


def test_preparing_once_more_changes_nothing(older: Older) -> None:
    before = every_row()
    call_command("prepare", verbosity=0)
    assert every_row() == before


def every_row() -> dict[str, Any]:
    """A fingerprint of each table's rows, and who may do what with it."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT relname, relacl::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        )
        tables = dict(cursor.fetchall())
        for table in tables:
            cursor.execute(f"SELECT md5(string_agg(row::text, '|' ORDER BY row::text)) FROM {table} AS row")  # noqa: S608
            tables[table] = (tables[table], *cursor.fetchone())
    return tables


@pytest.mark.promise("upgrade")
def test_every_publication_still_verifies() -> None:
    assert Publication.objects.count() > 12
    assert list(find_flaws()) == []


@pytest.mark.promise("upgrade")
def test_steps_statements_trail_and_publications_are_as_they_were_to_the_byte(older: Older) -> None:
    now = sealed_rows()
    for table, rows in older.sealed.items():
        assert rows, table
        if table == "compliance_policyframework":  # newer versions come with newer Minkas
            assert set(rows) <= set(now[table])
        elif table == "accounts_auditentry":  # a migration may say what it did
            assert now[table][: len(rows)] == rows
        else:
            assert now[table] == rows, table


def test_every_document_is_handed_out_byte_for_byte(older: Older) -> None:
    for sequence, sha256, _previous, document, *_more in older.sealed["compliance_publication"]:
        assert hashlib.sha256(document.encode()).hexdigest() == sha256
        one = Publication.objects.get(pk=sequence)
        year = reverse("public:project_json", args=[one.project_slug, one.year])
        for address in (reverse("api:publication", args=[sha256]), f"{year}?version={sha256}"):
            assert got(Client(), address) == document.encode(), address


# What was decided


def steps_in_force(scorecard: Scorecard) -> dict[str, Any]:
    """The steps in force by their keys, as `dump.py` stored them."""
    standing = standing_of(scorecard)
    return {
        "decisions": {code: step.pk for code, step in standing.decisions.items()},
        "undecided": sorted(standing.undecided),
        "approval": standing.approval and standing.approval.pk,
        "publication": standing.publication and standing.publication.pk,
    }


def in_force() -> dict[str, dict[str, Any]]:
    """The same of every scorecard that stands."""
    return {str(head.scorecard_id): steps_in_force(head.scorecard) for head in ScorecardHead.objects.all()}


@pytest.mark.promise("upgrade")
def test_every_decision_approval_and_publication_that_stood_stands(older: Older) -> None:
    stored = older.standing.values()
    assert sum(len(one["decisions"]) for one in stored) > 149
    assert all(any(one[name] for one in stored) for name in ("undecided", "approval", "publication"))
    assert in_force() == older.standing


def test_judged_again_the_next_night_nothing_moves_and_nothing_is_lost(older: Older) -> None:
    before = heads()
    assert len(before) == len(older.standing)
    finish_waiting_work()
    assert heads() == before
    produce_scorecards(reporting_pairs())
    assert heads() == before
    assert in_force() == older.standing
    assert list(find_flaws()) == []


def heads() -> dict[tuple[int, int], int]:
    """Which scorecard stands, by project and year."""
    rows = ScorecardHead.objects.values_list("project", "year", "scorecard")
    return {(project, year): scorecard for project, year, scorecard in rows}


def finish_waiting_work() -> None:
    """What an older Minka promised is done by today's."""
    waiting = list(Job.objects.filter(state=Job.State.WAITING))
    assert waiting
    for job in waiting:
        jobs.run(str(job.pk))
    assert set(Job.objects.filter(pk__in=[job.pk for job in waiting]).values_list("state", flat=True)) == {"done"}


def test_what_was_approved_before_is_published_after(older: Older) -> None:
    approved = [key for key, one in older.standing.items() if one["approval"]]
    assert approved
    julian = User.objects.get(email="julian@demo.example")
    for scorecard in Scorecard.objects.filter(pk__in=approved):
        publish_scorecard(actor=julian, scorecard=scorecard, correction_reason="As approved.")
    assert list(find_flaws()) == []


def test_a_review_that_was_begun_before_is_finished_after(older: Older) -> None:
    """Of every year that nobody has published, by the two reviewers, once the worker has done what waited."""
    rosa, julian = (User.objects.get(email=f"{name}@demo.example") for name in ("rosa", "julian"))
    unpublished = ScorecardHead.objects.exclude(scorecard__publications__isnull=False).select_related("scorecard")
    finished = 0
    finish_waiting_work()
    for head in unpublished:
        before = older.standing[str(head.scorecard_id)]
        open_all(rosa, head.scorecard)
        accept_undecided(actor=rosa, scorecard=head.scorecard)
        standing = standing_of(head.scorecard)
        assert before["decisions"].items() <= {code: step.pk for code, step in standing.decisions.items()}.items()
        if not standing.undecided and not standing.approval:
            approve_scorecard(actor=rosa, scorecard=head.scorecard)
            publish_scorecard(actor=julian, scorecard=head.scorecard, correction_reason="Facts have changed.")
            finished += 1
    assert finished > 5
    assert list(find_flaws()) == []


# What everybody sees


def got(client: Client, address: str) -> bytes:
    """What an address answers or leads to, which is a page or a file."""
    answer = client.get(address, follow=True)
    assert answer.status_code == 200, f"{address}: {answer.status_code}"
    return answer.getvalue() if answer.streaming else answer.content


def test_every_public_page_opens_for_nobody() -> None:
    nobody = Client()
    for name in ("home", "projects", "communities", "verify", "chain_csv", "how_we_grade"):
        assert got(nobody, reverse(f"public:{name}"))
    for one in Publication.objects.all():
        page = reverse("public:project", args=[one.project_slug])
        csv = reverse("public:project_csv", args=[one.project_slug, one.year])
        for address in (
            page,
            f"{page}?year={one.year}",
            f"{page}?year={one.year}&version={one.sha256}",
            csv,
            f"{csv}?version={one.sha256}",
        ):
            assert got(nobody, address)
        assert one.project_name in got(nobody, page).decode()
    communities = set(PublishedPlace.objects.filter(kind="community").values_list("slug", flat=True))
    for slug in communities:
        assert got(nobody, reverse("public:community", args=[slug]))
    assert got(nobody, f"{reverse('public:home')}?q=puka")
    assert len(communities) > 10


def test_everybody_finds_their_desk_and_their_lists() -> None:
    for user in User.objects.all():
        client = signed_in(user.email.partition("@")[0])
        assert got(client, reverse("desk"))
        for part in ("projects", "scorecards", "disbursements", "publications"):
            assert client.get(reverse(f"api:{part}")).status_code == 200


def test_every_scorecard_opens_for_a_reviewer_those_that_were_replaced_too(older: Older) -> None:
    rosa = signed_in("rosa")
    scorecards = list(Scorecard.objects.values_list("pk", flat=True))
    assert len(scorecards) > len(older.standing)
    for pk in scorecards:
        assert got(rosa, reverse("reviews:scorecard", args=[pk]))
    assert got(rosa, reverse("reviews:trail", args=[scorecards[0]]))
    for name in ("queue", "exemptions"):
        assert got(rosa, reverse(f"reviews:{name}"))
    for slug in Project.objects.values_list("slug", flat=True):
        assert got(rosa, reverse("reviews:of-project", args=[slug]))


def test_the_trail_and_the_runs_open_for_those_who_oversee() -> None:
    assert got(signed_in("ingrid"), reverse("people:audit"))
    assert got(signed_in("elena"), reverse("reviews:runs"))


# The record


def test_the_ledger_of_each_mine_opens_and_a_payment_of_each_year_in_it() -> None:
    ana = signed_in("ana")
    for slug in Project.objects.values_list("slug", flat=True):
        assert got(ana, reverse("ledger:list", args=[slug]))
        assert got(ana, reverse("projects:page", args=[slug]))
    of_mines = Disbursement.objects.filter(project__isnull=False).order_by("pk")
    shown = {(project, year): pk for project, year, pk in of_mines.values_list("project", "year", "pk")}
    assert len(shown) > 10
    for pk in shown.values():
        assert got(ana, reverse("ledger:page", args=[pk]))


def test_records_of_each_kind_open_and_can_be_amended(older: Older) -> None:
    """The form is sent back as it came, with a reason: what stands in it is what the older Minka wrote."""
    ana = signed_in("ana")
    for kind, addresses in older.records.items():
        assert addresses, f"the stored database has no record of the kind {kind}"
        for address in addresses:
            assert got(ana, address)
        form = Filled(got(ana, f"{addresses[0]}amend/").decode())
        answer = ana.post(f"{addresses[0]}amend/", form.fields | {"amend-reason": ["Read again."]})
        assert answer.status_code == 302, (addresses[0], Filled(answer.content.decode()).problems)
        assert "Read again." in got(ana, addresses[0]).decode()


class Filled(HTMLParser):
    """What a browser would send of the page's form of posting, and what the page says is wrong."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.problems: list[str] = []
        self.chosen = self.text = self.told = ""
        form = re.search(r'<form\s+method="post"\s+class="form".*?</form>', page, re.DOTALL)
        assert form is not None, "the page has no form of posting"
        self.feed(form[0])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Inputs by their kind; the name of a list or a text is remembered for what stands in it."""
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value") or ""
        if (
            tag == "input"
            and given.get("type") != "file"
            and (given.get("type") not in {"checkbox", "radio"} or "checked" in given)
        ):
            self.fields.setdefault(name, []).append(value)
        elif tag == "select":
            self.chosen = name
        elif tag == "option" and "selected" in given:
            self.fields.setdefault(self.chosen, []).append(value)
        elif tag == "textarea":
            self.text = name
            self.fields[name] = [""]
        self.told = tag if "err" in (given.get("class") or "") else self.told

    def handle_endtag(self, tag: str) -> None:
        """A text or a problem ends."""
        self.text = "" if tag == "textarea" else self.text
        self.told = "" if tag == self.told else self.told

    def handle_data(self, data: str) -> None:
        """What stands in a text, and what is said to be wrong."""
        if self.text:
            self.fields[self.text][0] += data
        if self.told:
            self.problems.append(data)


# Imports


def test_what_was_ticked_as_verified_is_kept_and_counts_as_reported() -> None:
    """Nobody else had to check it; a filter for what is verified finds none of it."""
    ticked = Source.objects.filter(state="verified")
    assert ticked.count() > 9
    assert {source.standing for source in ticked} == {"reported"}
    listed = [kind.model._default_manager for kind in KINDS_OF_RECORD.values()]
    assert not any(rows.filter(Source.standing_as("verified")).exists() for rows in listed)
    assert any(rows.filter(Source.standing_as("reported"), source__in=ticked).exists() for rows in listed)


def test_roles_of_before_are_in_force_and_say_when_they_were_given() -> None:
    held = Membership.objects.active()
    assert held.count() > 6
    given = AuditEntry.objects.filter(verb="role_given").values_list("object_id", "at")
    assert {(str(one.pk), one.given_at) for one in held} <= set(given)
    assert not held.filter(confirmed_by__isnull=False).exists()


def batch(name: str) -> ImportBatch:
    """The import of a file."""
    return ImportBatch.objects.get(name=name)


def test_imports_open_at_whatever_step_they_are() -> None:
    ana = signed_in("ana")
    assert got(ana, reverse("imports:list"))
    states = set()
    for one in ImportBatch.objects.all():
        assert got(ana, reverse("imports:page", args=[one.pk]))
        assert got(ana, reverse("imports:errors", args=[one.pk]))
        states.add(one.state)
    assert states == {"imported", "undone", "ready", "mapping", "refused"}
    for name in ("waiting.csv", "columns.csv"):
        assert got(ana, reverse("imports:columns", args=[batch(name).pk]))


@pytest.mark.promise("upgrade")
def test_an_import_that_waited_is_confirmed_and_one_that_went_in_is_undone() -> None:
    ana = User.objects.get(email="ana@demo.example")
    before = Disbursement.objects.count()
    assert confirm(ana, batch("waiting.csv")).state == "imported"
    assert Disbursement.objects.count() == before + 1
    for name in ("payments.csv", "mines.csv"):
        assert undo(ana, batch(name)).state == "undone", name


def test_a_file_with_remembered_columns_is_understood_again() -> None:
    ana = User.objects.get(email="ana@demo.example")
    assert map_columns(ana, batch("waiting.csv")).state == "ready"


@pytest.mark.parametrize("name", ["payments.csv", "mines.csv"])
def test_what_was_imported_says_from_which_file(name: str) -> None:
    page = got(signed_in("ana"), reverse("imports:page", args=[batch(name).pk])).decode()
    assert name in page
