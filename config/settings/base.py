"""Settings that hold everywhere; the environment fills in addresses and secrets."""

from pathlib import Path
from typing import Any

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.conf import locale
from django.utils.translation import gettext_lazy

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()

SECRET_KEY = env.str("SECRET_KEY", default="")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
"""Earlier keys: what they signed still counts, and nothing new is signed with them."""
DEBUG = False
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])

MINKA_ADDRESS = env.str("MINKA_ADDRESS", default="http://localhost:8000").rstrip("/")
"""Where people reach Minka: what letters and papers name, whatever host a visitor asked for."""
MINKA_DEMO = env.bool("MINKA_DEMO", default=False)
MINKA_STATE = Path(env.str("MINKA_STATE", default=str(BASE_DIR / ".minka")))
SECOND_FACTOR_REQUIRED = not MINKA_DEMO
FRESH_SIGN_IN_REQUIRED = True

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "config",
    "accounts",
    "projects",
    "communities",
    "compliance",
]

MIDDLEWARE = [
    "config.middleware.Requests",
    "config.api_errors.ApiErrorsAreJson",
    "config.api_errors.NoTokenInClear",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "compliance.middleware.KeptPublicPages",
    "accounts.middleware.NoStoreForSignedIn",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.NewKeyAfterProof",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SignInRequired",  # before CSRF, which reads the whole of whatever a stranger sends
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.SecondFactorRequired",
    "accounts.middleware.TooManyAttemptsAre429",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "OPTIONS": {
            "loaders": [("django.template.loaders.cached.Loader", ["accounts.design.loader.Loader"])],
            "context_processors": [
                "django.template.context_processors.request",
                "accounts.context.people",
                "accounts.context.demo",
                "accounts.context.address",
                "config.navigation.navigation",
            ],
        },
    }
]
FORM_RENDERER = "config.forms.MinkaFormRenderer"


SERVES_PAGES = env.bool("MINKA_SERVES_PAGES", default=False)
"""Whether somebody waits for what this process asks the database; config/wsgi.py says so."""
PAGES_WAIT = {"lock_timeout": 10, "statement_timeout": 30, "idle_in_transaction_session_timeout": 120}
WORK_WAITS = {"lock_timeout": 60, "statement_timeout": 480, "idle_in_transaction_session_timeout": 480}
PREPARING_WAITS = {"lock_timeout": 600}
"""After how many seconds PostgreSQL ends a wait for a lock, a statement, and a transaction that does nothing."""


def database(url_name: str, waits: dict[str, int]) -> dict[str, Any]:
    """One connection of the given role; roles without an address of their own use DATABASE_URL.

    What the address itself says in `options` comes last, and counts.
    """
    parsed: dict[str, Any] = env.db_url(url_name, default=env.str("DATABASE_URL", default="postgres:///minka"))
    parsed["ENGINE"] = "django.db.backends.postgresql"
    parsed["CONN_MAX_AGE"] = 60
    parsed["CONN_HEALTH_CHECKS"] = True
    options = parsed.setdefault("OPTIONS", {})
    limits = [f"-c {name}={seconds}s" for name, seconds in waits.items()]
    options |= {"connect_timeout": 5, "options": " ".join([*limits, options.get("options", "")]).strip()}
    return parsed


