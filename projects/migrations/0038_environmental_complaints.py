"""Complaints about the environment with what became of them, and as a view what of them can be published."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from accounts.merged_rows import name_no_merged

COLUMNS = {
    "accounts_organisation": [
        ("projects_environmentalcomplaint", "lodged_with_id"),
        ("projects_environmentalcomplaint", "withdrawn_for_id"),
        ("projects_complaintstep", "withdrawn_for_id"),
    ],
    "projects_project": [("projects_environmentalcomplaint", "project_id")],
}
"""By the table of what may be merged: tables and their columns that name it."""
SUMMARY = """
CREATE VIEW projects_complaintsummary AS
WITH complaint AS (
    SELECT reported.*, source.voice, extract(year FROM received_on)::int AS received_in,
           lodged_at = 'authority' AND lodged_with_id IS NOT NULL AND source.audience = 'public' AS alone
    FROM projects_environmentalcomplaint reported
    JOIN projects_source source ON source.id = reported.source_id
    WHERE reported.withdrawn_at IS NULL
), step AS (
    SELECT reported.id, complaint_id, reported.state, reached_on, source.voice,
           CASE WHEN reported.state = 'resolved' AND source.voice = 'company' THEN 'company'
                ELSE resolved_by_word_of END AS word
    FROM projects_complaintstep reported
    JOIN complaint ON complaint.id = complaint_id
    JOIN projects_source source ON source.id = reported.source_id
    WHERE reported.withdrawn_at IS NULL AND (NOT alone OR source.audience = 'public')
), last AS (
    SELECT DISTINCT ON (complaint_id) complaint_id, state, word, reached_on, voice
    FROM step
    WHERE NOT EXISTS (
        SELECT FROM step later
        WHERE later.complaint_id = step.complaint_id AND later.state <> step.state
          AND (later.reached_on, later.id) > (step.reached_on, step.id)
    )
    ORDER BY complaint_id, array_position(ARRAY['', 'complainant', 'authority', 'company'], word::text),
             voice IN ('company', 'unknown'), reached_on, id
), told AS (
    SELECT complaint.*, coalesce(state, 'received') AS state, coalesce(word, '') AS word, reached_on, last.voice AS state_voice,
           last.voice <> 'unknown' AND (state = 'archived' AND last.voice <> 'company' OR state = 'resolved' AND word <> 'company')
               AS closed
    FROM complaint
    LEFT JOIN last ON last.complaint_id = complaint.id
)
SELECT id, project_id, source_id, received_in,
       CASE WHEN closed THEN greatest(extract(year FROM reached_on)::int, received_in) END AS until, subject, state,
       word AS resolved_by_word_of, NULL::int AS complaints, received_on, reached_on AS state_since,
       coalesce(state_voice, '') AS state_voice, lodged_with_id AS authority_id, condition_id, inspection_id, ARRAY[id] AS keys
FROM told
WHERE alone
UNION ALL
SELECT -(project_id * 10000 + received_in), project_id, NULL, received_in, received_in, '', '', '',
       CASE WHEN count(*) < 20 THEN 10 WHEN count(*) < 50 THEN 20 WHEN count(*) < 100 THEN 50 ELSE 100 END, NULL, NULL, '',
       NULL, NULL, NULL, ARRAY[]::bigint[]
