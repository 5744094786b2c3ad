from django.db import migrations, models

import projects.models.sources

AUDIENCES = [("public", "Public"), ("organisations", "Organisations"), ("confidential", "Confidential")]
HELP = (
    "Public: companies, too; names of files behind payments are published. Organisations: all but companies."
    " Confidential: your organisation and reviewers, where it names people who trust you."
)


def audience(default: str) -> "models.CharField[str, str]":
    return models.CharField(
        choices=AUDIENCES, default=default, help_text=HELP, max_length=15, verbose_name="who may read it"
    )


class Migration(migrations.Migration):
    """What was entered before stays as open as it was; what is entered from now on is not for companies unless it says so."""

    dependencies = [
        ("projects", "0007_how_a_statement_is_known"),
    ]

    operations = [
        migrations.AddField(model_name="source", name="audience", field=audience("public")),
        migrations.AlterField(model_name="source", name="audience", field=audience("organisations")),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(audience__in=["public", "organisations", "confidential"]),
                name="a_source_has_an_audience",
            ),
        ),
        migrations.AddField(
            model_name="evidence",
            name="original",
            field=models.FileField(
                blank=True,
                help_text="As it came, with author, place and tools in it, where somebody asked for that; always confidential.",
                upload_to=projects.models.sources.random_name,
            ),
        ),
    ]
