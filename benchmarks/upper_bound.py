"""Upper bound of speed: the twelve figures of every project and year by SQL alone, one GROUP BY a fact table.

An honest small equivalent, not the judgement: no ranges, no gates, no flags, no reasons, no names of records. It
reads the same rows. `FIGURES` writes a row of numbers; `SEALED` adds what a scorecard must keep, the facts as text
with their SHA-256.
"""

TABLE = """
DROP TABLE IF EXISTS bench_upper_bound, bench_facts;
CREATE TABLE bench_upper_bound (project_id bigint, year int, r01 numeric, r02 numeric, r04 numeric, r05 numeric, l01 numeric,
    l03 numeric, l04 numeric, e01 numeric, e03 numeric, e04 numeric, p03 numeric, t01 numeric, score numeric,
    PRIMARY KEY (project_id, year));
CREATE TABLE bench_facts (project_id bigint, year int, facts text, sha256 text, PRIMARY KEY (project_id, year))
"""

EMPTY = "TRUNCATE bench_upper_bound, bench_facts"

STANDING = """
WITH wanted AS (SELECT p.id AS project_id, y AS year FROM projects_project p CROSS JOIN unnest(%(years)s::int[]) y),
sides AS (
    SELECT s.disbursement_id,
           max(s.amount) FILTER (WHERE s.side = 'company') AS paid,
           max(s.occurred_on) FILTER (WHERE s.side = 'company') AS paid_on,
           max(s.amount) FILTER (WHERE s.side = 'recipient') AS received,
           max(s.occurred_on) FILTER (WHERE s.side = 'recipient') AS received_on
    FROM communities_statement s LEFT JOIN communities_statement later ON later.supersedes_id = s.id
    WHERE NOT s.withdrawn AND later.id IS NULL GROUP BY s.disbursement_id),
flows AS (
    SELECT d.id, d.project_id, d.purpose, d.currency, d.obligation_id, sides.*,
           coalesce(extract(year FROM o.due_on)::int, d.year) AS year
    FROM communities_disbursement d JOIN sides ON sides.disbursement_id = d.id
    LEFT JOIN communities_obligation o ON o.id = d.obligation_id)
"""

