"""What PostgreSQL itself refuses: changes of what only grows, and anything but publications to the public role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.test import Client
from psycopg import sql

from accounts.append_only import APPEND_ONLY_TABLES
from accounts.models import AuditEntry
from accounts.services.roles import HIDDEN_FROM_AUDITORS, PUBLIC_TABLES, SECRET_COLUMNS
from compliance.services.publications import find_flaws
from tests.access.expectations import PUBLIC
from tests.access.walk import addresses, url_of
from tests.cast import (
    YEAR,
    answered,
    digs,
    employment,
    erase,
    gather_cast,
    lies_in,
    open_mine,
    produced,
    published,
    take_down,
)

TRIGGERS = """
    SELECT relation.relname, trigger.tgtype::int, trigger.tgenabled
    FROM pg_trigger trigger
    JOIN pg_class relation ON relation.oid = trigger.tgrelid
    JOIN pg_proc function ON function.oid = trigger.tgfoid
    WHERE function.proname = 'refuse_change' AND NOT trigger.tgisinternal
"""
ROW, BEFORE, DELETE, UPDATE, TRUNCATE = 1, 2, 8, 16, 32
RELATIONS = """
    SELECT relname, relkind FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
"""


@contextmanager
def entered_as(role: str, database: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of one database role."""
    config = connections["owner"].get_connection_params() | {"dbname": database, "user": role}
    config = {key: value for key, value in config.items() if key in {"host", "port", "user", "password", "dbname"}}
    with psycopg.connect(**config, autocommit=True) as connection:
        yield connection


def changes_of(table: str, column: str) -> dict[str, sql.Composed]:
    """Each way to change rows that are there."""
    name, first = sql.Identifier(table), sql.Identifier(column)
    return {
        "UPDATE": sql.SQL("UPDATE {0} SET {1} = {1}").format(name, first),
        "DELETE": sql.SQL("DELETE FROM {}").format(name),
        "TRUNCATE": sql.SQL("TRUNCATE {} CASCADE").format(name),
        "MERGE": sql.SQL("MERGE INTO {0} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE").format(name),
    }


