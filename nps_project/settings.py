"""Every setting comes from the environment; docs/configuration.md explains each, .env.example lists them."""

from pathlib import Path

import django_stubs_ext
import environ
import structlog
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from accounts.logs import hide_values
from nps_project import apischema, keys, plainhttp, signon

# Generic Django classes such as ModelForm[User] can be written at run time too.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

SECRET_KEY = keys.strong("SECRET_KEY", env("SECRET_KEY", default=""))
SECRET_KEY_FALLBACKS = keys.former("SECRET_KEY_FALLBACKS", env.list("SECRET_KEY_FALLBACKS", default=[]))
# A key of its own for links and for secrets is a choice that may come later: what SECRET_KEY made stays good.
_FORMER = (SECRET_KEY, *SECRET_KEY_FALLBACKS)
TOKEN_KEY = keys.strong("TOKEN_KEY", env("TOKEN_KEY", default=SECRET_KEY))
TOKEN_KEY_FALLBACKS = keys.former("TOKEN_KEY_FALLBACKS", env.list("TOKEN_KEY_FALLBACKS", default=[]), *_FORMER)
ENCRYPTION_KEY = keys.strong("ENCRYPTION_KEY", env("ENCRYPTION_KEY", default=SECRET_KEY))
ENCRYPTION_KEY_FALLBACKS = keys.former(
    "ENCRYPTION_KEY_FALLBACKS", env.list("ENCRYPTION_KEY_FALLBACKS", default=[]), *_FORMER
)
SUPPRESSION_KEY = keys.strong("SUPPRESSION_KEY", env("SUPPRESSION_KEY", default=SECRET_KEY))
SUPPRESSION_KEY_FALLBACKS = keys.former(
    "SUPPRESSION_KEY_FALLBACKS", env.list("SUPPRESSION_KEY_FALLBACKS", default=[]), *_FORMER
)
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[])
BASE_URL = env("BASE_URL", default="http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CLOCK_OFFSET_FILE = env("CLOCK_OFFSET_FILE", default="")

INSTALLED_APPS = [
    "nps_project.apps.PlumbAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "anymail",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
    "accounts",
    "crm",
    "delivery",
    "surveys",
    "responses",
    "followups",
    "analytics",
    "onboarding",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "nps_project.request_log.RequestLogMiddleware",
    "nps_project.compression.StaffPagesCompressionMiddleware",
    "responses.page.middleware.BrandHostMiddleware",
    "nps_project.bodies.BodyLimitMiddleware",
    "responses.page.middleware.CustomerPagesMiddleware",
    "delivery.media.middleware.GatewayDoorsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.actors.ActingMiddleware",
    "accounts.access.unsent.UnsentFormMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.PersonalSettingsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.access.sessions.StaffSessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.access.secondfactor.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "nps_project.urls"
WSGI_APPLICATION = "nps_project.wsgi.application"

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
                "accounts.access.unsent.unsent",
            ],
        },
    }
]

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CONN_MAX_AGE", default=600)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Neither cursors nor prepared statements outlive a transaction there.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("BEHIND_POOLER", default=False)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL")
CACHES = {
    "default": {
        "BACKEND": "nps_project.steady_cache.SteadyCache",
        "LOCATION": REDIS_URL,
        # A cache that hangs must not hold requests up.
        "OPTIONS": {
            "socket_connect_timeout": 0.5,
            "socket_timeout": 0.5,
            "serializer": "nps_project.steady_cache.JSONSerializer",
        },
    }
}

CELERY_BROKER_URL = env("CELERY_BROKER_URL", default=REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_connect_timeout": 2,
    "socket_timeout": 5,
}
# A nudge that cannot be published is dropped at once: beat repeats it, the work itself is in PostgreSQL.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "UTC"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.access.backend.AddressBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts.access.passwords.GuessablePasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.access.adapter.StaffAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "login": "accounts.access.forms.LoginForm",
    "reauthenticate": "accounts.access.forms.ReauthenticateForm",
    "change_password": "accounts.access.forms.ChangePasswordForm",
    "set_password": "accounts.access.forms.SetPasswordForm",
    "reset_password_from_key": "accounts.access.forms.ResetPasswordKeyForm",
    "reset_password": "accounts.access.forms.ResetPasswordForm",
    "user_token": "accounts.access.forms.UserTokenForm",
}
# accounts.access.limits counts wrong passwords; these are of codes of the second factor and of letters.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "5/5m/key", "reset_password": "20/m/ip,5/5m/key"}
SECOND_FACTOR_FOR = env("SECOND_FACTOR_FOR", default="nobody")
if SECOND_FACTOR_FOR not in ("nobody", "administrators", "everybody"):
    raise ImproperlyConfigured("SECOND_FACTOR_FOR is nobody, administrators or everybody.")
