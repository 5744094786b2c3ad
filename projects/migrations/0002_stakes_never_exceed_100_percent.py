"""At no date do the ownership stakes of a project exceed 100 %."""

from django.db import migrations

CREATE = """
CREATE FUNCTION stakes_never_exceed_100_percent() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE CONSTRAINT TRIGGER stakes_never_exceed_100_percent
    AFTER INSERT OR UPDATE ON projects_ownershipstake
    DEFERRABLE INITIALLY IMMEDIATE
    FOR EACH ROW EXECUTE FUNCTION stakes_never_exceed_100_percent();
"""

DROP = """
DROP TRIGGER stakes_never_exceed_100_percent ON projects_ownershipstake;
DROP FUNCTION stakes_never_exceed_100_percent();
"""


class Migration(migrations.Migration):
    """The sum at each day on which a stake begins; sums only rise on such days."""

    dependencies = [("projects", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
