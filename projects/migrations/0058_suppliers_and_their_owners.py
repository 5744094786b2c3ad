"""Who owns the firms that a mine buys from, how many they are, and when they are paid."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0057_who_the_workers_are"),
    ]

    operations = [
        migrations.AddField(
            model_name="procurementreturn",
            name="days_until_paid",
            field=models.DecimalField(
                blank=True,
                decimal_places=1,
                help_text="On average, from the day of the invoice.",
                max_digits=5,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="days until suppliers in the districts are paid",
            ),
        ),
        migrations.AddField(
            model_name="procurementreturn",
            name="indigenous_amount",
            field=models.DecimalField(
                blank=True,
                decimal_places=2,
                help_text="Firms of which at least 51 of every 100 shares belong to indigenous people or to communities.",
                max_digits=18,
                null=True,
                validators=[django.core.validators.MinValueValidator(0)],
                verbose_name="of all, from firms of indigenous people or communities",
            ),
        ),
        migrations.AddField(
            model_name="procurementreturn",
            name="local_suppliers",
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name="suppliers in the districts"),
        ),
        migrations.AddField(
            model_name="procurementreturn",
            name="ownership_registry",
            field=models.CharField(
                blank=True,
                help_text="Such as a registry of companies or of suppliers; name no person. Without it the sum is shown and does not count.",
                max_length=200,
                verbose_name="registry by which the owners of these firms are known",
            ),
        ),
        migrations.AddField(
            model_name="procurementreturn",
            name="suppliers",
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="suppliers in all"),
        ),
        migrations.AddConstraint(
            model_name="procurementreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("indigenous_amount__isnull", True),
                    ("eligible_amount__isnull", True),
                    ("indigenous_amount__lte", models.F("eligible_amount")),
                    _connector="OR",
                ),
                name="indigenous_purchases_are_at_most_all_purchases",
                violation_error_message="More bought from these firms than in all.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procurementreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("local_suppliers__isnull", True),
                    ("suppliers__isnull", True),
                    ("local_suppliers__lte", models.F("suppliers")),
                    _connector="OR",
                ),
                name="local_suppliers_are_at_most_all_suppliers",
                violation_error_message="More suppliers in the districts than in all.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procurementreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(("ownership_registry", ""), ("indigenous_amount__isnull", False), _connector="OR"),
                name="a_registry_of_owners_stands_behind_a_sum",
                violation_error_message="Say how much was bought from these firms, or leave the registry empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="procurementreturn",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("local_suppliers__isnull", True),
                    ("local_suppliers__gt", 0),
                    ("local_amount__isnull", True),
                    ("local_amount", 0),
                    _connector="OR",
                ),
                name="what_was_bought_in_the_districts_has_a_supplier",
                violation_error_message="Something was bought in the districts, so there is at least one supplier.",
            ),
        ),
    ]
