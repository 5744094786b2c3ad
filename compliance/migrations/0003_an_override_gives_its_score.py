"""An override without a score is refused: unknown passes a check that only compares."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """The same name, with the score asked for."""

    dependencies = [("compliance", "0002_judgement_only_grows")]
    operations = [
        migrations.RemoveConstraint("review", "an_override_gives_a_score_and_a_reason"),
        migrations.AddConstraint(
            "review",
            models.CheckConstraint(
                condition=~Q(action="override") | Q(score__isnull=False, score__gte=0, score__lte=100) & ~Q(reason=""),
                name="an_override_gives_a_score_and_a_reason",
                violation_error_message="Give the score, from 0 to 100, and the reason. Both are published.",
            ),
        ),
    ]