MFA_ADAPTER = "accounts.access.secondfactor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_FORMS = {
    "activate_totp": "accounts.access.forms.SetUpForm",
    "authenticate": "accounts.access.forms.SecondStepForm",
    "reauthenticate": "accounts.access.forms.ProveForm",
}
MFA_RECOVERY_CODES_SHOW_ONCE = True
# The code before and the one after are taken too: clocks differ, and people type.
MFA_TOTP_PERIOD, MFA_TOTP_TOLERANCE = 30, 1
SIGN_ON_ISSUER = signon.issuer(env("SIGN_ON_ISSUER", default=""))
SIGN_ON_CLIENT_ID = env("SIGN_ON_CLIENT_ID", default="")
SIGN_ON_CLIENT_SECRET = env("SIGN_ON_CLIENT_SECRET", default="")
SIGN_ON_DOMAINS = signon.names(env.list("SIGN_ON_DOMAINS", default=[]))
SIGN_ON_LABEL = env("SIGN_ON_LABEL", default="")
SIGN_ON_VERIFIED_BY = env("SIGN_ON_VERIFIED_BY", default="email_verified")
SIGN_ON_SECOND_FACTOR = env.list("SIGN_ON_SECOND_FACTOR", default=[])
SIGN_ON_REQUIRED = env.bool("SIGN_ON_REQUIRED", default=False)
SIGN_ON_BREAK_GLASS = signon.names(env.list("SIGN_ON_BREAK_GLASS", default=[]))
SOCIALACCOUNT_ADAPTER = "accounts.access.signon.adapter.SignOnAdapter"
PASSWORD_RESET_TIMEOUT = 24 * 3600
SECURITY_LOG_DAYS = env.int("SECURITY_LOG_DAYS", default=400)

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("uk", _("Ukrainian")), ("ru", _("Russian")), ("lt", _("Lithuanian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["nps_project.formats"]
TIME_ZONE = env("TIME_ZONE", default="UTC")
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "nps_project.bundles.BundleFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = DEBUG
IMPORT_MAX_MB = env.int("IMPORT_MAX_MB", default=50)
MEDIA_ROOT = env("MEDIA_ROOT", default=str(BASE_DIR / ".local" / "media"))

vars().update(env.email_url("EMAIL_URL", default="smtp://localhost:25"))
EMAIL_BACKEND = env("EMAIL_BACKEND", default="django.core.mail.backends.smtp.EmailBackend")
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Plumb <surveys@localhost>")
SERVER_EMAIL = env("SERVER_EMAIL", default=DEFAULT_FROM_EMAIL)
MESSAGE_ID_DOMAIN = env("MESSAGE_ID_DOMAIN", default="plumb.localhost")
EMAIL_PER_SECOND = env.float("EMAIL_PER_SECOND", default=0)
EMAIL_CONNECTIONS = env.int("EMAIL_CONNECTIONS", default=2)
SMS_PER_SECOND = env.float("SMS_PER_SECOND", default=10)
SMS_CONNECTIONS = env.int("SMS_CONNECTIONS", default=2)
SMS_TIMEOUT = env.float("SMS_TIMEOUT", default=10)
# Telegram takes some thirty a second from one bot.
TELEGRAM_PER_SECOND = env.float("TELEGRAM_PER_SECOND", default=25)
TELEGRAM_CONNECTIONS = env.int("TELEGRAM_CONNECTIONS", default=2)
TELEGRAM_TIMEOUT = env.float("TELEGRAM_TIMEOUT", default=10)
# Meta takes some eighty a second from one number.
WHATSAPP_PER_SECOND = env.float("WHATSAPP_PER_SECOND", default=20)
WHATSAPP_CONNECTIONS = env.int("WHATSAPP_CONNECTIONS", default=2)
WHATSAPP_TIMEOUT = env.float("WHATSAPP_TIMEOUT", default=10)
WHATSAPP_VERSION = env("WHATSAPP_VERSION", default="v23.0")
CHAT_PER_SECOND = env.float("CHAT_PER_SECOND", default=1)
CHAT_CONNECTIONS = env.int("CHAT_CONNECTIONS", default=1)
CHAT_TIMEOUT = env.float("CHAT_TIMEOUT", default=10)
PRIVATE_NETWORKS = env.list("PRIVATE_NETWORKS", default=[])
SENDING_LEASE_SECONDS = env.int("SENDING_LEASE_SECONDS", default=300)
BOUNCE_DROP_DIR = env("BOUNCE_DROP_DIR", default="")
BOUNCE_IMAP_URL = env("BOUNCE_IMAP_URL", default="")
REPLY_ADDRESS = env("REPLY_ADDRESS", default="")
# Not every provider can switch its link tracking off for one message or carry our reference to it.
ANYMAIL = {"IGNORE_UNSUPPORTED_FEATURES": True, **env.dict("ANYMAIL", default={})}

REPLIES_TO_CUSTOMER_PER_DAY = env.int("REPLIES_TO_CUSTOMER_PER_DAY", default=10)
COMPENSATION_WITHOUT_LEAD = env.int("COMPENSATION_WITHOUT_LEAD", default=0)
REPLY_FILES_MAX_MB = env.int("REPLY_FILES_MAX_MB", default=10)
REPLIES_BY_PERSON_PER_HOUR = env.int("REPLIES_BY_PERSON_PER_HOUR", default=60)
SETTLE_AFTER_SECONDS = env.int("SETTLE_AFTER_SECONDS", default=300)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["crm.api.authentication.ClientKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["crm.api.permissions.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["crm.api.parsers.ShallowJSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_THROTTLE_CLASSES": ["crm.api.throttles.ClientKeyThrottle"],
    "DEFAULT_THROTTLE_RATES": {"client_key": env("API_RATE_LIMIT", default="1200/min")},
    "DEFAULT_PAGINATION_CLASS": "crm.api.pagination.NewestFirstCursor",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "crm.api.errors.one_error_shape",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = apischema.SPECTACULAR

PLAIN_HTTP = env.bool("PLAIN_HTTP", default=DEBUG)
plainhttp.check(vars())
IS_FIRST_LOOK = plainhttp.is_first_look(vars())
signon.check(vars())
SESSION_COOKIE_SECURE = not PLAIN_HTTP
CSRF_COOKIE_SECURE = not PLAIN_HTTP
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = env.int("SESSION_DAYS", default=14) * 24 * 3600
SESSION_IDLE_MINUTES = env.int("SESSION_IDLE_MINUTES", default=480)
# Browsers keep a cookie of this prefix to the very host that set it, over TLS.
_PREFIX = "" if PLAIN_HTTP else "__Host-"
SESSION_COOKIE_NAME = f"{_PREFIX}sessionid"
CSRF_FAILURE_VIEW = "accounts.access.forged.refuse"
CSRF_COOKIE_NAME = f"{_PREFIX}csrftoken"
DEVICE_COOKIE_NAME = f"{_PREFIX}device"
LANGUAGE_COOKIE_NAME = f"{_PREFIX}language"
LANGUAGE_COOKIE_SECURE = not PLAIN_HTTP
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not PLAIN_HTTP)
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]  # asked from inside, without TLS
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=0 if PLAIN_HTTP else 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=False)
# Browsers' preload lists are hard to leave, so entering them is a choice.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_TLS_PROXY = env.bool("BEHIND_TLS_PROXY", default=False)
if BEHIND_TLS_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=int(BEHIND_TLS_PROXY))
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

REQUEST_LOG = env.bool("REQUEST_LOG", default=True)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(),
                hide_values,
                structlog.processors.JSONRenderer(ensure_ascii=False)
                if env.bool("LOG_JSON", default=not DEBUG)
                else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
            ],
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # The handlers that Django and gunicorn bring along would print customers' tokens.
    "loggers": {
        "django": {"handlers": [], "level": "INFO"},
        "django.server": {"handlers": [], "propagate": True},
        "gunicorn.access": {"handlers": [], "level": "INFO", "propagate": True},
        "gunicorn.error": {"handlers": [], "level": "INFO", "propagate": True},
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
