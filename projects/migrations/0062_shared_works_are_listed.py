"""How many works were agreed with neighbours can be said, too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0060_calls_to_suppliers_and_methods"),
    ]

    operations = [
        migrations.AlterField(
            model_name="expectedcount",
            name="of",
            field=models.CharField(
                choices=[
                    ("employment", "Employers with workers at the mine"),
                    ("obligations", "Sums that fall due"),
                    ("commitments", "Promises that fall due, voluntary ones left out"),
                    ("assessments", "Parts of the mine that need a study"),
                    ("conditions", "Conditions of studies that fall due"),
                    ("shared-works", "Works agreed with neighbours, begun or to begin by then"),
                ],
                max_length=15,
                verbose_name="of what",
            ),
        ),
    ]
