"""Django's settings. What a person may set comes from the environment, through plans.wiring, once.

There is no debug mode: an error page never shows code or values.
"""

from pathlib import Path
from typing import Final

from plans.environment import environment
from plans.security.door import LOOPBACK_NAMES
from plans.security.headers import CONTENT_SECURITY_POLICY, OPENER_POLICY, REFERRER_POLICY
from plans.security.home_format import refuse_newer
from plans.security.secret_key import secret_key
from plans_site.assets import contents, fingerprint
from plans_site.cookies import cookie_name
from plans_site.engines import channel_layer, database
from plans_site.hosts import bare_names

PLANBOARD: Final = environment()

HERE: Final = Path(__file__).resolve().parent
# In a wheel, templates and static files lie beside this file; in the source tree one folder up.
FILES: Final = HERE if (HERE / "templates").is_dir() else HERE.parent

refuse_newer(PLANBOARD.home)  # every process of a board, and every command that opens its database

DEBUG = False
SECRET_KEY = secret_key(PLANBOARD.home)
ROOT_URLCONF = "plans_site.urls"
ASGI_APPLICATION = "plans_site.asgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "channels",
    "django_htmx",
    "plans",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    *(["plans.web.proxied.people_of_the_proxy"] if PLANBOARD.proxy_header else []),
    "plans.security.idle.renew_used_sessions",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "plans.web.held.hold_while_looking_back",
]
CSRF_FAILURE_VIEW = "plans.web.views.not_allowed.too_old"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [FILES / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "plans.web.counting.needs_count",
                "plans.web.counting.session_count",
                "plans.web.latest.latest_lines",
            ],
        },
    },
]
DATABASES = {"default": database(PLANBOARD)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CHANNEL_LAYERS = {"default": channel_layer(PLANBOARD)}

# Times are stored and sent in UTC; the browser shows them in the viewer's zone.
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
USE_I18N = False

# The content's fingerprint is part of the address, so a file may be kept for ever, and a new version of
# the board never runs old scripts. Modules and stylesheets name each other by relative paths.
STATIC_DIR: Final = FILES / "static"
STATIC_FILES: Final = contents(STATIC_DIR)
STATIC_URL = f"/static/{fingerprint(STATIC_FILES)}/"

# Who may come in (see plans/security for the exact hosts and origins, ports included).
LOGIN_URL = "/login/"
ALLOWED_HOSTS = [*LOOPBACK_NAMES, *bare_names(PLANBOARD)]
CSRF_TRUSTED_ORIGINS = [PLANBOARD.public_origin] if PLANBOARD.public_origin else []
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}Validator", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarity", {}),
        ("MinimumLength", {"min_length": 10}),
        ("CommonPassword", {}),
        ("NumericPassword", {}),
    )
]
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = cookie_name(PLANBOARD, "session")
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
# Strict would show the login page to whoever follows a link from a message.
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = PLANBOARD.is_https
CSRF_COOKIE_NAME = cookie_name(PLANBOARD, "csrf")
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = PLANBOARD.is_https

# The same values as the gate's, which also covers what Django does not answer.
SECURE_CSP = {directive: list(sources) for directive, sources in CONTENT_SECURITY_POLICY.items()}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = REFERRER_POLICY
SECURE_CROSS_ORIGIN_OPENER_POLICY = OPENER_POLICY
X_FRAME_OPTIONS = "DENY"
# TLS ends at the proxy in front of the public origin. It is the one that redirects to HTTPS and may
# promise it for years (HSTS); a board on loopback has no certificate at all.
SECURE_SSL_REDIRECT = False
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008"]
if not PLANBOARD.is_https:
    # Secure cookies would never arrive over http://127.0.0.1; they are on with an https public origin.
    SILENCED_SYSTEM_CHECKS += ["security.W012", "security.W016"]

LOG_LINES: Final = {"text": "line", "json": "json"}[PLANBOARD.log_format]
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "plans_site.log_lines.LineFormatter",
            "format": "{asctime} {levelname} {name}{request}: {message}",
            "style": "{",
        },
        "json": {"()": "plans_site.log_lines.JsonFormatter"},
    },
    "filters": {"told": {"()": "plans_site.log_lines.Told"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": LOG_LINES},
        "file": {
            "()": "plans_site.log_lines.HomeLog",
            "folder": PLANBOARD.home / "logs",
            "formatter": LOG_LINES,
        },
        "counted": {"()": "plans_site.log_lines.Counted"},
    },
    "root": {"handlers": ["stderr", "file", "counted"], "level": "WARNING"},
    "loggers": {
        "plans": {"level": "INFO"},
        # Django adds a mail handler and a console for debugging; both are off here.
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"filters": ["told"]},
    },
}
