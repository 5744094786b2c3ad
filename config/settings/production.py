"""Settings for a server that people rely on; missing secrets stop the start."""

from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.http.request import validate_host

from config.settings.base import *  # noqa: F403
from config.settings.base import ALLOWED_HOSTS, DATABASES, LOGGING, MINKA_DEMO, STORAGES, env

for needed in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "PUBLIC_DATABASE_URL", "REDIS_URL", "MINKA_STATE"):
    if not env.str(needed, default=""):
        raise ImproperlyConfigured(f"{needed} is not set; docs/operations.md says what it holds.")
if DATABASES["public"]["USER"] == DATABASES["default"]["USER"]:
    raise ImproperlyConfigured(
        "PUBLIC_DATABASE_URL must be of another database role than DATABASE_URL: it keeps what is not published"
        " away from the public pages."
    )
if MINKA_DEMO:
    raise ImproperlyConfigured("MINKA_DEMO is set: it lets people work without a second factor. Unset it.")
MINKA_ADDRESS = (env.str("MINKA_ADDRESS", default="") or f"https://{ALLOWED_HOSTS[0]}").rstrip("/")
ADDRESS = urlsplit(MINKA_ADDRESS)
if (
    ADDRESS.scheme != "https"
    or ADDRESS.path
    or (ADDRESS.hostname or "*").startswith((".", "*"))
    or not validate_host(str(ADDRESS.hostname), ALLOWED_HOSTS)
):
    raise ImproperlyConfigured(
        f"MINKA_ADDRESS ({MINKA_ADDRESS}) must be https:// and one of the hosts in ALLOWED_HOSTS, without a path:"
        " letters lead there."
    )
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
KNOWN_BROWSER_COOKIE = "__Host-known-browser-"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="smtp://localhost:25")
vars().update(EMAIL_CONFIG)
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
LOGGING["handlers"]["console"]["formatter"] = "json"
