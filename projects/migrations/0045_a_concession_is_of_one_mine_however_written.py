"""A code is of one concession of a country, with whatever marks between its letters and digits."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0044_plain_codes_of_concessions")]

    operations = [
        migrations.RemoveConstraint("concession", "a_concession_is_of_one_mine"),
        migrations.AddConstraint(
            "concession",
            models.UniqueConstraint(
                fields=("country", "plain_code"),
                condition=models.Q(("withdrawn_at__isnull", True)),
                name="a_concession_is_of_one_mine",
                violation_error_message=(
                    "A mine of this country has a concession of this code already. Correct the code or the mine."
                ),
            ),
        ),
    ]