DATABASES = {
    "default": database("DATABASE_URL", PAGES_WAIT if SERVES_PAGES else WORK_WAITS),
    "owner": database("OWNER_DATABASE_URL", PREPARING_WAITS),
    "public": database("PUBLIC_DATABASE_URL", PAGES_WAIT if SERVES_PAGES else WORK_WAITS),
}
DATABASE_ROUTERS = ["config.routers.OneDatabase"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "throttle_cache"},
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("NUM_PROXIES", default=0)
ACCOUNT_ADAPTER = "accounts.adapter.InvitedPeopleOnly"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "public:home"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
"""seconds for which a sign-in is fresh"""
ACCOUNT_RATE_LIMITS = {"login_failed": None}  # wrong passwords and codes are counted in accounts/services/attempts.py
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_FORMS = {
    "login": "accounts.account_forms.SignInForm",
    "change_password": "accounts.account_forms.NewPasswordForm",
    "reset_password": "accounts.account_forms.LinkForm",
    "reset_password_from_key": "accounts.account_forms.PasswordByLinkForm",
    "reauthenticate": "accounts.account_forms.PasswordAgainForm",
}
MFA_FORMS = {
    "authenticate": "accounts.account_forms.CodeForm",
    "reauthenticate": "accounts.account_forms.CodeAgainForm",
    "activate_totp": "accounts.account_forms.FirstCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Minka"
EMAIL_TIMEOUT = 5
"""Seconds for each of some ten answers of the mail server: together less than a lease."""
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Minka <minka@example.org>")

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
KNOWN_BROWSER_COOKIE = "known-browser-"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "es"
LANGUAGES = [("es", "Español"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
FILTERS_EMPTY_CHOICE_LABEL = gettext_lazy("All")
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Lima"
USE_THOUSAND_SEPARATOR = False
locale.LANG_INFO.setdefault("qu", {"bidi": False, "code": "qu", "name": "Quechua", "name_local": "Runasimi"})
locale.LANG_INFO.setdefault("ay", {"bidi": False, "code": "ay", "name": "Aymara", "name_local": "Aymar aru"})

STATIC_URL = "/static/"
STATIC_ROOT = MINKA_STATE / "static"
MEDIA_ROOT = MINKA_STATE / "media"
STORAGES = {
    "default": {"BACKEND": "accounts.storage.WholeFiles"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
LEAST_FREE_DISK_MB = env.int("LEAST_FREE_DISK_MB", default=500)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

MINKA_RELEASE = env("MINKA_RELEASE", default="")
"""Names the deployed code; public pages that browsers keep are asked for anew when it changes."""

REDIS_URL = env.str("REDIS_URL", default="redis://localhost:6379/0")
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 2
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "unacked_restore_interval": 10,
    "global_keyprefix": env.str("MINKA_QUEUE_PREFIX", default=""),
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_SOFT_TIME_LIMIT = 540
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
JOB_LEASE_SECONDS = env.int("JOB_LEASE_SECONDS", default=60)
JOB_ATTEMPTS = 5
JOB_TURN_SECONDS = 20
JOB_LONG_AT_ONCE = env.int("JOB_LONG_AT_ONCE", default=1)
MOST_POSITIONS = 2_000
"""Of the outline of an area that people enter."""
KEPT_FOR_DAYS = {"jobs": 30, "answers": 30, "sessions": 1, "attempts": 2, "imports": 90, "notices": 365}
"""After how many days goes what nobody needs: see “What is done every night” in docs/operations.md."""

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.token_authentication.BearerToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "config.api.Pages",
    "DEFAULT_FILTER_BACKENDS": ["accounts.api.KnownParameters"],
    "URL_FORMAT_OVERRIDE": None,
    "PAGE_SIZE": 100,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.api.Json"],
    "EXCEPTION_HANDLER": "config.api_errors.answer_with_words",
    "DEFAULT_THROTTLE_CLASSES": ["config.api.LimitOfStrangers", "config.api.LimitOfPeople"],
    "DEFAULT_THROTTLE_RATES": {"anon": "120/min", "user": "600/min"},
    "COERCE_DECIMAL_TO_STRING": True,
    "NUM_PROXIES": env.int("NUM_PROXIES", default=0),
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Minka",
    "DESCRIPTION": "What a mine owes its neighbours, and whether it arrived.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["config.api.describe_errors"],
}

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
"""Whoever brings it reads `/metrics`; without it there is no such address."""

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "accounts.logs.Line"}, "json": {"()": "accounts.logs.JsonLine"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "pikepdf": {"level": "ERROR"},  # what it finds odd in people's files is no matter of ours
        "django.request": {"level": "ERROR"},  # each request has one line, of config/middleware.py
        "django.server": {"level": "CRITICAL"},
        "gunicorn.access": {"level": "CRITICAL", "handlers": []},
        "gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True},
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}
