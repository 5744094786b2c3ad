"""Accords of several mines and who says what came of them; carried interest; guarantees that were released."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.merged_rows import name_no_merged


class Migration(migrations.Migration):
    """A table more, and columns that are empty."""

    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0043_what_is_asked_at_entry"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccordMine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                ("clause", models.CharField(blank=True, max_length=60, verbose_name="clause or page")),
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
        migrations.AddField(
            model_name="closureguarantee",
            name="released_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="released by",
            ),
        ),
        migrations.AddField(
            model_name="closureguarantee",
            name="released_on",
            field=models.DateField(
                blank=True,
                help_text="Where it was given back before its last day, or had none. From this day on it does not stand.",
                null=True,
                verbose_name="released on",
            ),
        ),
        migrations.AddField(
            model_name="ownershipstake",
            name="carried_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
                verbose_name="who pays for it",
            ),
        ),
        migrations.AddField(
            model_name="ownershipstake",
            name="carried_percent",
            field=models.DecimalField(
                blank=True,
                decimal_places=4,
                help_text="In a joint venture: the part of the mine that this partner holds while others pay its costs.",
                max_digits=7,
                null=True,
                validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)],
                verbose_name="of this, carried by others, %",
            ),
        ),
        migrations.AddField(
            model_name="ownershipstake",
            name="carried_until",
            field=models.DateField(
                blank=True,
                help_text="Leave empty where no day was agreed, or nobody says it.",
                null=True,
                verbose_name="carried until",
            ),
        ),
        migrations.AlterField(
            model_name="closureguarantee",
            name="stands_until",
            field=models.DateField(
                blank=True,
                help_text="Its last day. Leave empty where it has none, as in a trust.",
                null=True,
                verbose_name="good until",
            ),
        ),
        migrations.AddConstraint(
            model_name="closureguarantee",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("posted_on__isnull", True),
                    ("released_on__isnull", True),
                    ("released_on__gte", models.F("posted_on")),
                    _connector="OR",
                ),
                name="a_guarantee_is_released_after_it_is_posted",
                violation_error_message="The guarantee is released before it was posted.",
            ),
        ),
        migrations.AddConstraint(
            model_name="closureguarantee",
            constraint=models.CheckConstraint(
                condition=models.Q(("released_by__isnull", True), ("released_on__isnull", False), _connector="OR"),
                name="whoever_releases_a_guarantee_does_it_on_a_day",
                violation_error_message="Say on which day it was released, or leave empty by whom.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownershipstake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("carried_percent__isnull", True),
                    models.Q(("carried_percent__gt", 0), ("carried_percent__lte", models.F("share_percent"))),
                    _connector="OR",
                ),
                name="what_others_carry_is_at_most_the_share",
                violation_error_message="What others pay for is more than 0 and at most the share itself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownershipstake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("carried_until__isnull", True), ("carried_until__gt", models.F("starts_on")), _connector="OR"
                ),
                name="a_share_is_carried_after_it_is_held",
                violation_error_message="It is carried until a day on which the share was not held yet.",
            ),
        ),
        name_no_merged("projects_ownershipstake", "carried_by_id", "accounts_organisation"),
        name_no_merged("projects_closureguarantee", "released_by_id", "accounts_organisation"),
        name_no_merged("projects_accordmine", "project_id", "projects_project"),
        name_no_merged("projects_accordmine", "withdrawn_for_id", "accounts_organisation"),
    ]
