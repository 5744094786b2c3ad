"""Who owns the owners: shares of companies, at no date more than 100 % of one, and the chain of each mine as a view."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.merged_rows import name_no_merged

NEVER_MORE_THAN_ALL = """
CREATE FUNCTION holdings_never_exceed_100_percent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    excess record;
BEGIN
    PERFORM 1 FROM accounts_organisation WHERE id = NEW.company_id FOR NO KEY UPDATE;
    SELECT moment.starts_on AS on_day, sum(held.share_percent) AS total INTO excess
    FROM projects_holding moment
    JOIN projects_holding held
      ON held.company_id = moment.company_id
     AND held.starts_on <= moment.starts_on
     AND (held.ends_on IS NULL OR held.ends_on > moment.starts_on)
    WHERE moment.company_id = NEW.company_id AND moment.withdrawn_at IS NULL AND held.withdrawn_at IS NULL
    GROUP BY moment.id, moment.starts_on
    HAVING sum(held.share_percent) > 100
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'on % the shares of this company add up to % %', excess.on_day, excess.total, '%'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'holdings_never_exceed_100_percent';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER holdings_never_exceed_100_percent
    AFTER INSERT OR UPDATE ON projects_holding
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW EXECUTE FUNCTION holdings_never_exceed_100_percent();
"""
NO_MORE = """
DROP TRIGGER holdings_never_exceed_100_percent ON projects_holding;
DROP FUNCTION holdings_never_exceed_100_percent();
"""
CHAINS = """
CREATE VIEW projects_chainmember AS
SELECT mine.id AS project_id, reached.organisation_id
FROM projects_project mine
CROSS JOIN LATERAL (
    WITH RECURSIVE chain(organisation_id) AS (
        SELECT owner_id FROM projects_ownershipstake WHERE project_id = mine.id AND withdrawn_at IS NULL
        UNION
        SELECT held.owner_id FROM chain
        JOIN projects_holding held ON held.company_id = chain.organisation_id AND held.withdrawn_at IS NULL
    )
    SELECT organisation_id FROM chain
) reached
"""


class Migration(migrations.Migration):
    """The view covers all days, so that whoever asks it narrows by day what it reads."""

    dependencies = [
        ("accounts", "0022_who_is_a_last_owner"),
        ("projects", "0026_what_secures_closing"),
    ]

    operations = [
        migrations.CreateModel(
            name="ChainMember",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "project", "organisation", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
            options={
                "db_table": "projects_chainmember",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Holding",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn on")),
                (
                    "share_percent",
                    models.DecimalField(
                        decimal_places=4,
                        max_digits=7,
                        validators=[
                            django.core.validators.MinValueValidator(0),
                            django.core.validators.MaxValueValidator(100),
                        ],
                        verbose_name="share, %",
                    ),
                ),
                ("starts_on", models.DateField(verbose_name="from")),
                (
                    "ends_on",
                    models.DateField(
                        blank=True, help_text="Leave empty while it lasts.", null=True, verbose_name="until"
                    ),
                ),
                (
                    "company",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holdings",
                        to="accounts.organisation",
                        verbose_name="company",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                        verbose_name="owner",
                    ),
                ),
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="projects.source"
                    ),
                ),
                (
                    "withdrawn_for",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "ordering": ["company", "-starts_on", "-share_percent"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("share_percent__gt", 0), ("share_percent__lte", 100)),
                        name="a_holding_is_above_0_and_at_most_100_percent",
                        violation_error_message="A share is more than 0 and at most 100 %%.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_on__isnull", True), ("ends_on__gt", models.F("starts_on")), _connector="OR"
                        ),
                        name="a_holding_ends_after_it_starts",
                        violation_error_message="The end must be after the start.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdrawn_at__isnull", False),
                            models.Q(("company", models.F("owner")), _negated=True),
                            _connector="OR",
                        ),
                        name="a_company_does_not_hold_itself",
                        violation_error_message="A company does not own itself. Choose another owner.",
                    ),
                ],
            },
        ),
        migrations.RunSQL(NEVER_MORE_THAN_ALL, NO_MORE),
        migrations.RunSQL(CHAINS, "DROP VIEW projects_chainmember"),
        *(
            name_no_merged("projects_holding", column, "accounts_organisation")
            for column in ("company_id", "owner_id", "withdrawn_for_id")
        ),
    ]
