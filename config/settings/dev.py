"""Settings for the demo and for development on one's own machine."""

from config.settings.base import *  # noqa: F403
from config.settings.base import MINKA_STATE, SECRET_KEY

SECRET_KEY = SECRET_KEY or "development-only"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = MINKA_STATE / "mail"
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None  # type: ignore[assignment]
WHITENOISE_AUTOREFRESH = False
