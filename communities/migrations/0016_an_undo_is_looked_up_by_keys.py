"""Whether a statement came with an import that is being undone is looked up key by key, however many rows that has."""

from django.db import migrations

FUNCTION = """
CREATE OR REPLACE FUNCTION a_withdrawal_is_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF is_confirmed(NEW.proposal_id, 'ledger_withdrawal', NEW.disbursement_id::text)
       AND EXISTS (SELECT FROM accounts_proposal asked
                   WHERE asked.id = NEW.proposal_id AND asked.reason = NEW.reason
                     AND asked.details -> 'statements' @> to_jsonb(NEW.supersedes_id)) THEN
        RETURN NEW;
    END IF;
    IF {undoing} THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was said of a payment is withdrawn by two people'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'the_ledger_is_withdrawn_from_by_two_people';
END $$;
"""

BY_KEYS = """
        'undoing' = (SELECT state FROM projects_importbatch WHERE id = (
                     SELECT batch_id FROM projects_importrow WHERE id = (
                     SELECT import_row_id FROM projects_source WHERE id = (
                     SELECT source_id FROM communities_statement WHERE id = NEW.supersedes_id))))
"""

BY_A_JOIN = """
        EXISTS (SELECT FROM communities_statement earlier
                JOIN projects_source source ON source.id = earlier.source_id
                JOIN projects_importrow imported ON imported.id = source.import_row_id
                JOIN projects_importbatch batch ON batch.id = imported.batch_id
                WHERE earlier.id = NEW.supersedes_id AND batch.state = 'undoing')
"""


class Migration(migrations.Migration):
    """The rule is the same. PostgreSQL began the join with all rows of the import, once for each statement of it."""

    dependencies = [("communities", "0015_two_people_undo")]
    operations = [
        migrations.RunSQL(FUNCTION.format(undoing=BY_KEYS), FUNCTION.format(undoing=BY_A_JOIN)),
    ]
