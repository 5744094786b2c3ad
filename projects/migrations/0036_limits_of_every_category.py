"""Every category of water has limits now, so that the help beside it speaks of no single ones."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0035_where_mines_are"),
    ]

    operations = [
        migrations.AlterField(
            model_name="monitoringstation",
            name="category",
            field=models.CharField(
                blank=True,
                choices=[
                    ("1-A1", "1-A1"),
                    ("1-A2", "1-A2"),
                    ("1-A3", "1-A3"),
                    ("1-B1", "1-B1"),
                    ("1-B2", "1-B2"),
                    ("2-C1", "2-C1"),
                    ("2-C2", "2-C2"),
                    ("2-C3", "2-C3"),
                    ("2-C4", "2-C4"),
                    ("3-D1", "3-D1"),
                    ("3-D2", "3-D2"),
                    ("4-E1", "4-E1"),
                    ("4-E2", "4-E2"),
                    ("4-E3", "4-E3"),
                ],
                help_text="Of receiving water, as the water authority classified it; it decides which standard holds. What we know no limit for in this category is kept and not judged.",
                max_length=4,
                verbose_name="category of the water",
            ),
        ),
    ]
