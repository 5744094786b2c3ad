"""Where the audit trail leads to payments and to what is said of them."""

from accounts.record_pages import Pages, register
from communities.models import Disbursement, Statement


def register_pages() -> None:
    """Called once, when the app is ready."""
    register(Disbursement, Pages(Disbursement.objects.visible_to, "ledger:page", {"pk": "id"}))
    register(
        Statement,
        Pages(
            lambda actor: Statement.objects.filter(disbursement__in=Disbursement.objects.visible_to(actor)),
            "ledger:page",
            {"pk": "disbursement_id"},
        ),
    )
