"""Whoever approved and whoever publishes are two people, neither of whom gave the other a role in the last seven days."""

from django.db import migrations

CREATE = """
CREATE FUNCTION approver_and_publisher_are_two_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.approved_by_id <> NEW.published_by_id AND NOT two_people(NEW.approved_by_id, NEW.published_by_id) THEN
        RAISE EXCEPTION 'one of approver and publisher was given a role by the other in the last seven days'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'approver_and_publisher_are_two_people';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER approver_and_publisher_are_two_people BEFORE INSERT ON compliance_publication
    FOR EACH ROW EXECUTE FUNCTION approver_and_publisher_are_two_people();
"""

DROP = """
DROP TRIGGER approver_and_publisher_are_two_people ON compliance_publication;
DROP FUNCTION approver_and_publisher_are_two_people();
"""


class Migration(migrations.Migration):
    """That they are not one person is the table's own constraint."""

    dependencies = [
        ("accounts", "0008_a_role_is_given_by_two_people"),
        ("compliance", "0012_openings_only_grow"),
    ]
    operations = [migrations.RunSQL(CREATE, DROP)]
