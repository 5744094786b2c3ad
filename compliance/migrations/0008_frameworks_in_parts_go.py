"""The tables that held frameworks in parts go: the text says all of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """After every framework has its text."""

    dependencies = [("compliance", "0007_put_frameworks_together")]

    operations = [
        migrations.DeleteModel("indicator"),
        migrations.DeleteModel("policy"),
        migrations.RemoveField("policyframework", "names"),
        migrations.RemoveField("policyframework", "rules"),
        migrations.AlterModelOptions("policyframework", {"ordering": ["code", "version"]}),
        migrations.AddConstraint(
            "policyframework",
            models.UniqueConstraint(fields=["code", "valid_from"], name="one_version_comes_into_force_on_a_day"),
        ),
    ]
