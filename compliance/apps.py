"""The judgement and its publication."""

from django.apps import AppConfig


class ComplianceConfig(AppConfig):
    """Tells the job outbox how scorecards are produced, the record which years are open, and offers its kind of record."""

    name = "compliance"

    def ready(self) -> None:
        """Register the job kind once the models are loaded."""
        from accounts.services.jobs import JOB_KINDS
        from compliance.models import ScorecardHead
        from compliance.record_kinds import register_kinds, register_pages
        from compliance.services.nights import register_nights
        from compliance.services.notices import register_notices
        from compliance.services.production import EVALUATION, open_years_of
        from compliance.services.publications import is_published
        from compliance.services.takedowns import register_takedowns
        from projects.models.records import EVALUATE
        from projects.services.merging import STAYING
        from projects.services.records import OPEN_YEARS
        from projects.services.withdrawal import IS_PUBLISHED

        JOB_KINDS[EVALUATE] = EVALUATION
        OPEN_YEARS.append(open_years_of)
        IS_PUBLISHED.append(is_published)
        STAYING.add(ScorecardHead)
        register_kinds()
        register_pages()
        register_takedowns()
        register_nights()
        register_notices()
