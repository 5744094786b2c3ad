"""Jobs that were given up are tried again, and a job knows since when it fails."""

from django.db import migrations, models

TRY_AGAIN = """
WITH newest AS (
    SELECT DISTINCT ON (kind, subject) id FROM accounts_job failed
    WHERE state = 'failed' AND NOT EXISTS (
        SELECT FROM accounts_job waiting
        WHERE waiting.kind = failed.kind AND waiting.subject = failed.subject AND waiting.state = 'waiting'
    )
    ORDER BY kind, subject, requested_at DESC
)
UPDATE accounts_job SET state = 'waiting', failing_since = COALESCE(finished_at, requested_at), finished_at = NULL,
                        not_before = now(), dispatched_at = NULL, token = NULL
WHERE id IN (SELECT id FROM newest);

UPDATE accounts_job SET state = 'done' WHERE state = 'failed';
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0013_what_two_people_do")]

    operations = [
        migrations.AddField("job", "failing_since", models.DateTimeField(null=True)),
        migrations.AlterField(
            "job",
            "state",
            models.CharField(
                choices=[("waiting", "Waiting"), ("running", "Running"), ("done", "Done")],
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.RunSQL(TRY_AGAIN, migrations.RunSQL.noop),
    ]
