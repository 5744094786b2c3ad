"""Statements of the standard BODS 0.4 come in: what is kept becomes organisations and shares, and each other says why not."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from accounts.models import Organisation, User
from projects.intake.bods import HEADINGS
from projects.intake.messages import sentence
from projects.intake.targets import TARGETS
from projects.models import Holding, ImportBatch, OrganisationIdentifier, OwnershipStake
from projects.services import intake
from tests.cast import mine
from tests.kinds.test_identifiers import number_beginning
from tests.projects.intake_help import civil_organisation, codes, confirm, map_columns, person, undo, upload, work

pytestmark = pytest.mark.django_db
FOLDER = "bods_ownership"
DIRECT = {"type": "shareholding", "directOrIndirect": "direct", "startDate": "2020-01-01"}
RUC, OTHER_RUC = "20512333797", number_beginning("2099999999")


@pytest.fixture
def actor() -> User:
    """Somebody who imports."""
    return person("ana@example.org", civil_organisation())


def statement(record: str, kind: str, **details: Any) -> dict[str, Any]:
    """One statement; its details are as small as the standard lets them be."""
    smallest: dict[str, dict[str, Any]] = {
        "entity": {"entityType": {"type": "registeredEntity"}},
        "person": {"personType": "knownPerson"},
    }
    return {
        "statementId": f"{record:x>40}",
        "statementDate": "2025-03-01",
        "declarationSubject": "mine",
        "recordId": record,
        "recordType": kind,
        "recordDetails": {"isComponent": False, **smallest.get(kind, {}), **details},
    }


def share(record: str, of: Any, by: Any, **interest: Any) -> dict[str, Any]:
    """A share that is held directly, of all where nothing else is said."""
    told = {**DIRECT, "share": {"exact": 100}, **interest}
    return statement(record, "relationship", subject=of, interestedParty=by, interests=[told])


def company(record: str, name: str, *numbers: str) -> dict[str, Any]:
    """A company with its numbers in registers."""
    known = [dict(zip(("scheme", "id"), number.split(), strict=True)) for number in numbers]
    return statement(record, "entity", name=name, identifiers=known)


def checked(actor: User, *found: dict[str, Any]) -> ImportBatch:
    """A file of statements, looked at."""
    return map_columns(actor, upload(actor, "owners.json", json.dumps(found).encode(), "owners"))


def test_companies_people_and_shares_go_in_as_they_are_and_all_of_it_can_be_taken_back(actor: User) -> None:
    jurisdiction = {"code": "PE", "name": "Peru"}
    batch = checked(
        actor,
        company("a", "Mina Alta", f"PE-RUC {RUC}", "GB-COH 123"),
        statement("s", "entity", name="Estado", entityType={"type": "state"}, jurisdiction=jurisdiction),
        statement("p", "person", names=[{"fullName": "Rosa Quispe"}], birthDate="1970-01-01", nationalities=[]),
        share("1", "a", "p", share={"exact": 37.5}, endDate="2024-05-01"),
        share("2", "a", "s", share={"minimum": 25, "maximum": 25}),
    )
    assert intake.counts(batch)["ready"] == 5
    confirm(actor, batch)
    assert dict(
        Organisation.objects.filter(name__in=["Mina Alta", "Estado", "Rosa Quispe"]).values_list("name", "kind")
    ) == {
        "Mina Alta": "company",
        "Estado": "other",
        "Rosa Quispe": "person",
    }
    assert Organisation.objects.get(name="Estado").country == "PE"
    [number] = OrganisationIdentifier.objects.all()
    assert (str(number.organisation), number.scheme, number.number) == ("Mina Alta", "PE-RUC", RUC)
    told = {str(one.owner): (one.share_percent, one.starts_on, one.ends_on) for one in Holding.objects.all()}
    assert told == {
        "Rosa Quispe": (Decimal("37.5"), date(2020, 1, 1), date(2024, 5, 1)),
        "Estado": (Decimal(25), date(2020, 1, 1), None),
    }
    undo(actor, batch)
    assert not Holding.objects.exists()
    assert not OrganisationIdentifier.objects.exists()
    assert not Organisation.objects.filter(name__in=["Mina Alta", "Estado", "Rosa Quispe"]).exists()


def test_of_people_nothing_but_the_name_is_kept(actor: User) -> None:
    details = {
        "birthDate": "1970-02-03",
        "addresses": [{"address": "Jr. Lima 7"}],
        "identifiers": [{"scheme": "PER-ID", "id": "44"}],
    }
    batch = checked(actor, statement("p", "person", names=[{"fullName": "Rosa Quispe"}], **details))
    [row] = batch.rows.all()
    assert set(filter(None, row.cells.values())) == {f"{'p':x>40}", "person", "Rosa Quispe"}


@pytest.mark.parametrize(
    ("interest", "problems"),
    [
        ({"share": {"minimum": 75, "exclusiveMaximum": 100}}, {"share_percent": "share_not_exact"}),
        ({"share": {}}, {"share_percent": "missing"}),
        ({"share": {"exact": 0}}, {"share_percent": "broken_rule"}),
        ({"directOrIndirect": "indirect"}, {"interest": "not_a_direct_share"}),
        ({"directOrIndirect": "unknown"}, {"interest": "not_a_direct_share"}),
        ({"type": "votingRights"}, {"interest": "not_a_direct_share"}),
        ({"endDate": "2019-01-01"}, {"ends_on": "broken_rule"}),
    ],
)
def test_what_is_no_exact_direct_share_is_not_made_one(
    actor: User, interest: dict[str, Any], problems: dict[str, str]
) -> None:
    batch = checked(actor, company("a", "Mina Alta"), company("b", "Grupo Sol"), share("1", "a", "b", **interest))
    said = codes(batch.rows.get(number=3))
    assert said.items() >= problems.items()
    assert intake.counts(batch)["ready"] == 2


def test_without_the_day_on_which_it_began_or_ended_a_share_is_asked_about(actor: User) -> None:
    begun, ended = share("1", "a", "b"), share("2", "a", "b") | {"recordStatus": "closed"}
    del begun["recordDetails"]["interests"][0]["startDate"]
    batch = checked(actor, company("a", "Mina Alta"), company("b", "Grupo Sol"), begun, ended)
    assert [codes(row) for row in batch.rows.all()[2:]] == [{"starts_on": "missing"}, {"ends_on": "not_a_date"}]


def test_an_owner_of_whom_the_file_says_why_it_is_not_named_is_missing(actor: User) -> None:
    nobody = {"reason": "subjectExemptFromDisclosure"}
    batch = checked(actor, company("a", "Mina Alta"), share("1", "a", nobody), share("2", "a", "elsewhere"))
    first, second = (codes(row) for row in batch.rows.all()[1:])
    assert first["owner"] == "missing"
    assert second == {"owner": "not_on_record"}


def test_a_statement_that_a_later_one_of_its_record_replaces_is_not_taken_in(actor: User) -> None:
    batch = checked(
        actor,
        *(company("a", "Mina Alta"), company("b", "Grupo Sol"), share("1", "a", "b")),
        share("1", "a", "b", share={"exact": 40}) | {"recordStatus": "updated"},
    )
    assert codes(batch.rows.get(number=3)) == {"replaced_in_row": "replaced_in_row"}
    confirm(actor, batch)
    assert [one.share_percent for one in Holding.objects.all()] == [40]


def test_two_people_of_one_name_are_one_only_where_all_that_is_said_of_them_is_the_same(actor: User) -> None:
    rosa: dict[str, Any] = {"names": [{"fullName": "Rosa Quispe"}]}
    batch = checked(
        actor,
        statement("p", "person", birthDate="1970-01-01", **rosa),
        statement("q", "person", birthDate="1970-01-01", **rosa),
        statement("r", "person", birthDate="1981-01-01", **rosa),
        *(company("a", "Mina Alta"), share("1", "a", "r")),
    )
    said = {row.number: codes(row) for row in batch.rows.all()}
    assert said[2] == said[3] == {}
    assert said[4] == {"same_name_as_row": "may_be_another"}
    assert said[5] == {"owner": "not_on_record"}


def test_shares_of_a_mine_on_record_become_its_stakes_and_those_of_a_mine_of_others_do_not(actor: User) -> None:
    own, others = mine(actor, "Own"), mine(person("eva@example.org", civil_organisation("Otra")), "Others")
    arrangement = {"entityType": {"type": "arrangement"}}
    batch = checked(
        actor,
        *(statement("m", "entity", name=own.name, **arrangement), company("a", "Mina Alta")),
        *(share("1", "m", "a", share={"exact": 62.5}), share("2", "a", "m"), share("3", others.name, "a")),
    )
    assert [codes(row) for row in batch.rows.all()[2:]] == [
        {},
        {"owner": "not_on_record"},
        {"company": "not_on_record"},
    ]
    confirm(actor, batch)
    stakes = [(one.project, str(one.owner), one.share_percent) for one in OwnershipStake.objects.all()]
    assert stakes == [(own, "Mina Alta", Decimal("62.5"))]
    assert not Organisation.objects.filter(name__in=[own.name, others.name]).exists()
    undo(actor, batch)
    assert not OwnershipStake.objects.exists()


def test_what_is_on_record_is_found_and_not_said_twice(actor: User) -> None:
    companies = company("a", "Mina Alta", f"PE-RUC {RUC}"), company("b", "Grupo Sol"), company("c", "Grupo Luna")
    confirm(actor, checked(actor, *companies, share("1", "a", "b")))
    again = checked(actor, *companies, share("1", "a", "b"), share("2", "b", "c"))
    said = {row.number: codes(row) for row in again.rows.all()}
    assert said == {1: {}, 2: {}, 3: {}, 4: {"company": "share_on_record"}, 5: {}}
    confirm(actor, again)
    assert (OrganisationIdentifier.objects.count(), Holding.objects.count()) == (1, 2)


def test_a_company_with_another_number_than_the_one_on_record_is_asked_about(actor: User) -> None:
    confirm(actor, checked(actor, company("a", "Mina Alta", f"PE-RUC {RUC}")))
    other = checked(actor, company("a", "Mina Alta", f"PE-RUC {OTHER_RUC}"), company("b", "Grupo Sol", f"PE-RUC {RUC}"))
    assert [codes(row) for row in other.rows.all()] == [
        {"identifiers": "has_another_number"},
        {"identifiers": "broken_rule"},
    ]


def test_more_than_all_of_a_company_is_refused_where_the_database_says_so(actor: User) -> None:
    batch = checked(
        actor,
        *(company("a", "Mina Alta"), company("b", "Grupo Sol"), company("c", "Grupo Luna")),
        *(share("1", "a", "b", share={"exact": 60}), share("2", "a", "c", share={"exact": 41})),
    )
    confirm(actor, batch)
    assert [one.share_percent for one in Holding.objects.all()] == [60]
    assert codes(batch.rows.get(number=5))


def many(count: int) -> list[dict[str, Any]]:
    """Companies of which each is the next one's, each with a number."""
    entities = [
        company(f"{count}e{at}", f"Empresa {count} {at}", f"PE-RUC {number_beginning(f'20{count:04d}{at:04d}')}")
        for at in range(count)
    ]
    shares = [share(f"{count}s{at}", f"{count}e{at}", f"{count}e{at + 1}") for at in range(count - 1)]
    return [*entities, *shares]


