"""Two people confirm a proposal, and what was asked and decided never changes; what comes of it asks `is_confirmed`."""

from django.db import migrations

CREATE = """
CREATE FUNCTION a_proposal_is_decided_once_by_a_second_person() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'what was asked for stays' USING ERRCODE = 'restrict_violation';
    ELSIF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'open' THEN
            RAISE EXCEPTION 'a proposal begins open'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'a_proposal_begins_open';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'open'
       OR (NEW.kind, NEW.content_type_id, NEW.object_id, NEW.label, NEW.details, NEW.reason, NEW.asked_by_id,
           NEW.asked_for_id, NEW.asked_at)
          IS DISTINCT FROM
          (OLD.kind, OLD.content_type_id, OLD.object_id, OLD.label, OLD.details, OLD.reason, OLD.asked_by_id,
           OLD.asked_for_id, OLD.asked_at) THEN
        RAISE EXCEPTION 'what was asked for or decided does not change'
            USING ERRCODE = 'restrict_violation', CONSTRAINT = 'a_proposal_is_decided_once';
    END IF;
    IF NEW.state = 'confirmed' AND NEW.asked_by_id <> NEW.decided_by_id
       AND NOT two_people(NEW.asked_by_id, NEW.decided_by_id) THEN
        RAISE EXCEPTION 'one of the two was given a role by the other in the last seven days'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_proposal_is_confirmed_by_two_people';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER a_proposal_is_decided_once_by_a_second_person BEFORE INSERT OR UPDATE OR DELETE ON accounts_proposal
    FOR EACH ROW EXECUTE FUNCTION a_proposal_is_decided_once_by_a_second_person();
ALTER TABLE accounts_proposal ENABLE ALWAYS TRIGGER a_proposal_is_decided_once_by_a_second_person;

CREATE FUNCTION is_confirmed(proposal bigint, of_kind text, about text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM accounts_proposal
        WHERE id = proposal AND kind = of_kind AND object_id = about AND state = 'confirmed'
    );
$$;
"""

DROP = """
DROP FUNCTION is_confirmed(bigint, text, text);
DROP TRIGGER a_proposal_is_decided_once_by_a_second_person ON accounts_proposal;
DROP FUNCTION a_proposal_is_decided_once_by_a_second_person();
"""


class Migration(migrations.Migration):
    """`two_people` is that of roles."""

    dependencies = [("accounts", "0012_proposals")]
    operations = [migrations.RunSQL(CREATE, DROP)]
