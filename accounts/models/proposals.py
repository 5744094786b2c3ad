"""Everything but a role that one person asks for and that happens once a second person confirms it."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.people import Organisation
from accounts.models.waiting import Decision, WaitsForSecondPerson


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Named reads of proposals."""

    def waiting(self) -> ProposalQuerySet:
        """Those that nobody has decided."""
        return self.filter(state=Decision.OPEN)

    def about(self, kind: str, record: models.Model) -> ProposalQuerySet:
        """Those of one kind about one record."""
        subject = ContentType.objects.get_for_model(record)
        return self.filter(kind=kind, content_type=subject, object_id=str(record.pk))


class Proposal(WaitsForSecondPerson):
    """One thing that somebody asks to be done to one record, with the reason.

    `accounts/services/proposals.py` knows the kinds. PostgreSQL holds that the two are two people and that what was
    asked or decided never changes (migration `0011_what_two_people_do`); what comes of it points here.
    """

    kind = models.CharField(max_length=40, editable=False)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+", editable=False)
    object_id = models.CharField(max_length=40, editable=False)
    label = models.CharField(max_length=250, editable=False)
    details = models.JSONField(default=dict, editable=False)
    reason = models.CharField(_("reason"), max_length=500)
    asked_for = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", editable=False)
    decided_for = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", editable=False)
    refusal = models.CharField(_("why it was refused"), max_length=500, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "content_type", "object_id"],
                condition=Q(state="open"),
                name="what_waits_for_a_second_person_is_asked_for_once",
                violation_error_message=_("This is asked for already, and waits for a second person."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_by__isnull=True, decided_at__isnull=True)
                | Q(~Q(state="open"), decided_by__isnull=False, decided_at__isnull=False),
                name="a_decided_proposal_says_by_whom_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | ~Q(decided_by=F("asked_by")),
                name="a_second_person_confirms_a_proposal",
                violation_error_message=_("Another person than the one who asked for it confirms it."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="a_proposal_says_why", violation_error_message=_("Say why.")
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal=""),
                name="a_refused_proposal_says_why",
                violation_error_message=_("Say why."),
            ),
        ]

    def __str__(self) -> str:
        return self.label
