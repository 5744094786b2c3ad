"""Codes of concessions without marks. Where two that stand are one without them, both stay, the later one with its key."""

from django.db import migrations

PLAIN = r"""
UPDATE projects_concession SET plain_code = coalesce(
    nullif(upper(regexp_replace(code, CASE country WHEN 'PE' THEN '[^[:alnum:]]' ELSE '\s' END, '', 'g')), ''), code)
"""
TWICE = """
UPDATE projects_concession later SET plain_code = plain_code || ' ' || id
WHERE withdrawn_at IS NULL AND EXISTS (
    SELECT FROM projects_concession earlier
    WHERE earlier.country = later.country AND earlier.plain_code = later.plain_code AND earlier.id < later.id
      AND earlier.withdrawn_at IS NULL
)
"""


class Migration(migrations.Migration):
    dependencies = [("projects", "0044_accords_carried_and_released")]

    operations = [migrations.RunSQL([PLAIN, TWICE], migrations.RunSQL.noop)]
