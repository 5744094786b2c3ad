"""No company and no monitoring committee says what the recipient of a payment received."""

from importlib import import_module

from django.db import migrations

CREATE = """
CREATE OR REPLACE FUNCTION refuse_words_of_another_side() RETURNS trigger LANGUAGE plpgsql AS $$
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
    IF NEW.side = 'recipient'
       AND (SELECT voice FROM projects_source WHERE id = NEW.source_id) IN ('company', 'committee') THEN
        RAISE EXCEPTION 'a company or a monitoring committee cannot say what the recipient of disbursement % received', NEW.disbursement_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'the_company_does_not_speak_for_the_recipient';
    END IF;
    RETURN NEW;
END $$;
"""
BEFORE = import_module("communities.migrations.0006_each_side_has_a_source_of_its_own").CREATE.partition(
    "CREATE TRIGGER"
)[0]


class Migration(migrations.Migration):
    """The function of the trigger; statements made before it stay as they are."""

    dependencies = [
        ("communities", "0022_participation_events"),
        ("projects", "0052_monitoring_committees"),
    ]
    operations = [migrations.RunSQL(CREATE, BEFORE.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"))]
