"""What reviewers answered stays, and is replaced by answers to the same question about the same subject only."""

from django.db import migrations

from accounts.append_only import only_append

SAME_QUESTION = """
    CREATE FUNCTION refuse_answer_to_another_question() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM compliance_answer earlier
            WHERE earlier.id = NEW.replaces_id
              AND (earlier.framework, earlier.version, earlier.question, earlier.country)
                = (NEW.framework, NEW.version, NEW.question, NEW.country)
              AND earlier.project_id IS NOT DISTINCT FROM NEW.project_id
              AND earlier.organisation_id IS NOT DISTINCT FROM NEW.organisation_id
              AND earlier.area_id IS NOT DISTINCT FROM NEW.area_id
        ) THEN
            RAISE EXCEPTION 'an answer replaces one to the same question about the same subject'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER compliance_answer_same_question BEFORE INSERT ON compliance_answer
        FOR EACH ROW EXECUTE FUNCTION refuse_answer_to_another_question();
"""
BACK = """
    DROP TRIGGER compliance_answer_same_question ON compliance_answer;
    DROP FUNCTION refuse_answer_to_another_question();
"""


class Migration(migrations.Migration):
    """After the table is there."""

    dependencies = [("compliance", "0019_answers")]
    operations = [only_append("compliance_answer"), migrations.RunSQL(SAME_QUESTION, BACK)]
