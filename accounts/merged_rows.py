"""Nothing names what was merged: PostgreSQL refuses a row that would, and lets a merge and a new row wait for each other.

What is merged at the moment when somebody names it is locked until the merge is done, and then named no more.
"""

from django.db.migrations import RunSQL

NAMES_WHAT_WAS_MERGED = "nothing_names_what_was_merged"
"""What PostgreSQL calls the rule where it refuses."""

CREATE_FUNCTION = RunSQL(
    """
    CREATE FUNCTION refuse_what_was_merged() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        named bigint := to_jsonb(NEW) ->> TG_ARGV[0];
        kept bigint;
    BEGIN
        EXECUTE format('SELECT merged_into_id FROM %I WHERE id = $1 FOR KEY SHARE', TG_ARGV[1]) INTO kept USING named;
        IF kept IS NOT NULL THEN
            RAISE EXCEPTION '% of % names row % of %, which was merged into %',
                TG_ARGV[0], TG_TABLE_NAME, named, TG_ARGV[1], kept
                USING ERRCODE = 'restrict_violation', CONSTRAINT = 'nothing_names_what_was_merged',
                    COLUMN = TG_ARGV[0], DETAIL = named;
        END IF;
        RETURN NEW;
    END $$
    """,
    "DROP FUNCTION refuse_what_was_merged()",
)


def name_no_merged(table: str, column: str, named: str) -> RunSQL:
    """The operation that keeps a column from naming what was merged in the table `named`."""
    rule = f"{column.removesuffix('_id')}_is_not_merged"
    return RunSQL(
        f"""
        CREATE TRIGGER {rule}_when_added BEFORE INSERT ON {table}
            FOR EACH ROW WHEN (NEW.{column} IS NOT NULL)
            EXECUTE FUNCTION refuse_what_was_merged('{column}', '{named}');
        CREATE TRIGGER {rule}_when_changed BEFORE UPDATE OF {column} ON {table}
            FOR EACH ROW WHEN (NEW.{column} IS DISTINCT FROM OLD.{column} AND NEW.{column} IS NOT NULL)
            EXECUTE FUNCTION refuse_what_was_merged('{column}', '{named}');
        """,
        f"DROP TRIGGER {rule}_when_added ON {table}; DROP TRIGGER {rule}_when_changed ON {table};",
    )
