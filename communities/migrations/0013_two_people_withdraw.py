"""What was said of a payment is withdrawn by two people, who agreed on that very statement, or with its whole import."""

from django.db import migrations

CREATE = """
CREATE FUNCTION a_withdrawal_is_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF is_confirmed(NEW.proposal_id, 'ledger_withdrawal', NEW.disbursement_id::text)
       AND EXISTS (SELECT FROM accounts_proposal asked
                   WHERE asked.id = NEW.proposal_id AND asked.reason = NEW.reason
                     AND asked.details -> 'statements' @> to_jsonb(NEW.supersedes_id)) THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM communities_statement earlier
               JOIN projects_source source ON source.id = earlier.source_id
               JOIN projects_importrow imported ON imported.id = source.import_row_id
               JOIN projects_importbatch batch ON batch.id = imported.batch_id
               WHERE earlier.id = NEW.supersedes_id AND batch.state = 'undoing') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was said of a payment is withdrawn by two people'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'the_ledger_is_withdrawn_from_by_two_people';
END $$;

CREATE TRIGGER a_withdrawal_is_confirmed BEFORE INSERT ON communities_statement
    FOR EACH ROW WHEN (NEW.withdrawn) EXECUTE FUNCTION a_withdrawal_is_confirmed();
"""

DROP = """
DROP TRIGGER a_withdrawal_is_confirmed ON communities_statement;
DROP FUNCTION a_withdrawal_is_confirmed();
"""


class Migration(migrations.Migration):
    """What was withdrawn before stays as it is."""

    dependencies = [
        ("communities", "0012_statements_name_their_proposal"),
        ("projects", "0017_two_people_erase"),
    ]
    operations = [migrations.RunSQL(CREATE, DROP)]
