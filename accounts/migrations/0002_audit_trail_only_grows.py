"""The audit trail is append-only."""

from django.db import migrations

from accounts.append_only import CREATE_FUNCTION, only_append


class Migration(migrations.Migration):
    """One function for every append-only table, and the first of them."""

    dependencies = [("accounts", "0001_initial")]
    operations = [CREATE_FUNCTION, only_append("accounts_auditentry")]