def test_queries_do_not_grow_with_the_statements(actor: User) -> None:
    ContentType.objects.get_for_models(*apps.get_models())  # a cold cache would count once, in the first round
    used = []
    for count in (2, 20, 200):  # the first one fills caches
        with CaptureQueriesContext(connection) as queries:
            batch = undo(actor, confirm(actor, checked(actor, *many(count))))
        assert intake.counts(batch)["undone"] == 2 * count - 1
        used.append(len(queries))
    assert used[1] == used[2]


def test_the_reader_calls_columns_as_the_import_does() -> None:
    with override("en"):
        labels = {one.code: str(one.label) for one in TARGETS["owners"].fields}
    assert labels == HEADINGS


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Statement 1: statementId (missing), "), ("es", "Declaración 1: statementId (falta), ")],
)
def test_a_bad_file_is_refused_with_every_error_by_statement_and_field(
    actor: User, shared_data: Callable[[str], Path], language: str, words: str
) -> None:
    data = shared_data(f"{FOLDER}/badfile_all_validation_errors.json").read_bytes()
    batch = upload(actor, "bad.json", data, "owners")
    assert batch.state == ImportBatch.State.REFUSED
    problem = json.loads(batch.problem)
    told = Counter(number for number, _path, _code in problem["params"]["errors"])
    assert sorted(told) == list(range(1, 23))
    with override(language):
        assert words in sentence(problem)


