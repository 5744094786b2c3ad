"""A record is verified by somebody who acts for another organisation than the one that entered it."""

from django.db import migrations

CREATE = """
CREATE FUNCTION verified_means_that_somebody_else_checked() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'verified' AND NEW.verified_by_id IS NULL
       AND (OLD.state IS DISTINCT FROM 'verified' OR OLD.verified_by_id IS NOT NULL) THEN
        RAISE EXCEPTION 'a record is verified by somebody'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'verified_means_that_somebody_else_checked';
    END IF;
    IF NEW.verified_by_id IS DISTINCT FROM OLD.verified_by_id AND EXISTS (
        SELECT FROM accounts_membership held
        WHERE held.user_id = NEW.verified_by_id AND held.organisation_id = NEW.entered_for_id
          AND (held.ends_on IS NULL OR held.ends_on > current_date)
    ) THEN
        RAISE EXCEPTION 'a record is verified by somebody of another organisation than the one that entered it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'verified_means_that_somebody_else_checked';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER verified_means_that_somebody_else_checked BEFORE INSERT OR UPDATE ON projects_source
    FOR EACH ROW EXECUTE FUNCTION verified_means_that_somebody_else_checked();
"""

DROP = """
DROP TRIGGER verified_means_that_somebody_else_checked ON projects_source;
DROP FUNCTION verified_means_that_somebody_else_checked();
"""


class Migration(migrations.Migration):
    """What was ticked before by whoever entered it stays ticked, and counts as reported (`Source.standing`)."""

    dependencies = [
        ("accounts", "0001_initial"),
        ("projects", "0009_who_verified_a_record"),
    ]
    operations = [migrations.RunSQL(CREATE, DROP)]
