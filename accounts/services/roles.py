"""What each database role may do; granted again at every start, so that new tables are never forgotten."""

from django.db import connections
from psycopg import sql

from accounts.append_only import APPEND_ONLY_TABLES

PUBLIC_TABLES = (
    "compliance_publication",
    "compliance_publishedplace",
    "compliance_takedown",
    "compliance_recordcorrection",
    "compliance_policyframework",
    "projects_area",
    "projects_boundary",
    "projects_population",
)
HIDDEN_FROM_AUDITORS = (
    "account_emailaddress",
    "account_emailconfirmation",
    "accounts_attempt",
    "accounts_idempotentanswer",
    "django_session",
    "mfa_authenticator",
    "throttle_cache",
)
"""What would let whoever reads it sign in as somebody else, or says where people come from."""
SECRET_COLUMNS = {"accounts_user": ("password", "session_salt"), "accounts_apitoken": ("sha256",)}
"""The same in single columns of tables that auditors read otherwise."""


def grant_database_roles() -> None:
    """Grant `minka_app`, `minka_public` and `minka_auditor` their tables, where these roles exist.

    Runs as the owner. The application may read and write but never change append-only rows; the public role
    reads publications, the rules that they name, which of them are being corrected and which were
    taken down, maps and populations;
    the auditor reads everything but secrets.
    """
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'minka\\_%%'")
        present = {name for (name,) in cursor.fetchall()}
        if "minka_app" in present:
            cursor.execute("GRANT USAGE ON SCHEMA public TO minka_app")
            cursor.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO minka_app")
            cursor.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO minka_app")
            cursor.execute("REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM minka_app")
            for table in APPEND_ONLY_TABLES:
                cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM minka_app")
            cursor.execute("GRANT EXECUTE ON FUNCTION erase_from_trail(bigint) TO minka_app")
        if "minka_public" in present:
            cursor.execute("GRANT USAGE ON SCHEMA public TO minka_public")
            cursor.execute(f"GRANT SELECT ON {', '.join(PUBLIC_TABLES)} TO minka_public")
        if "minka_auditor" in present:
            cursor.execute("GRANT USAGE ON SCHEMA public TO minka_auditor")
            cursor.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO minka_auditor")
            for table in (*HIDDEN_FROM_AUDITORS, *SECRET_COLUMNS):
                cursor.execute(sql.SQL("REVOKE SELECT ON {} FROM minka_auditor").format(sql.Identifier(table)))
            for table, secret in SECRET_COLUMNS.items():
                described = connections["owner"].introspection.get_table_description(cursor, table)
                readable = [sql.Identifier(column.name) for column in described if column.name not in secret]
                grant = sql.SQL("GRANT SELECT ({}) ON {} TO minka_auditor")
                cursor.execute(grant.format(sql.SQL(", ").join(readable), sql.Identifier(table)))
