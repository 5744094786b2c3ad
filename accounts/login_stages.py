"""The second step of signing in, as django-allauth has it, but for those who lost their second factor meanwhile."""

from __future__ import annotations

from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest


class CodeStage(AuthenticateStage):
    """Asks for a code; whose second factor was reset while it was asked for signs in anew."""

    def is_resumable(self, request: HttpRequest) -> bool:
        """Whether there is a code to ask for."""
        return bool(is_mfa_enabled(self.login.user))
