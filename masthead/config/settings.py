"""Django's settings, made from the typed environment. Nothing here reads `os.environ` by itself."""

from __future__ import annotations

import hashlib
import sys
from urllib.parse import urlsplit

from django.conf.locale import LANG_INFO

from masthead.config import env as environment

env = ENVIRONMENT = environment.read()
TESTING = "pytest" in sys.modules

BASE_DIR = environment.REPOSITORY
DATA_DIR = env.data
DEBUG = env.debug
DEMO = env.demo
DEMO_SUPPORTERS = env.demo and env.demo_supporters
SECRET_KEY = environment.secret_key(env)
BASE_URL = env.origin
HTTPS = urlsplit(BASE_URL).scheme == "https"
ALLOWED_HOSTS = ["*"] if DEBUG else env.hosts
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "masthead.config",
    "masthead.demo",
    "masthead.fronts",
    "masthead.live",
    "masthead.members",
    "masthead.articles",
    "masthead.payments",
    "masthead.accounts",
    "masthead.media",
    "masthead.press",
    "masthead.mail",
    "wagtail.contrib.settings",
    "wagtail.contrib.redirects",
    "wagtail.contrib.table_block",
    "wagtail.contrib.typed_table_block",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "masthead.accounts.users_app.DeskUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks",
    "django_tasks_db",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
]

MIDDLEWARE = [
    "masthead.config.middleware.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "masthead.accounts.middleware.StaffMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "masthead.config.middleware.DeskTransactionMiddleware",
]

ROOT_URLCONF = "masthead.config.urls"
WSGI_APPLICATION = "masthead.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": env.database()}
if TESTING and env.is_sqlite:
    # A file, not memory: tests start servers and workers that must see the same rows.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES: dict[str, dict[str, object]] = {
    # Shared by all processes of the one machine; nothing in it is needed to be right, only to be fast.
    "default": (
        {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
        if TESTING
        else {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": DATA_DIR / "cache",
            "OPTIONS": {"MAX_ENTRIES": 5000},
        }
    ),
}

# Attempts to sign in, counted where nothing pushes them out.
CACHES["counters"] = {"BACKEND": "masthead.accounts.counters.Counters", "LOCATION": "accounts_counter"}

# Pages fetch all renditions they show in one query; a cache of single ones would cost a file each.
CACHES["renditions"] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}

TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend" if TESTING else "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "press"],
    },
}

# Accounts and sign-in
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STAFF_NEED_SECOND_FACTOR = env.needs_second_factor
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "masthead.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # or anybody could have us write to anybody
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Readers sign in by a code sent to their address.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
# Failed passwords are counted for an address together with who tries (accounts.limits), so that nobody is locked out
# from elsewhere; a letter that sets a new password is written five times an hour at most.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/m/ip,5/300s/key", "reset_password": "20/m/ip,5/h/key"}
ACCOUNT_FORMS = {"reset_password": "masthead.accounts.forms.NewPasswordForm"}
MFA_ADAPTER = "masthead.accounts.passkeys.KeyAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Masthead"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
STAFF_COOKIE_NAME = "masthead_staff"
STAFF_COOKIE_AGE = 14 * 24 * 3600  # seconds
SESSION_COOKIE_NAME = "masthead_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "masthead_csrf"

# Security headers; the content security policy is SecurityHeadersMiddleware's
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.trusted_proxies else None
X_FRAME_OPTIONS = "SAMEORIGIN"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # a long story's editor sends thousands of small fields
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o644
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o755

# Languages and times: stored in UTC, shown in the newsroom's zone
USE_TZ = True
TIME_ZONE = env.zone
USE_I18N = True
FORMAT_MODULE_PATH = ["masthead.lib.formats"]
LANGUAGE_CODE = env.languages[0]
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [(code, LANG_INFO[code]["name_local"]) for code in env.languages]
LOCALE_PATHS = [BASE_DIR / "locale"]
WAGTAIL_I18N_ENABLED = True

# Files
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}

