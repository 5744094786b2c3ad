"""The ledger is append-only."""

from django.db import migrations

from accounts.append_only import only_append


class Migration(migrations.Migration):
    """Flows of money and what each side says of them."""

    dependencies = [("communities", "0001_initial"), ("accounts", "0002_audit_trail_only_grows")]
    operations = [only_append("communities_disbursement"), only_append("communities_statement")]
