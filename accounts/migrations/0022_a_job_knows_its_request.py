"""Work in the background is logged under the id of the newest request for it; the night's request is found by its kind."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0017_people_are_invited_by_letter"),
    ]

    operations = [
        migrations.AddField(
            model_name="job",
            name="request_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddIndex(
            model_name="job",
            index=models.Index(fields=["kind", "priority", "requested_at"], name="newest_jobs_of_a_kind"),
        ),
    ]