# The press
PRESS_ROOT = DATA_DIR / "snapshots"
PRESS_PAGE_CACHE_BYTES = env.page_cache_mib * 1024 * 1024
PRESS_SWEEP = env.sweep
# Never pressed, whatever the view says.
PRESS_NEVER = (
    *("/desk/", "/accounts/", "/account/", "/files/", "/media/", "/static/", "/healthz", "/welcome/", "/search/"),
    *("/read/", "/payments/", "/support/who/", "/support/back/", "/support/transfer/", "/support/cancel/", "/gift/"),
    *(f"/{code}/{place}/" for code in env.languages[1:] for place in ("search", "read", "account", "gift")),
    *(f"/{code}/support/{place}/" for code in env.languages[1:] for place in ("who", "back", "transfer", "cancel")),
)
# The pages whose bytes answer whatever is not found, by the address's first part: the API's, and each language's.
PRESS_NOT_FOUND = {code: "/not-found/" if code == env.languages[0] else f"/{code}/not-found/" for code in env.languages}
PRESS_NOT_FOUND["api"] = "/api/not-found"

# Stories kept for members: who is asked whether somebody may read them, and where others are led
CLOSED_STORIES_OPEN_TO = "masthead.members.access.may_read"
CLOSED_STORIES_LEAD_TO = "members:support"

# The desk
WAGTAIL_SITE_NAME = "Masthead"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_REQUIRED_TEMPLATE = "pages/password_required.html"  # noqa: S105 (a template's name)
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ALLOW_UNICODE_SLUGS = True
WAGTAIL_WORKFLOW_REQUIRE_REAPPROVAL_ON_EDIT = True
WAGTAIL_MODERATION_ENABLED = True
WAGTAIL_EDITING_SESSION_PING_INTERVAL = 10_000  # milliseconds
WAGTAILIMAGES_IMAGE_MODEL = "media.Picture"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = env.upload_mib * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 100_000_000
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_FORMAT_CONVERSIONS = {
    "avif": "webp",
    "png": "webp",
    "gif": "gif",
    "jpeg": "webp",
    "webp": "webp",
}
WAGTAILIMAGES_WEBP_QUALITY = 76
WAGTAILIMAGES_IMAGE_FORM_BASE = "masthead.media.forms.PictureForm"
WAGTAILDOCS_DOCUMENT_MODEL = "media.File"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "masthead.media.forms.FileForm"
WAGTAILDOCS_MAX_UPLOAD_SIZE = env.upload_mib * 1024 * 1024
WAGTAILDOCS_INLINE_CONTENT_TYPES: list[str] = []  # everything is downloaded, nothing opens within the site
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "key", "odt", "pdf", "pptx", "rtf", "txt", "xlsx", "zip"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "modelsearch.backends.database", "AUTO_UPDATE": True}}
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []  # the server never asks another host about a reader's page
SILENCED_SYSTEM_CHECKS = ["wagtailadmin.W003"]

# Payments. Without a key of Stripe's the demo takes test cards from our own double of it, and moves no money.
STRIPE_DOUBLE_PORT = env.double_port if env.uses_stripe_double else 0
STRIPE_KEY = env.stripe_key or (environment.DOUBLES_KEY if STRIPE_DOUBLE_PORT else "")
STRIPE_API = f"http://127.0.0.1:{STRIPE_DOUBLE_PORT}" if STRIPE_DOUBLE_PORT else ""
STRIPE_WEBHOOK_SECRETS = tuple(env.stripe_webhook_secrets) or (
    (f"whsec_{hashlib.sha256(SECRET_KEY.encode()).hexdigest()[:32]}",) if STRIPE_DOUBLE_PORT else ()
)
BANK_ACCOUNT = env.bank_account or ("Harbour Savings Bank\nIBAN XX00 0000 0000 0000 0000 00" if DEMO else "")

EMAIL_FILE_PATH = None
globals().update(env.email())  # EMAIL_BACKEND and what it needs
DEFAULT_FROM_EMAIL = f"newsroom@{urlsplit(BASE_URL).hostname}"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAIL_LETTERHEAD = "masthead.articles.letterhead.letterhead"  # who writes: the mail app knows no newsroom

LOG_FORMAT = env.log_format
LOG_REQUESTS = env.log_requests
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"house": {"()": "masthead.config.logs.formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "house"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "django_tasks": {"level": "WARNING"},
        "stripe": {"level": "WARNING"},
        "django_tasks_db": {"level": "ERROR"},  # its warnings tell of every clean stop
        "_granian": {"level": "INFO"},
        "_granian.serve": {"level": "WARNING"},
    },
}
