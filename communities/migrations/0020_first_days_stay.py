"""The day on which something was first due is never changed; a later one says who agreed to it, and how."""

from django.db import migrations, models

from projects.first_days import first_day_stays


class Migration(migrations.Migration):
    """Promises, and sums that are owed."""

    dependencies = [
        ("communities", "0019_first_days_from_histories"),
        ("projects", "0024_first_days_stay"),
    ]

    operations = [
        migrations.AlterField(
            model_name="commitment",
            name="first_due_on",
            field=models.DateField(
                blank=True,
                help_text=("Leave empty unless the day was moved before you enter this. It cannot be changed later."),
                verbose_name="first agreed for",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("later_day_agreed_by", ""),
                        ("later_day_agreed_on__isnull", True),
                        ("later_day_document", ""),
                        ("later_day_known_by", ""),
                    ),
                    models.Q(
                        models.Q(("later_day_agreed_by", ""), _negated=True),
                        models.Q(("later_day_known_by", ""), _negated=True),
                        ("later_day_agreed_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="commitment_says_how_a_later_day_was_agreed",
                violation_error_message=(
                    "Say who agreed to the later day, how that is known and on which day they agreed; or none of it."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("later_day_agreed_by", "authority"), _negated=True),
                        models.Q(("later_day_known_by", "public"), _negated=True),
                    ),
                    models.Q(("later_day_document", ""), _negated=True),
                    _connector="OR",
                ),
                name="commitment_names_the_document_of_a_later_day",
                violation_error_message="Say in which document they agreed, and where it can be found.",
            ),
        ),
        migrations.AlterField(
            model_name="obligation",
            name="first_due_on",
            field=models.DateField(
                blank=True,
                help_text=("Leave empty unless the day was moved before you enter this. It cannot be changed later."),
                verbose_name="first agreed for",
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("later_day_agreed_by", ""),
                        ("later_day_agreed_on__isnull", True),
                        ("later_day_document", ""),
                        ("later_day_known_by", ""),
                    ),
                    models.Q(
                        models.Q(("later_day_agreed_by", ""), _negated=True),
                        models.Q(("later_day_known_by", ""), _negated=True),
                        ("later_day_agreed_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="obligation_says_how_a_later_day_was_agreed",
                violation_error_message=(
                    "Say who agreed to the later day, how that is known and on which day they agreed; or none of it."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="obligation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("later_day_agreed_by", "authority"), _negated=True),
                        models.Q(("later_day_known_by", "public"), _negated=True),
                    ),
                    models.Q(("later_day_document", ""), _negated=True),
                    _connector="OR",
                ),
                name="obligation_names_the_document_of_a_later_day",
                violation_error_message="Say in which document they agreed, and where it can be found.",
            ),
        ),
        first_day_stays("communities_commitment"),
        first_day_stays("communities_obligation"),
    ]