@pytest.mark.parametrize(
    ("at", "value", "wrong"),
    [
        (("statementId",), "short", ["statementId", "wrong_length"]),
        (("statementDate",), "1 March", ["statementDate", "not_a_date"]),
        (("recordType",), "company", ["recordType", "not_in_list"]),
        (("recordDetails",), [], ["recordDetails", "not_an_object"]),
        (("recordDetails", "isComponent"), "no", ["recordDetails.isComponent", "not_yes_or_no"]),
        (("recordDetails", "subject"), {"reason": "secret"}, ["recordDetails.subject.reason", "not_in_list"]),
        (("recordDetails", "interests"), {}, ["recordDetails.interests", "not_a_list"]),
        (
            ("recordDetails", "interests", 0, "share", "exact"),
            "all",
            ["recordDetails.interests[0].share.exact", "not_a_number"],
        ),
        (
            ("recordDetails", "interests", 0, "share", "exact"),
            100.01,
            ["recordDetails.interests[0].share.exact", "not_a_percentage"],
        ),
        (("recordDetails", "interests", 0, "type"), 7, ["recordDetails.interests[0].type", "not_in_list"]),
        (("declarationSubject",), 7, ["declarationSubject", "not_text"]),
    ],
)
def test_each_thing_that_can_be_wrong_is_named_with_its_field(
    actor: User, at: tuple[Any, ...], value: Any, wrong: list[str]
) -> None:
    bad: Any = share("1", "a", "b")
    *way, last = at
    place = bad
    for step in way:
        place = place[step]
    place[last] = value
    batch = upload(actor, "bad.json", json.dumps([company("a", "Mina Alta"), bad]).encode(), "owners")
    assert json.loads(batch.problem)["params"]["errors"] == [[2, *wrong]]


