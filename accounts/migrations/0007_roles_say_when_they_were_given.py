"""Every role says when it was given: as the trail has it, else the day from which it counts."""

from django.db import migrations

MOVE = """
UPDATE accounts_membership held
SET given_at = coalesce(
    (SELECT min(entry.at)
     FROM accounts_auditentry entry
     JOIN django_content_type kind ON kind.id = entry.content_type_id
     WHERE kind.app_label = 'accounts' AND kind.model = 'membership'
       AND entry.verb = 'role_given' AND entry.object_id = held.id::text),
    held.starts_on);
"""


class Migration(migrations.Migration):
    """Nobody confirmed the roles of before, and nothing is made up about it."""

    dependencies = [("accounts", "0006_roles_that_wait_for_a_second_person")]
    operations = [migrations.RunSQL(MOVE, migrations.RunSQL.noop)]
