"""Reports on closed land say the value of works, too, and whoever verified it is named."""

import django.core.validators
import projects.currencies
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0046_findings_of_inspections_and_appeals"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="reclamationreport",
            name="whoever_verified_land_is_named",
        ),
        migrations.AddField(
            model_name="reclamationreport",
            name="currency",
            field=models.CharField(
                blank=True,
                max_length=3,
                validators=[projects.currencies.validate_currency],
                verbose_name="currency of the works",
            ),
        ),
        migrations.AddField(
            model_name="reclamationreport",
            name="done_value",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                max_digits=18,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="value of works done, as the mine reports",
            ),
        ),
        migrations.AddField(
            model_name="reclamationreport",
            name="scheduled_value",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="All works that the closure plan had scheduled up to this day, of earlier years too.",
                max_digits=18,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="value of works scheduled",
            ),
        ),
        migrations.AddField(
            model_name="reclamationreport",
            name="verified_value",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="Of the works that were done. Whoever verified them is not the mine: name them below.",
                max_digits=18,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="value of works verified by somebody else",
            ),
        ),
        migrations.AddConstraint(
            model_name="reclamationreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("scheduled_value__isnull", True), ("scheduled_value__gte", 0), _connector="OR"),
                name="scheduled_value_is_not_negative",
                violation_error_message="The value of works cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reclamationreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("done_value__isnull", True), ("done_value__gte", 0), _connector="OR"),
                name="done_value_is_not_negative",
                violation_error_message="The value of works cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reclamationreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("verified_value__isnull", True), ("verified_value__gte", 0), _connector="OR"),
                name="verified_value_is_not_negative",
                violation_error_message="The value of works cannot be negative.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reclamationreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verified_value__isnull", True),
                    ("done_value__isnull", True),
                    ("verified_value__lte", models.F("done_value")),
                    _connector="OR",
                ),
                name="verified_works_are_at_most_all_works_done",
                violation_error_message="Works of a higher value verified than done.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reclamationreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("done_value__isnull", True),
                        ("scheduled_value__isnull", True),
                        ("verified_value__isnull", True),
                    ),
                    models.Q(("currency", ""), _negated=True),
                    _connector="OR",
                ),
                name="the_value_of_works_has_a_currency",
                violation_error_message="Say in which currency the works are.",
            ),
        ),
        migrations.AddConstraint(
            model_name="reclamationreport",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("verified_by__isnull", True),
                        ("verified_hectares__isnull", True),
                        ("verified_value__isnull", True),
                    ),
                    models.Q(("verified_by__isnull", False), ("verified_hectares__isnull", False)),
                    models.Q(("verified_by__isnull", False), ("verified_value__isnull", False)),
                    _connector="OR",
                ),
                name="whoever_verified_land_is_named",
                violation_error_message="Say what was verified, hectares or works, and by whom, or neither.",
            ),
        ),
    ]
