"""What an inspection found, one by one; until when a measure is to be carried out, and when a sanction was appealed."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.merged_rows import name_no_merged


class Migration(migrations.Migration):
    """A table more, and columns that are empty."""

    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0045_a_concession_is_of_one_mine_however_written"),
    ]

    operations = [
        migrations.CreateModel(
            name="InspectionFinding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "found",
                    models.CharField(
                        help_text="It stands on public pages; name no person.",
                        max_length=300,
                        verbose_name="what was found",
                    ),
                ),
                (
                    "correct_by",
                    models.DateField(
                        blank=True,
                        help_text="Leave empty where the authority set no day.",
                        null=True,
                        verbose_name="to be corrected by",
                    ),
                ),
                (
                    "corrected_on",
                    models.DateField(
                        blank=True,
                        help_text="Leave empty while nobody says it.",
                        null=True,
                        verbose_name="corrected on",
                    ),
                ),
            ],
            options={
                "ordering": ["inspection", "pk"],
            },
        ),
        migrations.AddField(
            model_name="sanction",
            name="appeal_decided_on",
            field=models.DateField(blank=True, null=True, verbose_name="appeal decided on"),
        ),
        migrations.AddField(
            model_name="sanction",
            name="appealed_on",
            field=models.DateField(blank=True, null=True, verbose_name="appealed on"),
        ),
        migrations.AddField(
            model_name="sanction",
            name="carry_out_by",
            field=models.DateField(
                blank=True,
                help_text="Only of a measure, or of works that were stopped.",
                null=True,
                verbose_name="to be carried out by",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("carry_out_by__isnull", True), ("decision__in", ["measure", "stop"]), _connector="OR"
                ),
                name="only_a_measure_or_a_stop_is_carried_out_by_a_day",
                violation_error_message="Only a measure, or works that were stopped, have such a day. Leave it empty, or choose one of them.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("carry_out_by__isnull", True), ("carry_out_by__gte", models.F("decided_on")), _connector="OR"
                ),
                name="a_sanction_is_to_be_carried_out_after_it_is_decided",
                violation_error_message="It was to be carried out before it was decided.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("appealed_on__isnull", True), ("appealed_on__gte", models.F("decided_on")), _connector="OR"
                ),
                name="a_sanction_is_appealed_after_it_is_decided",
                violation_error_message="It was appealed before it was decided.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("appeal_decided_on__isnull", True), ("appealed_on__isnull", False), _connector="OR"
                ),
                name="only_what_was_appealed_has_its_appeal_decided",
                violation_error_message="Say on which day it was appealed, or leave empty when the appeal was decided.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("appealed_on__isnull", True),
                    ("appeal_decided_on__isnull", True),
                    ("appeal_decided_on__gte", models.F("appealed_on")),
                    _connector="OR",
                ),
                name="an_appeal_is_decided_after_it_is_made",
                violation_error_message="The appeal was decided before it was made.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "appealed"), _negated=True), ("appeal_decided_on__isnull", True), _connector="OR"
                ),
                name="what_is_under_appeal_has_its_appeal_undecided",
                violation_error_message="The appeal was decided on a day. Choose another state, or leave it empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="sanction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "decided"), _negated=True),
                    ("appealed_on__isnull", True),
                    ("appeal_decided_on__isnull", False),
                    _connector="OR",
                ),
                name="what_can_still_be_appealed_has_no_open_appeal",
                violation_error_message="It was appealed on a day. Choose another state, or leave it empty.",
            ),
        ),
        migrations.AddField(
            model_name="inspectionfinding",
            name="condition",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inspection_findings",
                to="projects.assessmentcondition",
                verbose_name="condition of a study that it concerns",
            ),
        ),
        migrations.AddField(
            model_name="inspectionfinding",
            name="inspection",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="findings",
                to="projects.inspection",
                verbose_name="inspection that found it",
            ),
        ),
        migrations.AddField(
            model_name="inspectionfinding",
            name="source",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.source"
            ),
        ),
        migrations.AddField(
            model_name="inspectionfinding",
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
            model_name="inspectionfinding",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_at__isnull", True)),
                fields=("inspection", "found"),
                name="a_finding_of_an_inspection_is_entered_once",
                violation_error_message="This finding is already here. Open and amend it.",
            ),
        ),
        name_no_merged("projects_inspectionfinding", "withdrawn_for_id", "accounts_organisation"),
    ]