FIGURES = (
    STANDING  # noqa: S608 - no value enters the text
    + """,
owed AS (
    SELECT o.project_id, extract(year FROM o.due_on)::int AS year, o.currency, sum(o.amount) AS due,
           sum(least(coalesce(f.paid, f.received, 0), o.amount)) AS paid,
           sum(coalesce(f.paid, f.received) * greatest(coalesce(f.paid_on, f.received_on) - o.due_on, 0)) AS amount_days,
           sum(coalesce(f.paid, f.received)) AS dated
    FROM communities_obligation o LEFT JOIN flows f ON f.obligation_id = o.id GROUP BY 1, 2, 3),
money AS (
    SELECT project_id, year, min(100 * paid / due) AS r01, max(amount_days / nullif(dated, 0)) AS r02
    FROM owed GROUP BY 1, 2),
spent AS (
    SELECT project_id, year, currency,
           sum(coalesce(paid, received)) FILTER (WHERE purpose IN ('health', 'education', 'infrastructure')) AS priority,
           sum(coalesce(paid, received)) AS every,
           sum(abs(paid - received)) AS apart, sum(received) FILTER (WHERE paid IS NOT NULL) AS both_say
    FROM flows GROUP BY 1, 2, 3),
purposes AS (
    SELECT project_id, year, min(100 * coalesce(priority, 0) / nullif(every, 0)) AS r04,
           max(100 * apart / nullif(both_say, 0)) AS r05
    FROM spent GROUP BY 1, 2),
jobs AS (
    SELECT project_id, extract(year FROM period_end)::int AS year,
           100 * sum(district_fte) / nullif(sum(total_fte), 0) AS l01, 100 * sum(women_fte) / nullif(sum(total_fte), 0) AS l03,
           max(100.0 * foreign_headcount / nullif(staff_headcount, 0)) AS l04
    FROM projects_employmentreturn GROUP BY 1, 2),
studies AS (
    SELECT project_id, min(works_started_on - approved_on) AS e01,
           100.0 * sum(participation_held) / nullif(sum(participation_planned), 0) AS e03
    FROM projects_impactassessment GROUP BY 1),
open_conditions AS (
    SELECT w.project_id, w.year,
           100.0 * count(*) FILTER (WHERE c.fulfilled_on IS NULL OR c.fulfilled_on > make_date(w.year, 12, 31)) / count(*) AS e04
    FROM wanted w JOIN projects_impactassessment a ON a.project_id = w.project_id
    JOIN projects_assessmentcondition c ON c.assessment_id = a.id AND c.due_on <= make_date(w.year, 12, 31) GROUP BY 1, 2),
promises AS (
    SELECT a.project_id, extract(year FROM c.due_on)::int AS year,
           100.0 * count(*) FILTER (WHERE c.confirmed_on <= c.due_on) / count(*) AS p03
    FROM communities_commitment c JOIN communities_agreement a ON a.id = c.agreement_id
    WHERE NOT c.voluntary GROUP BY 1, 2),
reports AS (
    SELECT project_id, extract(year FROM period_end)::int AS year, min(published_on - period_end) AS t01
    FROM projects_disclosure GROUP BY 1, 2),
figures AS (
    SELECT w.project_id, w.year, r01, r02, r04, r05, l01, l03, l04, e01, e03, e04, p03, t01
    FROM wanted w LEFT JOIN money USING (project_id, year) LEFT JOIN purposes USING (project_id, year)
    LEFT JOIN jobs USING (project_id, year) LEFT JOIN studies USING (project_id)
    LEFT JOIN open_conditions USING (project_id, year) LEFT JOIN promises USING (project_id, year)
    LEFT JOIN reports USING (project_id, year))
INSERT INTO bench_upper_bound
SELECT figures.*, (SELECT avg(least(greatest(n, 0), 100)) FROM (VALUES (r01), (100 - r02), (r04), (100 - r05), (l01 * 2),
    (l03 * 3), (CASE WHEN l04 <= 20 THEN 100 ELSE 0 END), (CASE WHEN e01 >= 0 THEN 100 ELSE 0 END), (e03), (100 - e04),
    (p03), (100 - t01 / 4.0)) AS scores (n))
FROM figures
"""
)

SEALED = (
    STANDING  # noqa: S608 - no value enters the text
    + """,
facts AS (
    SELECT project_id, 0 AS year, 'assessment' AS kind, to_jsonb(a) - 'source_id' AS fact FROM projects_impactassessment a
    UNION ALL
    SELECT project_id, extract(year FROM period_end)::int, 'employment', to_jsonb(e) - 'source_id'
    FROM projects_employmentreturn e
    UNION ALL
    SELECT project_id, extract(year FROM due_on)::int, 'obligation', to_jsonb(o) - 'source_id' FROM communities_obligation o
    UNION ALL
    SELECT project_id, year, 'payment', to_jsonb(f) FROM flows f
    UNION ALL
    SELECT a.project_id, extract(year FROM c.due_on)::int, 'commitment', to_jsonb(c) - 'source_id'
    FROM communities_commitment c JOIN communities_agreement a ON a.id = c.agreement_id
    UNION ALL
    SELECT a.project_id, extract(year FROM c.due_on)::int, 'condition', to_jsonb(c) - 'source_id'
    FROM projects_assessmentcondition c JOIN projects_impactassessment a ON a.id = c.assessment_id
    UNION ALL
    SELECT project_id, extract(year FROM period_end)::int, 'disclosure', to_jsonb(d) - 'source_id' FROM projects_disclosure d),
texts AS (
    SELECT w.project_id, w.year, jsonb_agg(jsonb_build_object('kind', kind, 'fact', fact) ORDER BY kind, fact->'id')::text AS text
    FROM wanted w JOIN facts f ON f.project_id = w.project_id AND f.year IN (w.year, 0) GROUP BY 1, 2)
INSERT INTO bench_facts SELECT project_id, year, text, encode(sha256(convert_to(text, 'UTF8')), 'hex') FROM texts
"""
)
