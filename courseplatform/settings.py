"""All settings of the site, in one file, from the environment. CONTRIBUTING.md says what each variable does."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from redis.backoff import NoBackoff
from redis.retry import Retry

from courseplatform.environment import (
    database,
    env_bool,
    env_choice,
    env_int,
    env_list,
    networks,
    openid_connect,
    redis_url,
    secret_key,
)
from workers.logs import configuration

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("GRADUS_VAR", BASE_DIR / "var"))

#: A demo or a developer's machine: plain http on loopback, a generated secret key, e-mail on the console. Where a demo
#: has left its own key and nobody gave another one, `manage.py` in another terminal is meant for the demo.
LOCAL = env_bool("GRADUS_LOCAL", default="SECRET_KEY" not in os.environ and (VAR_DIR / "secret-key").is_file())
DEBUG = env_bool("DEBUG", default=False)
SECRET_KEY = secret_key(VAR_DIR, debug=LOCAL)
#: Earlier keys, still good for reading what they signed or encrypted; the way to change the key without a loss.
SECRET_KEY_FALLBACKS = env_list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if LOCAL else [])
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "courseplatform.apps.CoursePlatformConfig",
    "courses.accounts.apps.AccountsConfig",
    "courses.authoring.apps.AuthoringConfig",
    "courses.catalog.apps.CatalogConfig",
    "courses.quizzes.apps.QuizzesConfig",
    "courses.exercises.apps.ExercisesConfig",
    "courses.cohorts.apps.CohortsConfig",
    "courses.competitions.apps.CompetitionsConfig",
    "courses.library.apps.LibraryConfig",
    "courses.discussions.apps.DiscussionsConfig",
    "courses.certificates.apps.CertificatesConfig",
    "courses.invitations.apps.InvitationsConfig",
    "courses.search.apps.SearchConfig",
    "workers.audit.apps.AuditConfig",
    "workers.joining.apps.JoiningConfig",
    "workers.pools.apps.PoolsConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "rules.apps.AutodiscoverRulesConfig",
    "django_htmx",
    "csp",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "courseplatform.requests.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "courseplatform.compression.PageCompressionMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "courses.accounts.middleware.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "courses.accounts.two_factor.TwoFactorMiddleware",
    "courses.api.problems.MethodsToldMiddleware",
    "courseplatform.requests.in_one_thread",
]

ROOT_URLCONF = "courseplatform.urls"
ASGI_APPLICATION = "courseplatform.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "courseplatform" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
            ],
        },
    },
]

#: Forms look at our templates first: their fields have labels without a colon.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": database(os.environ.get("DATABASE_URL", ""), VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

#: Where the platform itself speaks to Valkey or Redis: hints, live streams, cache. Nodes use users of their own.
REDIS_URL = redis_url(VAR_DIR, local=LOCAL)
#: The same broker as grading machines see it, for those that join with a code; empty: where REDIS_URL says.
NODE_REDIS_URL = os.environ.get("NODE_REDIS_URL", "")
CACHES = {
    "default": {
        "BACKEND": "courseplatform.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "gradus:cache",
        "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 1.0, "retry": Retry(NoBackoff(), 1)},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = os.environ.get("ACCOUNT_EMAIL_VERIFICATION", "optional" if LOCAL else "mandatory")
ACCOUNT_ADAPTER = "courses.accounts.adapters.AccountAdapter"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Gradus] "
#: What somebody confirms again before they change how they sign in, or delete their account, holds for this long.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
#: A class that sits behind one address signs in within a minute; a password is guessed five times in five.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,5/5m/key",
    "signup": "60/m/ip",
    "reset_password": "30/m/ip,3/m/key",
}
#: Behind the proxy the address of a client is what the proxy says; without one, nobody's word is taken for it.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env_bool("BEHIND_TLS_PROXY", default=False) else 0
#: Who may make an account: anybody, or only who follows an invitation.
SIGN_UP = env_choice("SIGN_UP", default="open", choices=("open", "invitation"))
#: Whether instructors and administrators need a second factor to work.
TWO_FACTOR_REQUIRED = env_bool("TWO_FACTOR_REQUIRED", default=not LOCAL)
MFA_ADAPTER = "courses.accounts.adapters.TwoFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Gradus"
#: One identity provider, where the environment names one.
OIDC = openid_connect()
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [OIDC.app], "OAUTH_PKCE_ENABLED": True}} if OIDC else {}
SOCIALACCOUNT_ADAPTER = "courses.accounts.adapters.ProviderAdapter"
LOGIN_REDIRECT_URL = "home"
LOGIN_URL = "account_login"
EMAIL_BACKEND = os.environ.get(
    "EMAIL_BACKEND", f"django.core.mail.backends.{'filebased' if LOCAL else 'smtp'}.EmailBackend"
)
EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("EMAIL_PORT", default=25)
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env_bool("EMAIL_USE_TLS", default=False)
EMAIL_USE_SSL = env_bool("EMAIL_USE_SSL", default=False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "gradus@localhost")

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("TIME_ZONE", "UTC")

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "courseplatform" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
#: Modules import each other by plain names: browsers ask whether those changed, else a new one could meet an old one.
WHITENOISE_MAX_AGE = 0

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [
            SELF,
            *([OIDC.origin] if OIDC else []),
        ],  # a form's redirect to the provider counts as its action
        "frame-ancestors": [NONE],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SECURE_SSL_REDIRECT = env_bool("SECURE_SSL_REDIRECT", default=not LOCAL)
SECURE_HSTS_SECONDS = env_int("SECURE_HSTS_SECONDS", default=0 if LOCAL else 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env_bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
#: Who may read /metrics: whoever sends this token, or asks from one of these networks without a proxy in between.
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
METRICS_NETWORKS = networks(env_list("METRICS_NETWORKS", default=["127.0.0.0/8", "::1/128"]))
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024  # a table of 10 MB in the JSON of the API
X_FRAME_OPTIONS = "DENY"

#: JSON for machines that collect it; a demo's log is read by its owner.
LOGGING = configuration(as_json=env_bool("LOG_JSON", default=not LOCAL), level=os.environ.get("LOG_LEVEL", "INFO"))
