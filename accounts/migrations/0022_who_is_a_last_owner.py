"""Whose owners nobody asks for: companies whose shares are traded on an exchange, and people."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0021_notices"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="listed_on",
            field=models.CharField(
                blank=True,
                help_text="Such as “Bolsa de Valores de Lima”. Leave empty where its shares are traded on none.",
                max_length=60,
                verbose_name="exchange on which its shares are traded",
            ),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("ngo", "Civil organisation"),
                    ("regulator", "Regulator"),
                    ("company", "Company"),
                    ("agency", "Public agency"),
                    ("community_body", "Community body"),
                    ("person", "Person or family"),
                    ("other", "Other"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
    ]