def test_all_real_files_go_in_and_every_statement_says_what_became_of_it(
    actor: User, shared_data: Callable[[str], Path]
) -> None:
    files = [shared_data(f"{FOLDER}/sample_300_statements.json"), *sorted(shared_data(f"{FOLDER}/examples").iterdir())]
    for path in files:
        batch = confirm(actor, checked(actor, *json.loads(path.read_text())))
        assert batch.state == ImportBatch.State.IMPORTED, path.name
        rows = list(batch.rows.all())
        assert len(rows) == len(json.loads(path.read_text()))
        for row in rows:
            assert row.state in ("imported", "refused"), path.name
            assert (row.state == "refused") == bool(codes(row)), path.name
            assert all(sentence(one, TARGETS["owners"]) for one in row.errors)
        if "sample" in path.name:  # one company, one person and one share of hers, a hundred times
            said = Counter(code for row in rows for code in codes(row).values())
            assert said == {"recorded_in_row": 99}
    owners = {str(one.owner): one.share_percent for one in Holding.objects.filter(company__name="Gasgrid Finland Oy")}
    assert owners == {"Suomen Kaasuverkko Oy": Decimal("76.5"), "Valtiovarainministerio": Decimal("23.5")}
    lei = OrganisationIdentifier.objects.get(scheme="XI-LEI")
    assert str(lei.organisation) == "AstraZeneca PLC"
    ended = Holding.objects.get(owner__name="Declan Byrne-Amin")
    assert (ended.starts_on, ended.ends_on) == (date(2021, 4, 3), date(2022, 1, 21))


def test_statements_that_close_a_circle_of_owners_are_asked_about_and_taken_in_where_a_person_says_so(
    actor: User,
) -> None:
    shares = [share("c1", "a", "b", share={"exact": 10}), share("c2", "b", "a", share={"exact": 10})]
    statements = [statement("a", "entity", name="Alfa"), statement("b", "entity", name="Beta"), *shares]
    batch = map_columns(actor, upload(actor, "circle.json", json.dumps(statements).encode(), "owners"))
    asked = [row for row in batch.rows.order_by("number") if codes(row)]
    assert [codes(row) for row in asked] == [{"owner": "circle_of_owners"}]
    intake.correct_rows(actor=actor, batch=batch, corrections={asked[0].pk: {"+circle_of_owners": "yes"}})
    work()
    batch.refresh_from_db()
    confirm(actor, batch)
    found = Holding.objects.order_by("pk").values_list("company__name", "owner__name", "circle_in_document")
    assert list(found) == [("Alfa", "Beta", False), ("Beta", "Alfa", True)]