def error_of(connection: psycopg.Connection[Any], statement: sql.Composed | sql.SQL) -> str:
    """How PostgreSQL refuses; empty where it does not. Nothing that it lets pass stays."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(statement)
    except psycopg.Error as error:
        return type(error).__name__
    return ""


def first_column(connection: psycopg.Connection[Any], table: str) -> str:
    """Any column of a table."""
    found = connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum = 1", [table]
    ).fetchone()
    assert found
    return str(found[0])


@pytest.mark.django_db
@pytest.mark.promise("only-grows")
def test_the_list_of_append_only_tables_is_what_the_catalogue_says() -> None:
    """Both triggers on each of them, always on, and on no other table."""
    with connections["default"].cursor() as cursor:
        cursor.execute(TRIGGERS)
        found: dict[str, set[int]] = {}
        for table, kind, enabled in cursor.fetchall():
            assert enabled in {"A", b"A"}, table
            assert kind & BEFORE
            found.setdefault(table, set()).add(kind & (ROW | DELETE | UPDATE | TRUNCATE))
    assert found == {table: {ROW | DELETE | UPDATE, TRUNCATE} for table in APPEND_ONLY_TABLES}


@pytest.mark.promise("only-grows")
def test_nobody_changes_what_only_grows(committed: str) -> None:
    """Every table of the list holds rows, so that row triggers have something to refuse."""
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    employment(cast.monitor, mine.project, women=3, employer=cast.other_company)
    take_down(cast, published(cast, produced(mine.project)))
    erase(cast, mine.disbursement.source)
    answered(cast.reviewer, mine.project)
    owner = connections["owner"].settings_dict["USER"]
    app = connections["default"].settings_dict["USER"]
    assert owner != app
    for role in (app, owner, "minka_public", "minka_auditor"):
        with entered_as(role, committed) as connection, entered_as(owner, committed) as counting:
            for table in APPEND_ONLY_TABLES:
                count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
                rows = counting.execute(count).fetchone()
                assert rows
                assert rows[0] > 0, f"{table} is empty: nothing is shown"
                for verb, statement in changes_of(table, first_column(counting, table)).items():
                    wanted = "RestrictViolation" if role == owner else "InsufficientPrivilege"
                    assert error_of(connection, statement) == wanted, f"{verb} {table} as {role}"
                assert counting.execute(count).fetchone() == rows


@pytest.mark.promise("only-grows")
def test_replication_mode_opens_nothing(committed: str) -> None:
    """Where a role may set it, triggers that are always on refuse all the same."""
    cast = gather_cast()
    open_mine(cast.monitor, cast.company)
    for role in (connections["default"].settings_dict["USER"], connections["owner"].settings_dict["USER"]):
        with entered_as(role, committed) as connection:
            try:
                connection.execute("SET session_replication_role = replica")
            except psycopg.errors.InsufficientPrivilege:
                continue
            for statement in changes_of("accounts_auditentry", "id").values():
                assert error_of(connection, statement)


def test_without_the_trigger_the_owner_could_change_the_ledger(committed: str) -> None:
    """The negative control: the check above notices a trigger that is gone."""
    cast = gather_cast()
    open_mine(cast.monitor, cast.company)
    with entered_as(connections["owner"].settings_dict["USER"], committed) as connection:
        update = changes_of("communities_statement", "id")["UPDATE"]
        assert error_of(connection, update) == "RestrictViolation"
        connection.execute("DROP TRIGGER communities_statement_rows_stay ON communities_statement")
        assert error_of(connection, update) == ""


@pytest.mark.promise("public-role")
def test_the_public_role_reads_publications_and_nothing_else(committed: str) -> None:
    with entered_as("minka_public", committed) as connection:
        for name, kind in connection.execute(RELATIONS).fetchall():
            table = sql.Identifier(name)
            refused = error_of(connection, sql.SQL("SELECT * FROM {} LIMIT 1").format(table))
            assert refused == ("" if name in PUBLIC_TABLES else "InsufficientPrivilege"), name
            if kind not in {"S", b"S", "v", b"v"}:  # no view takes changes, whoever asks
                for statement in changes_of(name, first_column(connection, name)).values():
                    assert error_of(connection, statement) == "InsufficientPrivilege", name
                insert = sql.SQL("INSERT INTO {} DEFAULT VALUES").format(table)
                assert error_of(connection, insert) == "InsufficientPrivilege", name
        for words in ("CREATE TABLE mine (a int)", "SET ROLE minka_app"):
            assert error_of(connection, sql.SQL(words)), words


def test_the_auditor_reads_the_record_but_nothing_to_sign_in_with(committed: str) -> None:
    """Sessions, second factors, passwords and what addresses asked for stay closed; what is new is open by this list."""
    with entered_as("minka_auditor", committed) as connection:
        for name, kind in connection.execute(RELATIONS).fetchall():
            if kind in {"S", b"S"}:
                continue
            refused = error_of(connection, sql.SQL("SELECT * FROM {} LIMIT 1").format(sql.Identifier(name)))
            closed = name in HIDDEN_FROM_AUDITORS or name in SECRET_COLUMNS
            assert refused == ("InsufficientPrivilege" if closed else ""), name
        assert error_of(connection, sql.SQL("SELECT email, full_name FROM accounts_user")) == ""
        assert error_of(connection, sql.SQL("SELECT name, prefix, last_used_on FROM accounts_apitoken")) == ""
        for table, column in (
            ("accounts_user", "password"),
            ("accounts_user", "session_salt"),
            ("accounts_apitoken", "sha256"),
        ):
            reading = sql.SQL("SELECT {} FROM {}").format(sql.Identifier(column), sql.Identifier(table))
            assert error_of(connection, reading) == "InsufficientPrivilege", column


def test_the_application_writes_its_tables_but_not_the_schema(committed: str) -> None:
    with entered_as(connections["default"].settings_dict["USER"], committed) as connection:
        for statement in (
            "INSERT INTO django_migrations (app, name, applied) VALUES ('accounts', '9999_x', now())",
            "UPDATE django_migrations SET name = name",
            "DELETE FROM django_migrations",
            "TRUNCATE django_migrations",
            "DROP TABLE communities_statement",
            "ALTER TABLE communities_statement DISABLE TRIGGER ALL",
            "CREATE TABLE mine (a int)",
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$",
            "SET ROLE minka_owner",
        ):
            assert error_of(connection, sql.SQL(statement)) == "InsufficientPrivilege", statement


@pytest.mark.promise("public-role")
def test_public_pages_read_through_the_public_role_alone(committed: str) -> None:
    """As in production: the public connection has its own role, and the other one is never asked."""
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    digs(mine.project, "copper")
    lies_in(mine.project, "030501")
    publication = published(cast, produced(mine.project))
    given = {"slug": mine.project.slug, "year": YEAR, "section": "money", "sha256": publication.sha256}
    given |= {"name": "irma-1-1", "station": mine.records["monitoring-stations"].pk, "parameter": "copper"}
    browser = Client()
    for address in [a for a in addresses() if a.name in PUBLIC and a.name not in {"", "readyz"}]:
        parts = given | ({"slug": mine.community.slug} if PUBLIC[address.name] == "community" else {})
        parts |= {"country": "pe", "code": {"mineral": "copper", "area": "030501"}.get(PUBLIC[address.name], "pe")}
        parts |= {"sha256": publication.scorecard.framework.sha256} if address.name == "api:framework" else {}
        connections["default"].force_debug_cursor = True
        connections["default"].queries_log.clear()
        response = browser.get(url_of(address, parts))
        assert response.status_code == 200, address.name
        assert list(connections["default"].queries_log) == [], address.name
    assert connections["public"].settings_dict["USER"] == "minka_public"


@pytest.mark.promise("taken-down")
def test_the_public_role_does_not_read_what_was_taken_down(committed: str) -> None:
    """Not the sealed text either, which the other roles still read; its address and the chain say that it is gone."""
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    shown = published(cast, produced(mine.project))
    count = sql.SQL("SELECT count(*) FROM compliance_publication WHERE document <> ''")

    def rows(role: str) -> int:
        with entered_as(role, committed) as connection:
            found = connection.execute(count).fetchone()
        assert found
        return int(found[0])

    assert rows("minka_public") == 1
    take_down(cast, shown)
    assert rows("minka_public") == 0
    users = [connections[alias].settings_dict["USER"] for alias in ("default", "owner")]
    assert [rows(role) for role in (*users, "minka_auditor")] == [1, 1, 1]
    browser = Client()
    assert browser.get(f"/en/projects/{shown.project_slug}/").status_code == 410
    assert b"was taken down" in browser.get("/en/projects/").content
    assert browser.get("/en/verify/chain.csv").content.decode().count(shown.sha256) == 1
    assert list(find_flaws(shown.sha256)) == []


def test_an_erasure_opens_the_trail_to_nothing_but_its_own_words(committed: str) -> None:
    """Not even the owner changes more of it by the setting with which it is done, and only the application may do it."""
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    erasure = erase(cast, mine.records["disclosures"].source)
    own, other = (AuditEntry.objects.about(mine.records[code]).latest("pk") for code in ("disclosures", "employment"))
    app, owner = (connections[alias].settings_dict["USER"] for alias in ("default", "owner"))
    with entered_as(owner, committed) as connection:
        connection.execute("SELECT set_config('minka.erasure', %s, false)", [str(erasure.pk)])
        update = sql.SQL("UPDATE accounts_auditentry SET {} = {} WHERE id = {}")
        for entry, column, value in ((own, "reason", "x"), (own, "changes", '{"a": 1}'), (other, "changes", "{}")):
            statement = update.format(sql.Identifier(column), sql.Literal(value), sql.Literal(entry.pk))
            assert error_of(connection, statement) == "RestrictViolation", (entry, column)
        assert error_of(connection, sql.SQL("DELETE FROM accounts_auditentry")) == "RestrictViolation"
    call = sql.SQL("SELECT erase_from_trail({})").format(sql.Literal(erasure.pk))
    for role, refused in (
        (app, ""),
        ("minka_public", "InsufficientPrivilege"),
        ("minka_auditor", "InsufficientPrivilege"),
    ):
        with entered_as(role, committed) as connection:
            assert error_of(connection, call) == refused, role
