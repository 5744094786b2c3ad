"""An import that put statements into the ledger is undone by two people."""

from django.db import migrations

CREATE = """
CREATE FUNCTION an_undo_of_payments_is_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM communities_statement said
               JOIN projects_source source ON source.id = said.source_id
               JOIN projects_importrow imported ON imported.id = source.import_row_id
               WHERE imported.batch_id = NEW.id)
       AND NOT EXISTS (SELECT FROM accounts_proposal asked
                       WHERE asked.object_id = NEW.id::text AND is_confirmed(asked.id, 'import_undo', NEW.id::text)) THEN
        RAISE EXCEPTION 'an import of payments is undone by two people'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'an_import_of_payments_is_undone_by_two_people';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER an_undo_of_payments_is_confirmed BEFORE UPDATE ON projects_importbatch
    FOR EACH ROW WHEN (NEW.state = 'undoing' AND OLD.state <> 'undoing')
    EXECUTE FUNCTION an_undo_of_payments_is_confirmed();
"""

DROP = """
DROP TRIGGER an_undo_of_payments_is_confirmed ON projects_importbatch;
DROP FUNCTION an_undo_of_payments_is_confirmed();
"""


class Migration(migrations.Migration):
    """An undo that was under way goes on; what was undone before stays as it is."""

    dependencies = [("communities", "0014_two_people_correct")]
    operations = [migrations.RunSQL(CREATE, DROP)]
