from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("communities", "0017_nothing_names_what_was_merged"),
    ]

    operations = [
        migrations.AddField(
            model_name="commitment",
            name="first_due_on",
            field=models.DateField(
                blank=True,
                help_text=("Leave empty unless the day was moved before you enter this. It cannot be changed later."),
                null=True,
                verbose_name="first agreed for",
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="later_day_agreed_by",
            field=models.CharField(
                blank=True,
                choices=[("community", "The community"), ("authority", "A public authority")],
                help_text=("Leave empty unless the day was moved. Without this, the day that was first agreed counts."),
                max_length=10,
                verbose_name="who agreed to a later day",
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="later_day_agreed_on",
            field=models.DateField(blank=True, null=True, verbose_name="on which day they agreed"),
        ),
        migrations.AddField(
            model_name="commitment",
            name="later_day_document",
            field=models.CharField(
                blank=True,
                help_text="Its number or its web address.",
                max_length=300,
                verbose_name="in which document they agreed",
            ),
        ),
        migrations.AddField(
            model_name="commitment",
            name="later_day_known_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("assembly", "Assembly, with minutes"),
                    ("receipt", "Signed receipt"),
                    ("bank", "Bank record"),
                    ("letter", "Letter or report"),
                    ("public", "Published document that anybody can open"),
                    ("told", "Told by word of mouth"),
                ],
                max_length=10,
                verbose_name="how do we know that they agreed?",
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="first_due_on",
            field=models.DateField(
                blank=True,
                help_text=("Leave empty unless the day was moved before you enter this. It cannot be changed later."),
                null=True,
                verbose_name="first agreed for",
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="later_day_agreed_by",
            field=models.CharField(
                blank=True,
                choices=[("community", "The community"), ("authority", "A public authority")],
                help_text=("Leave empty unless the day was moved. Without this, the day that was first agreed counts."),
                max_length=10,
                verbose_name="who agreed to a later day",
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="later_day_agreed_on",
            field=models.DateField(blank=True, null=True, verbose_name="on which day they agreed"),
        ),
        migrations.AddField(
            model_name="obligation",
            name="later_day_document",
            field=models.CharField(
                blank=True,
                help_text="Its number or its web address.",
                max_length=300,
                verbose_name="in which document they agreed",
            ),
        ),
        migrations.AddField(
            model_name="obligation",
            name="later_day_known_by",
            field=models.CharField(
                blank=True,
                choices=[
                    ("assembly", "Assembly, with minutes"),
                    ("receipt", "Signed receipt"),
                    ("bank", "Bank record"),
                    ("letter", "Letter or report"),
                    ("public", "Published document that anybody can open"),
                    ("told", "Told by word of mouth"),
                ],
                max_length=10,
                verbose_name="how do we know that they agreed?",
            ),
        ),
    ]
