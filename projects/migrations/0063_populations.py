"""How many people live in areas, loaded from files."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0062_shared_works_are_listed"),
    ]

    operations = [
        migrations.CreateModel(
            name="Population",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("people", models.PositiveIntegerField()),
                ("origin", models.CharField(max_length=200)),
                ("loaded_at", models.DateTimeField()),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="populations", to="projects.area"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("area", "year"), name="an_area_has_one_population_a_year")
                ],
            },
        ),
    ]
