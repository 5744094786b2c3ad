"""What was due before first days were kept was first due on the oldest day in its history."""

from django.db import migrations

from projects.first_days import first_day_from_history


class Migration(migrations.Migration):
    """Promises, and sums that are owed."""

    dependencies = [
        ("accounts", "0014_no_work_is_given_up"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("communities", "0018_first_days"),
    ]
    operations = [
        first_day_from_history("communities", "commitment"),
        first_day_from_history("communities", "obligation"),
    ]
