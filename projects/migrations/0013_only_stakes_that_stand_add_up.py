"""At no date do the ownership stakes of a project that stand exceed 100 %."""

from django.db import migrations

OF_ALL = """
CREATE OR REPLACE FUNCTION stakes_never_exceed_100_percent() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    excess record;
BEGIN
    PERFORM 1 FROM projects_project WHERE id = NEW.project_id FOR NO KEY UPDATE;
    SELECT moment.starts_on AS on_day, sum(held.share_percent) AS total INTO excess
    FROM projects_ownershipstake moment
    JOIN projects_ownershipstake held
      ON held.project_id = moment.project_id
     AND held.starts_on <= moment.starts_on
     AND (held.ends_on IS NULL OR held.ends_on > moment.starts_on)
    WHERE moment.project_id = NEW.project_id
    GROUP BY moment.id, moment.starts_on
    HAVING sum(held.share_percent) > 100
    LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'on % the stakes of this project add up to % %', excess.on_day, excess.total, '%'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stakes_never_exceed_100_percent';
    END IF;
    RETURN NULL;
END $$;
"""
WHERE = "WHERE moment.project_id = NEW.project_id"
OF_STANDING = OF_ALL.replace(WHERE, f"{WHERE} AND moment.withdrawn_at IS NULL AND held.withdrawn_at IS NULL")


class Migration(migrations.Migration):
    """A stake that was withdrawn leaves its share to others."""

    dependencies = [("projects", "0012_records_can_be_withdrawn")]
    operations = [migrations.RunSQL(OF_STANDING, OF_ALL)]
