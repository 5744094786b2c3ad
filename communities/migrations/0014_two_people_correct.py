"""What was said of a payment is corrected by two people, who agreed on the very words that take its place."""

from django.db import migrations

CREATE = """
CREATE FUNCTION a_correction_is_confirmed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT withdrawn FROM communities_statement WHERE id = NEW.supersedes_id) THEN
        RETURN NEW;
    END IF;
    IF is_confirmed(NEW.proposal_id, 'ledger_correction', NEW.supersedes_id::text)
       AND EXISTS (SELECT FROM accounts_proposal asked
                   WHERE asked.id = NEW.proposal_id AND asked.reason = NEW.reason
                     AND (asked.details ->> 'amount')::numeric = NEW.amount
                     AND (asked.details ->> 'occurred_on')::date IS NOT DISTINCT FROM NEW.occurred_on
                     AND (asked.details ->> 'source')::bigint = NEW.source_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'what was said of a payment is corrected by two people'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'the_ledger_is_corrected_by_two_people';
END $$;

CREATE TRIGGER a_correction_is_confirmed AFTER INSERT ON communities_statement
    FOR EACH ROW WHEN (NEW.supersedes_id IS NOT NULL AND NOT NEW.withdrawn)
    EXECUTE FUNCTION a_correction_is_confirmed();
"""

DROP = """
DROP TRIGGER a_correction_is_confirmed ON communities_statement;
DROP FUNCTION a_correction_is_confirmed();
"""


class Migration(migrations.Migration):
    """What was corrected before stays as it is; a side speaks again after a withdrawal with one person's word."""

    dependencies = [("communities", "0013_two_people_withdraw")]
    operations = [migrations.RunSQL(CREATE, DROP)]
