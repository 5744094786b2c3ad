"""No source speaks for both sides of a payment, and no company says what its recipient received."""

from django.db import migrations

CREATE = """
CREATE FUNCTION refuse_words_of_another_side() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.withdrawn THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT FROM communities_statement other
               WHERE other.disbursement_id = NEW.disbursement_id
                 AND other.side <> NEW.side AND other.source_id = NEW.source_id) THEN
        RAISE EXCEPTION 'one source speaks for both sides of disbursement %', NEW.disbursement_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'each_side_has_a_source_of_its_own';
    END IF;
    IF NEW.side = 'recipient' AND 'company' = (SELECT voice FROM projects_source WHERE id = NEW.source_id) THEN
        RAISE EXCEPTION 'a company cannot say what the recipient of disbursement % received', NEW.disbursement_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'the_company_does_not_speak_for_the_recipient';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER each_side_has_a_source_of_its_own BEFORE INSERT ON communities_statement
    FOR EACH ROW EXECUTE FUNCTION refuse_words_of_another_side();
"""
DROP = """
DROP TRIGGER each_side_has_a_source_of_its_own ON communities_statement;
DROP FUNCTION refuse_words_of_another_side();
"""


class Migration(migrations.Migration):
    """A rule over two tables, which no constraint of Django's can say; statements made before it stay as they are."""

    dependencies = [
        ("communities", "0005_words_about_a_community_listed_already"),
        ("projects", "0007_how_a_statement_is_known"),
    ]
    operations = [migrations.RunSQL(CREATE, DROP)]
