"""Settings for the test suite: the same servers, cheap password hashes."""

from config.settings.base import *  # noqa: F403

SECRET_KEY = "tests-only"
MINKA_DEMO = True
MINKA_ADDRESS = "https://minka.example"
SECOND_FACTOR_REQUIRED = False
FRESH_SIGN_IN_REQUIRED = False
ALLOWED_HOSTS = ["*"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
WHITENOISE_USE_FINDERS = True
STATIC_ROOT = None  # type: ignore[assignment]
STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}  # noqa: F405
REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {"anon": None, "user": None}  # noqa: F405
