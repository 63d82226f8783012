"""Settings of an installation. Everything a city changes comes from the environment or from the data folder.

KHEO_DATA          data folder (database, media, keys); default .kheo
KHEO_DATABASE_URL  postgresql://user:password@host:port/name; default SQLite in the data folder
KHEO_PORT          where `kheo serve` listens (or PORT); default 8000
KHEO_URL           public address, e.g. https://kheo.cantho.example; its scheme decides secure cookies
KHEO_DEMO          1: the demo city (settable clock, one-click sign-in, a notice on every page)
KHEO_HOSTS         further host names, separated by commas
KHEO_PROXIES       how many reverse proxies of ours stand in front (whose X-Forwarded-For and -Proto then count); default 0
KHEO_EMAIL_HOST    mail server (with _PORT, _USER, _PASSWORD, _TLS=1, KHEO_FROM_EMAIL); else letters go to the data folder
KHEO_SECRET_KEY    else read from, or made in, the data folder (mode 600)
KHEO_LOG_KEY       the public log's signing key; else read from, or made in, the data folder (mode 600)
KHEO_WITNESS_POLICY file with who witnesses the log (C2SP tlog-policy, docs/witnessing.md); none when empty
KHEO_CITY          slug of the city; default can-tho
KHEO_TIME_ZONE     default Asia/Ho_Chi_Minh
KHEO_LEVELS        file with what places are called here; default kheo/places/levels.toml
KHEO_KITS_DISABLED keys of kits that no new work may start from, separated by commas
KHEO_TILES         tile server for the maps on which a person points (with KHEO_TILES_CREDIT); none needed
KHEO_STATIC        folder for collected static files; default static in the data folder
KHEO_BIND          address `kheo serve` listens at; default 127.0.0.1
KHEO_DEBUG         1: Django's debug pages, never on a public address
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from kheo.catalogue.folders import apps_with_models

BASE = Path(__file__).resolve().parent
KHEO_DATA = Path(os.environ.get("KHEO_DATA", ".kheo")).resolve()
KHEO_URL = (os.environ.get("KHEO_URL") or f"http://127.0.0.1:{os.environ.get('KHEO_PORT') or os.environ.get('PORT') or 8000}").rstrip("/")
KHEO_DEMO = os.environ.get("KHEO_DEMO") == "1"
KHEO_TILES = os.environ.get("KHEO_TILES", "")  # tile server template for Leaflet, none needed
KHEO_TILES_CREDIT = os.environ.get("KHEO_TILES_CREDIT", "")  # whom the tile server wants named on the map
KHEO_WITNESS_POLICY = os.environ.get("KHEO_WITNESS_POLICY", "")  # file with who witnesses the log; nobody when empty
KHEO_CITY = os.environ.get("KHEO_CITY", "can-tho")
KHEO_OCDS_PREFIX = os.environ.get("KHEO_OCDS_PREFIX", "ocds-000000")  # given by the Open Contracting Partnership, for published books
KHEO_LEVELS = os.environ.get("KHEO_LEVELS", "")  # file with what places are called here; places/levels.toml when empty
DEBUG = os.environ.get("KHEO_DEBUG") == "1"


def _secret(name: str) -> str:
    """A secret from the environment, or from a file of mode 600 in the data folder that is made on first use."""
    if value := os.environ.get(f"KHEO_{name}"):
        return value
    path = KHEO_DATA / "keys" / name.lower()
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        value = secrets.token_urlsafe(48)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as f:
            f.write(value)
        return value


SECRET_KEY = _secret("SECRET_KEY")
_url = urlsplit(KHEO_URL)
ALLOWED_HOSTS = [
    _url.hostname or "localhost",
    "localhost",
    "127.0.0.1",
    "[::1]",
    *filter(None, os.environ.get("KHEO_HOSTS", "").split(",")),
]
CSRF_TRUSTED_ORIGINS = [KHEO_URL]
SECURE = _url.scheme == "https"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "heroicons",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_tasks_db",
    "kheo.core",
    "kheo.openlog",
    "kheo.places",
    "kheo.people",
    "kheo.catalogue",
    "kheo.evidence",
    "kheo.needs",
    "kheo.meetings",
    "kheo.ballots",
    "kheo.agreements",
    "kheo.initiatives",
    "kheo.ledger",
    "kheo.results",
    "kheo.checks",
    "kheo.review",
    "kheo.grants",
    "kheo.board",
    "kheo.site",
    *apps_with_models(),
    "django.forms",  # last: kheo.core's field templates come first
]
KHEO_KITS_DISABLED = tuple(filter(None, os.environ.get("KHEO_KITS_DISABLED", "").split(",")))
AUTH_USER_MODEL = "people.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "kheo.core.gate.one_line",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # pages on 3G; it pads against BREACH, and CSRF tokens are masked
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "kheo.core.gate.body_limit",
    "kheo.core.gate.no_nul",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kheo.people.middleware.actor",
]
ROOT_URLCONF = "kheo.site.urls"
CSRF_FAILURE_VIEW = "kheo.core.errors.forged"
WSGI_APPLICATION = "kheo.site.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.messages.context_processors.messages",
                "kheo.site.context.site",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "kheo.core.templatetags.kheo"],
        },
    }
]


def _database() -> dict[str, object]:
    url = os.environ.get("KHEO_DATABASE_URL", "")
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": KHEO_DATA / "kheo.sqlite3",
            "TEST": {"NAME": KHEO_DATA / "test.sqlite3"},  # a file: threads and processes meet in it as in the real one
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-20000; PRAGMA busy_timeout=20000;",
            },
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or "") or os.environ.get("PGHOST", ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database()}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}},
    # Pieces of pages (site/pages/shared.py), apart from the rest: readers can't push a limit's counter out by asking for many pages.
    "pieces": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pieces", "OPTIONS": {"MAX_ENTRIES": 400}},
}
MEDIA_ROOT = KHEO_DATA / "media"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", _("Vietnamese")), ("en", _("English")), ("id", _("Indonesian"))]
TIME_ZONE = os.environ.get("KHEO_TIME_ZONE", "Asia/Ho_Chi_Minh")
USE_TZ = True
FORMAT_MODULE_PATH = "kheo.core.formats"  # days as people write them: 5/1/2026, 5 Jan 2026
USE_THOUSAND_SEPARATOR = False  # {{ pk }} in an address must stay 1204; what people read goes through |number
LOCALE_PATHS = sorted(BASE.glob("kits/*/locale"))
LANGUAGE_COOKIE_NAME = "kheo_language"

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("KHEO_STATIC", KHEO_DATA / "static"))
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.AppDirectoriesFinder", "kheo.core.finders.PackagedFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kheo.core.finders.HashedStorage"},
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_000_000
KHEO_PHOTO_MAX_BYTES = 12_000_000
KHEO_PHOTO_MAX_PIXELS = 40_000_000
KHEO_BODY_MAX_BYTES = 40_000_000  # a form with a few photos; more is refused unread (413)
KHEO_PROXIES = int(os.environ.get("KHEO_PROXIES", "0"))  # reverse proxies of our own in front, for the limits on nameless acts
FILE_UPLOAD_PERMISSIONS = 0o600

SESSION_COOKIE_AGE = 60 * 60 * 24 * 90
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
# Our own proxy says how the page was asked for, and overwrites what a stranger says (docs/operating.md).
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if KHEO_PROXIES >= 1 else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
X_FRAME_OPTIONS = "DENY"
_tiles = [f"{urlsplit(KHEO_TILES).scheme}://{urlsplit(KHEO_TILES).netloc}"] if KHEO_TILES else []
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:", "blob:", *_tiles],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/desk/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "kheo.people.adapter.Adapter"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
# Thousands of neighbours share one address in mobile networks: per address only a generous ceiling, the rest per e-mail.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "300/m/ip,5/300s/key", "request_login_code": "200/m/ip,3/m/key"}
DEFAULT_FROM_EMAIL = os.environ.get("KHEO_FROM_EMAIL", "kheo@localhost")


def _mailer() -> dict[str, object]:
    """The mail server of KHEO_EMAIL_HOST; without one, letters are written into the data folder (a system check says so)."""
    host = os.environ.get("KHEO_EMAIL_HOST", "")
    if not host:
        return {"BACKEND": "django.core.mail.backends.filebased.EmailBackend", "OPTIONS": {"file_path": str(KHEO_DATA / "mail")}}
    options: dict[str, object] = {
        "host": host,
        "port": int(os.environ.get("KHEO_EMAIL_PORT", "25")),
        "username": os.environ.get("KHEO_EMAIL_USER", ""),
        "password": os.environ.get("KHEO_EMAIL_PASSWORD", ""),
        "use_tls": os.environ.get("KHEO_EMAIL_TLS") == "1",
        "timeout": 20,
    }
    return {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}


MAILERS = {"default": _mailer()}

# One JSON line per request and per fault, without personal data: no address, no path, no query, no account (core/lines.py).
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "kheo.core.lines.JsonLine"}},
    "handlers": {
        "lines": {"class": "logging.StreamHandler", "formatter": "line"},
        "none": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["lines"], "level": "WARNING"},
    "loggers": {
        "kheo": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING"},
        "django.request": {"level": "ERROR"},  # 4xx are in the request's own line
        "django.server": {"handlers": ["none"], "propagate": False},  # the development server prints whole paths
        "django.security": {"level": "ERROR"},
    },
}
KHEO_REQUESTS = KHEO_DATA / "requests.log"
if KHEO_DEMO:  # whoever tries it out reads in the terminal where it is, and what went wrong; the lines of requests stand in a file
    LOGGING["handlers"]["lines"]["level"] = "WARNING"
    LOGGING["handlers"]["file"] = {"class": "logging.FileHandler", "filename": KHEO_REQUESTS, "delay": True, "formatter": "line"}
    LOGGING["root"]["handlers"] = ["lines", "file"]
