"""An erasure rests on two people; the trail loses what it held of the words, and nothing else."""

from django.db import migrations

from accounts.append_only import only_append

CREATE = """
CREATE FUNCTION an_erasure_is_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT is_confirmed(NEW.proposal_id, 'erasure', NEW.source_id::text) THEN
        RAISE EXCEPTION 'personal data is erased by two people'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'personal_data_is_erased_by_two_people';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER an_erasure_is_confirmed BEFORE INSERT ON projects_erasure
    FOR EACH ROW EXECUTE FUNCTION an_erasure_is_confirmed();

CREATE FUNCTION without_words(changes jsonb, columns text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE WHEN key = ANY (columns) THEN '[]'::jsonb ELSE value END), '{}'::jsonb)
    FROM jsonb_each(changes);
$$;

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'accounts_auditentry' AND TG_OP = 'UPDATE' AND current_setting('minka.erasure', true) <> '' THEN
        IF to_jsonb(NEW) - 'changes' = to_jsonb(OLD) - 'changes' AND EXISTS (
            SELECT FROM projects_erasure one
            WHERE one.id = current_setting('minka.erasure', true)::bigint
              AND one.content_type_id = OLD.content_type_id AND one.object_id = OLD.object_id
              AND NEW.changes = without_words(OLD.changes, one.columns)
        ) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'rows of % are never changed or deleted; add one that supersedes', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION erase_from_trail(erasure bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM set_config('minka.erasure', erasure::text, true);
    UPDATE accounts_auditentry entry SET changes = without_words(entry.changes, one.columns)
    FROM projects_erasure one
    WHERE one.id = erasure AND entry.content_type_id = one.content_type_id AND entry.object_id = one.object_id
      AND entry.changes ?| one.columns::text[];
    PERFORM set_config('minka.erasure', '', true);
END $$;

REVOKE ALL ON FUNCTION erase_from_trail(bigint) FROM PUBLIC;
"""

DROP = """
DROP FUNCTION erase_from_trail(bigint);
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are never changed or deleted; add one that supersedes', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
DROP FUNCTION without_words(jsonb, text[]);
DROP TRIGGER an_erasure_is_confirmed ON projects_erasure;
DROP FUNCTION an_erasure_is_confirmed();
"""


class Migration(migrations.Migration):
    """`erase_from_trail` acts as the owner, since the application may change no entry; it empties what an erasure lists."""

    dependencies = [("accounts", "0013_what_two_people_do"), ("projects", "0016_erasures")]
    operations = [migrations.RunSQL(CREATE, DROP), only_append("projects_erasure")]
