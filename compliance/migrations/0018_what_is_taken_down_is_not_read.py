"""A take-down rests on two people, repeats its publication, never changes, and hides the publication from the public."""

from django.db import migrations

from accounts.append_only import only_append

CREATE = """
CREATE FUNCTION a_takedown_is_confirmed_and_repeats_its_publication() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT is_confirmed(NEW.proposal_id, 'takedown', NEW.publication_id::text) THEN
        RAISE EXCEPTION 'a publication is taken down by two people'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_publication_is_taken_down_by_two_people';
    END IF;
    IF NOT EXISTS (
        SELECT FROM compliance_publication one
        WHERE one.sequence = NEW.publication_id
          AND (one.sha256, one.previous_sha256, one.project_slug, one.project_name, one.year, one.is_demo, one.published_at)
              IS NOT DISTINCT FROM
              (NEW.sha256, NEW.previous_sha256, NEW.project_slug, NEW.project_name, NEW.year, NEW.is_demo, NEW.published_at)
    ) THEN
        RAISE EXCEPTION 'a take-down says the same of its publication as the publication'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_takedown_repeats_its_publication';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER a_takedown_is_confirmed_and_repeats_its_publication BEFORE INSERT ON compliance_takedown
    FOR EACH ROW EXECUTE FUNCTION a_takedown_is_confirmed_and_repeats_its_publication();

ALTER TABLE compliance_publication ENABLE ROW LEVEL SECURITY;
CREATE POLICY the_public_reads_what_was_not_taken_down ON compliance_publication
    USING (current_user <> 'minka_public' OR sequence NOT IN (SELECT publication_id FROM compliance_takedown));
"""

DROP = """
DROP POLICY the_public_reads_what_was_not_taken_down ON compliance_publication;
ALTER TABLE compliance_publication DISABLE ROW LEVEL SECURITY;
DROP TRIGGER a_takedown_is_confirmed_and_repeats_its_publication ON compliance_takedown;
DROP FUNCTION a_takedown_is_confirmed_and_repeats_its_publication();
"""


class Migration(migrations.Migration):
    """The sealed text stays where it is, so that the chain can be checked; the owner and the application read it."""

    dependencies = [("accounts", "0013_what_two_people_do"), ("compliance", "0017_takedowns")]
    operations = [migrations.RunSQL(CREATE, DROP), only_append("compliance_takedown")]
