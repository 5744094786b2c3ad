"""That a complaint is resolved, a monitoring committee cannot say for whoever complained or for an authority."""

from importlib import import_module

from django.db import migrations

SUMMARY = """
CREATE OR REPLACE VIEW projects_complaintsummary AS
WITH complaint AS (
    SELECT reported.*, source.voice, extract(year FROM received_on)::int AS received_in,
           lodged_at = 'authority' AND lodged_with_id IS NOT NULL AND source.audience = 'public' AS alone
    FROM projects_environmentalcomplaint reported
    JOIN projects_source source ON source.id = reported.source_id
    WHERE reported.withdrawn_at IS NULL
), step AS (
    SELECT reported.id, complaint_id, reported.state, reached_on, source.voice,
           CASE WHEN reported.state = 'resolved' AND source.voice = 'company' THEN 'company'
                ELSE resolved_by_word_of END AS word
    FROM projects_complaintstep reported
    JOIN complaint ON complaint.id = complaint_id
    JOIN projects_source source ON source.id = reported.source_id
    WHERE reported.withdrawn_at IS NULL AND (NOT alone OR source.audience = 'public')
), last AS (
    SELECT DISTINCT ON (complaint_id) complaint_id, state, word, reached_on, voice
    FROM step
    WHERE NOT EXISTS (
        SELECT FROM step later
        WHERE later.complaint_id = step.complaint_id AND later.state <> step.state
          AND (later.reached_on, later.id) > (step.reached_on, step.id)
          AND NOT (later.state = 'resolved' AND later.voice = 'committee'
                   AND step.state = 'archived' AND step.voice NOT IN ('company', 'unknown'))
    )
    ORDER BY complaint_id,
             array_position(ARRAY['', 'complainant', 'authority', 'committee', 'company'],
                            CASE WHEN state = 'resolved' AND voice = 'committee' AND word <> 'company' THEN 'committee'
                                 ELSE word::text END),
             voice IN ('company', 'unknown', 'committee'), reached_on, id
), told AS (
    SELECT complaint.*, coalesce(state, 'received') AS state, coalesce(word, '') AS word, reached_on, last.voice AS state_voice,
           last.voice <> 'unknown'
           AND (state = 'archived' AND last.voice <> 'company'
                OR state = 'resolved' AND word <> 'company' AND last.voice <> 'committee') AS closed
    FROM complaint
    LEFT JOIN last ON last.complaint_id = complaint.id
)
SELECT id, project_id, source_id, received_in,
       CASE WHEN closed THEN greatest(extract(year FROM reached_on)::int, received_in) END AS until, subject, state,
       word AS resolved_by_word_of, NULL::int AS complaints, received_on, reached_on AS state_since,
       coalesce(state_voice, '') AS state_voice, lodged_with_id AS authority_id, condition_id, inspection_id, ARRAY[id] AS keys
FROM told
WHERE alone
UNION ALL
SELECT -(project_id * 10000 + received_in), project_id, NULL, received_in, received_in, '', '', '',
       CASE WHEN count(*) < 20 THEN 10 WHEN count(*) < 50 THEN 20 WHEN count(*) < 100 THEN 50 ELSE 100 END, NULL, NULL, '',
       NULL, NULL, NULL, ARRAY[]::bigint[]
FROM told
WHERE NOT alone
GROUP BY project_id, received_in
HAVING count(*) >= 10
"""
BEFORE = import_module("projects.migrations.0038_environmental_complaints").SUMMARY


class Migration(migrations.Migration):
    """The view with the same columns; no row of before says otherwise than it did."""

    dependencies = [("projects", "0052_monitoring_committees")]
    operations = [migrations.RunSQL(SUMMARY, BEFORE.replace("CREATE VIEW", "CREATE OR REPLACE VIEW"))]
