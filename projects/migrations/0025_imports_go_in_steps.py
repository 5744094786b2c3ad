"""How far the work on an import is, and what its rows said, outlive the worker."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Work that was under way begins anew, as it would have."""

    dependencies = [
        ("projects", "0024_first_days_stay"),
    ]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="reached",
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="importrow",
            name="marks",
            field=models.BinaryField(default=b""),
        ),
    ]
