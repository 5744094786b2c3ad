"""The day on which something was first due: filled in from histories once, and held by PostgreSQL ever after."""

from django.db.migrations import RunSQL

KEEP_FIRST_DAY = """
    {create} FUNCTION keep_first_day() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {known}NEW.first_due_on IS DISTINCT FROM OLD.first_due_on THEN
            RAISE EXCEPTION 'the day that was first agreed is never changed; move the due day, and say who agreed'
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.due_on > OLD.due_on AND NEW.later_day_agreed_by <> ''
            AND (NEW.later_day_agreed_by, NEW.later_day_known_by, NEW.later_day_agreed_on, NEW.later_day_document)
                = (OLD.later_day_agreed_by, OLD.later_day_known_by, OLD.later_day_agreed_on, OLD.later_day_document)
        THEN
            RAISE EXCEPTION 'whoever agreed to a later day agreed to that day; say anew who agreed to this one'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'a_later_day_is_agreed_anew';
        END IF;
        RETURN NEW;
    END $$
    """
CREATE_FUNCTION = RunSQL(KEEP_FIRST_DAY.format(create="CREATE", known=""), "DROP FUNCTION keep_first_day()")
FIRST_DAYS_MAY_COME_LATER = RunSQL(
    KEEP_FIRST_DAY.format(create="CREATE OR REPLACE", known="OLD.first_due_on IS NOT NULL AND "),
    KEEP_FIRST_DAY.format(create="CREATE OR REPLACE", known=""),
)
"""What had no day yet is given its first one once."""


def first_day_from_history(app: str, model: str) -> RunSQL:
    """The operation that gives each row the oldest due day in its history; without one the day of today."""
    return RunSQL(
        f"""
        UPDATE {app}_{model} record SET first_due_on = coalesce(
            (
                SELECT coalesce(entry.changes -> 'due_on' ->> 0, entry.changes -> 'due_on' ->> 1)::date
                FROM accounts_auditentry entry JOIN django_content_type kind ON kind.id = entry.content_type_id
                WHERE kind.app_label = '{app}' AND kind.model = '{model}' AND entry.object_id = record.id::text
                  AND jsonb_array_length(entry.changes -> 'due_on') = 2
                ORDER BY entry.id LIMIT 1
            ),
            due_on
        )
        WHERE first_due_on IS NULL
        """,  # noqa: S608  (names of our own tables)
        RunSQL.noop,
    )


def first_day_stays(table: str) -> RunSQL:
    """The operation that lets PostgreSQL refuse another first day, and a later day to which nobody agreed anew."""
    return RunSQL(
        f"""
        CREATE TRIGGER {table}_first_day_stays BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION keep_first_day();
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_first_day_stays;
        """,
        f"DROP TRIGGER {table}_first_day_stays ON {table};",
    )
