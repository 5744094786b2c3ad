"""Tables that only grow: PostgreSQL refuses UPDATE, DELETE and TRUNCATE, whoever asks and in whatever mode.

`ENABLE ALWAYS` keeps the triggers on where `session_replication_role` would switch ordinary ones off. The
application's role has not even the privilege (`accounts/services/roles.py` grants by this list).
"""

from django.db.migrations import RunSQL

APPEND_ONLY_TABLES = (
    "accounts_auditentry",
    "communities_disbursement",
    "communities_statement",
    "projects_erasure",
    "compliance_policyframework",
    "compliance_scorecard",
    "compliance_review",
    "compliance_opening",
    "compliance_publication",
    "compliance_publishedplace",
    "compliance_rowsalt",
    "compliance_takedown",
    "compliance_answer",
)

CREATE_FUNCTION = RunSQL(
    """
    CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'rows of % are never changed or deleted; add one that supersedes', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    "DROP FUNCTION refuse_change()",
)


def only_append(table: str) -> RunSQL:
    """The operation that makes a table append-only."""
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_rows_stay BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION refuse_change();
        CREATE TRIGGER {table}_table_stays BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_rows_stay;
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_table_stays;
        """,
        f"DROP TRIGGER {table}_rows_stay ON {table}; DROP TRIGGER {table}_table_stays ON {table};",
    )