FROM told
WHERE NOT alone
GROUP BY project_id, received_in
HAVING count(*) >= 10
"""


class Migration(migrations.Migration):
    """Two tables and a view more; nothing is moved."""

    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0037_findings_of_committees"),
    ]

    operations = [
        migrations.CreateModel(
            name="ComplaintSummary",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("received_in", models.IntegerField()),
                ("until", models.IntegerField(null=True)),
                ("subject", models.CharField(max_length=5)),
                ("state", models.CharField(max_length=10)),
                ("resolved_by_word_of", models.CharField(max_length=11)),
                ("complaints", models.IntegerField(null=True)),
                ("received_on", models.DateField(null=True)),
                ("state_since", models.DateField(null=True)),
                ("state_voice", models.CharField(max_length=10)),
                ("keys", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
            ],
            options={
                "db_table": "projects_complaintsummary",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="EnvironmentalComplaint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                ("received_on", models.DateField(verbose_name="received on")),
                (
                    "lodged_at",
                    models.CharField(
                        choices=[
                            ("authority", "With an authority"),
                            ("company", "With the company"),
                            ("organisation", "With an organisation"),
                        ],
                        max_length=12,
                        verbose_name="where it was lodged",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("water", "Water"),
                            ("air", "Air"),
                            ("dust", "Dust"),
                            ("noise", "Noise and vibration"),
                            ("land", "Land and pasture"),
                            ("waste", "Waste"),
                            ("other", "Something else"),
                        ],
                        max_length=5,
                        verbose_name="about",
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        help_text="As whoever received it numbers it, without a name. It is never published.",
                        max_length=60,
                        verbose_name="number of its file",
                    ),
                ),
                (
                    "notes",
                    models.CharField(
                        blank=True,
                        help_text="Never published. Leave out names, addresses and whatever else tells who complained: Minka is not the place for it.",
                        max_length=500,
                        verbose_name="internal notes",
                    ),
                ),
                (
                    "condition",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="projects.assessmentcondition",
                        verbose_name="condition of a study that it concerns",
                    ),
                ),
                (
                    "inspection",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="complaints",
                        to="projects.inspection",
                        verbose_name="inspection that followed",
                    ),
                ),
                (
                    "lodged_with",
                    models.ForeignKey(
                        blank=True,
                        help_text="Such as OEFA or ANA. Leave empty when nobody says it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="authority, company or organisation that received it",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="environmental_complaints",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.source"
                    ),
                ),
                (
                    "station",
                    models.ForeignKey(
                        blank=True,
                        help_text="It is never published, because it may tell who lives near it.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.monitoringstation",
                        verbose_name="monitoring station that it concerns",
                    ),
                ),
                (
                    "withdrawn_for",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["project", "-received_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="ComplaintStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("admitted", "Admitted"),
                            ("inspection", "Under inspection"),
                            ("answered", "Answered"),
                            ("resolved", "Resolved"),
                            ("archived", "Archived"),
                            ("dropped", "Not followed up"),
                        ],
                        max_length=10,
                        verbose_name="state",
                    ),
                ),
                ("reached_on", models.DateField(verbose_name="since")),
                (
                    "resolved_by_word_of",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("complainant", "Whoever complained"),
                            ("authority", "An authority"),
                            ("company", "The company"),
                        ],
                        help_text="Only for “Resolved”. Whether it is, whoever complained says best; never write who that is.",
                        max_length=11,
                        verbose_name="who says that it is resolved",
                    ),
                ),
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.source"
                    ),
                ),
                (
                    "withdrawn_for",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "complaint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="projects.environmentalcomplaint",
                        verbose_name="complaint",
                    ),
                ),
            ],
            options={
                "ordering": ["complaint", "-reached_on", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at__isnull", True)),
                        fields=("complaint", "state", "reached_on", "resolved_by_word_of"),
                        name="a_complaint_reaches_a_state_once_a_day",
                        violation_error_message="This is already here. Open and amend it.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "resolved"), models.Q(("resolved_by_word_of", ""), _negated=True)),
                            models.Q(models.Q(("state", "resolved"), _negated=True), ("resolved_by_word_of", "")),
                            _connector="OR",
                        ),
                        name="only_what_is_resolved_says_who_says_so",
                        violation_error_message="Say who says that it is resolved, and only where the state is “Resolved”.",
                    ),
                ],
            },
        ),
        *(name_no_merged(table, column, named) for named, columns in COLUMNS.items() for table, column in columns),
        migrations.RunSQL(SUMMARY, "DROP VIEW projects_complaintsummary"),
    ]
