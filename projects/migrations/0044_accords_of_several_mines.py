"""An accord is entered once and is about any number of mines; what came of a promise has its own source."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.merged_rows import name_no_merged


class Migration(migrations.Migration):
    """A table more, and two columns that are empty."""

    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0038_environmental_complaints"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccordMine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
            ],
            options={
                "ordering": ["project", "accord"],
            },
        ),
        migrations.AddField(
            model_name="accordpromise",
            name="came_document",
            field=models.CharField(
                blank=True,
                help_text="Title, number or web address. It stands on public pages; name no person.",
                max_length=300,
                verbose_name="document that says what came",
            ),
        ),
        migrations.AddField(
            model_name="accordpromise",
            name="came_voice",
            field=models.CharField(
                blank=True,
                choices=[
                    ("company", "The company"),
                    ("community", "The community"),
                    ("authority", "A public authority"),
                    ("monitor", "A monitor"),
                    ("unknown", "Not known"),
                ],
                help_text="Leave empty where the same source says it that tells of the promise.",
                max_length=10,
                verbose_name="who says what came",
            ),
        ),
        migrations.AddConstraint(
            model_name="accordpromise",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("came_document", ""), ("came_voice", "")),
                    models.Q(("outcome", ""), _negated=True),
                    ("came_amount__isnull", False),
                    _connector="OR",
                ),
                name="what_came_is_said_where_somebody_says_it",
                violation_error_message="Say what came, or leave empty who says it and in which document.",
            ),
        ),
        migrations.AddField(
            model_name="accordmine",
            name="accord",
            field=models.ForeignKey(
                help_text="As it was entered with another mine. Its promises stay there.",
                on_delete=django.db.models.deletion.PROTECT,
                related_name="mines",
                to="projects.accord",
                verbose_name="accord",
            ),
        ),
        migrations.AddField(
            model_name="accordmine",
            name="project",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accord_mines",
                to="projects.project",
                verbose_name="project",
            ),
        ),
        migrations.AddField(
            model_name="accordmine",
            name="source",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.source"
            ),
        ),
        migrations.AddField(
            model_name="accordmine",
            name="withdrawn_for",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddConstraint(
            model_name="accordmine",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("project", "accord"),
                name="a_mine_is_under_an_accord_once",
                violation_error_message="This mine is under this accord already.",
            ),
        ),
        name_no_merged("projects_accordmine", "project_id", "projects_project"),
        name_no_merged("projects_accordmine", "withdrawn_for_id", "accounts_organisation"),
    ]
