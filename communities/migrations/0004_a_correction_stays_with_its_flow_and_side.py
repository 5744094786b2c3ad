"""A statement supersedes one about the same flow by the same side, and no other."""

from django.db import migrations

CREATE = """
ALTER TABLE communities_statement
    ADD CONSTRAINT a_statement_is_of_one_flow_and_side UNIQUE (id, disbursement_id, side),
    ADD CONSTRAINT a_correction_stays_with_its_flow_and_side
        FOREIGN KEY (supersedes_id, disbursement_id, side)
        REFERENCES communities_statement (id, disbursement_id, side)
        DEFERRABLE INITIALLY IMMEDIATE;
"""
DROP = """
ALTER TABLE communities_statement
    DROP CONSTRAINT a_correction_stays_with_its_flow_and_side,
    DROP CONSTRAINT a_statement_is_of_one_flow_and_side;
"""


class Migration(migrations.Migration):
    """Django has no foreign key of several columns, so PostgreSQL is told by itself."""

    dependencies = [("communities", "0003_flows_newest_first")]
    operations = [migrations.RunSQL(CREATE, DROP)]
