"""The day on which something was first due is never changed; a later one says who agreed to it, and how."""

from django.db import migrations, models

from projects.first_days import CREATE_FUNCTION, first_day_stays


class Migration(migrations.Migration):
    """Conditions of studies."""

    dependencies = [
        ("projects", "0023_first_days_from_histories"),
    ]

    operations = [
        migrations.AlterField(
            model_name="assessmentcondition",
            name="first_due_on",
            field=models.DateField(
                blank=True,
                help_text=("Leave empty unless the day was moved before you enter this. It cannot be changed later."),
                verbose_name="first agreed for",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessmentcondition",
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
                name="assessmentcondition_says_how_a_later_day_was_agreed",
                violation_error_message=(
                    "Say who agreed to the later day, how that is known and on which day they agreed; or none of it."
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="assessmentcondition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        models.Q(("later_day_agreed_by", "authority"), _negated=True),
                        models.Q(("later_day_known_by", "public"), _negated=True),
                    ),
                    models.Q(("later_day_document", ""), _negated=True),
                    _connector="OR",
                ),
                name="assessmentcondition_names_the_document_of_a_later_day",
                violation_error_message="Say in which document they agreed, and where it can be found.",
            ),
        ),
        migrations.AddConstraint(
            model_name="assessmentcondition",
            constraint=models.CheckConstraint(
                condition=models.Q(("later_day_agreed_by", "community"), _negated=True),
                name="only_an_authority_moves_a_condition",
                violation_error_message="An authority set this condition, and only an authority can move its day.",
            ),
        ),
        CREATE_FUNCTION,
        first_day_stays("projects_assessmentcondition"),
    ]
