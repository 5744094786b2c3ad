"""How large the certified area of a study is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0033_closure_plans_and_what_is_left"),
    ]

    operations = [
        migrations.AddField(
            model_name="impactassessment",
            name="certified_hectares",
            field=models.DecimalField(
                blank=True, decimal_places=2, max_digits=10, null=True, verbose_name="hectares of the certified area"
            ),
        ),
        migrations.AddConstraint(
            model_name="impactassessment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("certified_hectares__isnull", True), ("certified_hectares__gte", 0), _connector="OR"
                ),
                name="certified_hectares_is_not_negative",
                violation_error_message="A number of hectares cannot be negative.",
            ),
        ),
    ]
