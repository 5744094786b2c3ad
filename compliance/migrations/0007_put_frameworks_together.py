"""Frameworks that were loaded in parts are put together again, byte for byte as their fingerprints say."""

import hashlib
import json
from typing import Any

from django.db import migrations

FILL = """
    ALTER TABLE compliance_policyframework DISABLE TRIGGER compliance_policyframework_rows_stay;
    UPDATE compliance_policyframework SET text = %s WHERE id = %s;
    ALTER TABLE compliance_policyframework ENABLE ALWAYS TRIGGER compliance_policyframework_rows_stay;
"""


def put_together(apps: Any, schema_editor: Any) -> None:
    """Refuse a framework whose parts do not give its fingerprint: what was sealed by it could not be checked."""
    for row in apps.get_model("compliance", "PolicyFramework").objects.using(schema_editor.connection.alias):
        policies = list(row.policies.order_by("position"))
        indicators = [one.rules for policy in policies for one in policy.indicators.order_by("position")]
        sealed = {
            **row.rules,
            "code": row.code,
            "version": row.version,
            "valid_from": row.valid_from.isoformat(),
            "names": row.names,
            "policies": [policy.rules for policy in policies],
            "indicators": indicators,
        }
        text = json.dumps(sealed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        if hashlib.sha256(text.encode()).hexdigest() != row.sha256:
            raise ValueError(
                f"the stored rules of {row.code}, version {row.version}, are not the ones that were loaded"
            )
        schema_editor.execute(FILL, [text, row.pk])


class Migration(migrations.Migration):
    """Data only; the parts stay until the next migration."""

    dependencies = [("compliance", "0006_a_framework_is_one_text")]
    operations = [migrations.RunPython(put_together, migrations.RunPython.noop)]
