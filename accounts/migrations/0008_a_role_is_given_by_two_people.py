"""A role is given by two people, neither of whom gave the other a role in the last seven days; a given role only ends."""

from django.db import migrations

CREATE = """
CREATE FUNCTION two_people(one bigint, other bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT one <> other AND NOT EXISTS (
        SELECT FROM accounts_membership given
        WHERE given.given_at > now() - interval '7 days'
          AND (given.user_id = one AND other IN (given.granted_by_id, given.confirmed_by_id)
               OR given.user_id = other AND one IN (given.granted_by_id, given.confirmed_by_id))
    );
$$;

CREATE FUNCTION a_role_is_given_by_two_people() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    administrators integer;
BEGIN
    PERFORM pg_advisory_xact_lock(727002);
    IF NEW.granted_by_id IS NULL AND NEW.confirmed_by_id IS NULL AND NEW.role = 'administrator' THEN
        SELECT count(DISTINCT person.id) INTO administrators
        FROM accounts_membership held
        JOIN accounts_user person ON person.id = held.user_id
        WHERE held.role = 'administrator' AND person.is_active
          AND (held.ends_on IS NULL OR held.ends_on > current_date);
        IF administrators < 2 THEN
            RETURN NEW;
        END IF;
    ELSIF NEW.user_id NOT IN (NEW.granted_by_id, NEW.confirmed_by_id)
          AND two_people(NEW.granted_by_id, NEW.confirmed_by_id) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a role is given by one person and confirmed by a second'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'a_role_is_given_by_two_people';
END $$;

CREATE TRIGGER a_role_is_given_by_two_people BEFORE INSERT ON accounts_membership
    FOR EACH ROW EXECUTE FUNCTION a_role_is_given_by_two_people();

CREATE FUNCTION a_given_role_only_ends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.user_id, NEW.organisation_id, NEW.role, NEW.starts_on, NEW.granted_by_id, NEW.confirmed_by_id, NEW.given_at)
       IS DISTINCT FROM
       (OLD.user_id, OLD.organisation_id, OLD.role, OLD.starts_on, OLD.granted_by_id, OLD.confirmed_by_id, OLD.given_at)
       OR coalesce(NEW.ends_on, 'infinity') > coalesce(OLD.ends_on, 'infinity') THEN
        RAISE EXCEPTION 'a role that was given only ends; give another one'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_given_role_only_ends';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER a_given_role_only_ends BEFORE UPDATE ON accounts_membership
    FOR EACH ROW EXECUTE FUNCTION a_given_role_only_ends();
"""

DROP = """
DROP TRIGGER a_given_role_only_ends ON accounts_membership;
DROP FUNCTION a_given_role_only_ends();
DROP TRIGGER a_role_is_given_by_two_people ON accounts_membership;
DROP FUNCTION a_role_is_given_by_two_people();
DROP FUNCTION two_people(bigint, bigint);
"""


class Migration(migrations.Migration):
    """The command on the server appoints the first two administrators, and nobody else; roles of before stay."""

    dependencies = [("accounts", "0007_roles_say_when_they_were_given")]
    operations = [migrations.RunSQL(CREATE, DROP)]
