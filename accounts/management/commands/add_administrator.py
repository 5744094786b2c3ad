"""The first administrator of a new installation; everybody else is added on the pages."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from accounts.services.audit import write_audit


class Command(BaseCommand):
    """Refuses once there is an administrator: from then on people give each other roles."""

    help = "Add the first administrator; they choose a password by the reset link or with changepassword."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and for which organisation."""
        parser.add_argument("email")
        parser.add_argument("full_name")
        parser.add_argument("organisation")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Create the person, the organisation where it is new, and the role."""
        administrators = Membership.objects.active().filter(role=Role.ADMINISTRATOR)
        if administrators.filter(user__email__iexact=options["email"]).exists():
            self.stdout.write(f"{options['email']} administers Minka already.")
            return
        if administrators.exists():
            raise CommandError("There is an administrator already. Ask them to give the role.")
        user = User.objects.filter(email__iexact=options["email"]).first() or User.objects.create_user(
            options["email"], full_name=options["full_name"], language=settings.LANGUAGE_CODE
        )
        organisation, _new = Organisation.objects.get_or_create(
            name=options["organisation"], defaults={"kind": Organisation.Kind.OTHER}
        )
        membership = Membership.objects.create(user=user, organisation=organisation, role=Role.ADMINISTRATOR)
        write_audit(actor=None, verb="role_given", record=membership, reason="first administrator, by command")
        self.stdout.write(f"{user.email} administers Minka. They choose a password with “Forgot your password?”.")
