"""That a circle of owners and a second study of one part were asked about; and codes of concessions without marks."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0042_the_course_of_a_study")]

    operations = [
        migrations.AddField(
            "holding",
            "circle_in_document",
            models.BooleanField(
                default=False,
                help_text="Tick it where it was asked whether companies own each other, and they do.",
                verbose_name="the circle of owners stands so in the document",
            ),
        ),
        migrations.AddField(
            "impactassessment",
            "is_another",
            models.BooleanField(
                default=False,
                help_text="Tick it where it was asked whether this study is on record already, and it is another one.",
                verbose_name="it is another study",
            ),
        ),
        migrations.AddField(
            "concession",
            "plain_code",
            models.CharField(default="", editable=False, max_length=50, verbose_name="code without marks"),
        ),
    ]
