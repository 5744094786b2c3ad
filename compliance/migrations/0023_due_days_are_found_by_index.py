from django.db import migrations

DUE = ("projects_assessmentcondition", "communities_obligation", "communities_commitment")
DAYS = ("due_on", "first_due_on")


class Migration(migrations.Migration):
    """The night finds by index what fell due, not by reading all that exists."""

    dependencies = [
        ("compliance", "0022_the_first_night"),
        ("projects", "0024_first_days_stay"),
        ("communities", "0020_first_days_stay"),
    ]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX {table}_by_{day} ON {table} ({day})",
            f"DROP INDEX {table}_by_{day}",
        )
        for table in DUE
        for day in DAYS
    ]
