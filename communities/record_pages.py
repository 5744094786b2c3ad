"""Where the audit trail leads to payments and to what is said of them."""

from accounts.record_addresses import RecordAddresses, register_addresses
from communities.models import Disbursement, Statement


def register_pages() -> None:
    """Called once, when the app is ready."""
    register_addresses(Disbursement, RecordAddresses(Disbursement.objects.visible_to, "ledger:page", {"pk": "id"}))
    register_addresses(
        Statement,
        RecordAddresses(
            lambda actor: Statement.objects.filter(disbursement__in=Disbursement.objects.visible_to(actor)),
            "ledger:page",
            {"pk": "disbursement_id"},
        ),
    )
