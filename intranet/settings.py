"""One settings file, driven by environment variables (`docs/operations.md` lists them)."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from intranet import env
from intranet.routers import API_ROUTERS as API_ROUTERS  # which part answers which addresses of the API
from intranet.telling import NOTIFICATION_OBJECTS as NOTIFICATION_OBJECTS
from intranet.telling import NOTIFICATION_RECIPIENTS as NOTIFICATION_RECIPIENTS

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("DATA_DIR", BASE_DIR / "data")
DEBUG = env.flag("LOIKKA_DEBUG")
HOST = env.text("HOST", "127.0.0.1")
PORT = env.integer("PORT", 8000, low=1, high=65535)
BASE_URL = env.text("BASE_URL", f"http://localhost:{PORT}").rstrip("/")
DEMO = env.flag("LOIKKA_DEMO", default=True)
PRAISE = env.flag("LOIKKA_PRAISE", default=True)  # whether people may praise each other in the feed
DEMO_PASSWORD = "loikka-demo-2026"  # noqa: S105  # no secret: printed at every start of a demo

# Made at the first start and kept where the house keeps its data, unless they are given.
SECRET_KEY = env.kept("SECRET_KEY", DATA_DIR / "secret_key", lambda: secrets.token_urlsafe(64))
VAPID_PRIVATE_KEY = env.push_key("VAPID_PRIVATE_KEY", DATA_DIR / "vapid_key")
_https = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [*env.words("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]"), urlsplit(BASE_URL).hostname or ""]
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "search",
    "wiki.onboarding",
    "wiki",
    "feed",
    "intranet.notifications",
    "intranet.people",
    "intranet.activity",
    "intranet",
    "wagtail.contrib.redirects",
    "intranet.people.cms.UsersConfig",
    "wagtail.sites",
    "wagtail.snippets",
    "wagtail.images",
    "wagtail.documents",
    "search.admin_backend.apps.AdminSearchConfig",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django_htmx",
    "csp",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "intranet.security.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "intranet.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "intranet.middleware.LoginWall",
    "intranet.middleware.Preferences",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "wiki.admin_gate.AdminGate",
    "intranet.middleware.AtomicWrites",
]

ROOT_URLCONF = "intranet.urls"
WSGI_APPLICATION = "intranet.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "intranet.folding.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "intranet.navigation.navigation",
            ],
            "builtins": ["django.templatetags.i18n", "intranet.templatetags.ui"],
        },
    }
]

DATABASES = {"default": env.database(env.text("DATABASE_URL"), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.text("REDIS_URL")
SEARCH_URL = env.search(env.text("SEARCH_URL", "whoosh://"), DATABASES["default"])
_redis = {"BACKEND": "intranet.cache.SoftRedisCache", "LOCATION": REDIS_URL}
_memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 20_000}}
CACHES: dict[str, dict[str, Any]] = {"default": _redis if REDIS_URL else _memory}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- What the floors tell the ones below, as strings (house rules) ---------------------------------------------------

# Called with every batch of diary rows after the commit; a failed one is tried again, then parked.
ACTIVITY_READERS = {
    "live": "intranet.activity.live.announce_activity",
    "onboarding": "wiki.onboarding.readers.follow",
    "steps": "wiki.onboarding.links.follow_pages",
    "search": "search.readers.index_activity",
    "admin_search": "search.admin_backend.following.follow_activity",
    "saved": "search.saved.looking.note_news",
    "wiki": "wiki.readers.follow_pages",
    "tags": "wiki.tags.readers.follow_tags",
    "care": "wiki.care.handover.follow_leavers",
    "deadlinks": "wiki.deadlinks.noting.note_addresses",
    "notifications": "intranet.notifications.readers.notify",
}
# What else a chosen level changes, in the same transaction: kind of thing -> (actor, number, level).
LEVEL_KEEPERS = {"thread": "feed.threads.actions.keep_level"}
# Called by the worker about every five seconds.
WORKER_DUTIES = [
    "search.readers.keep_index_well",
    "search.upkeep.keep_index_true",
    "search.admin_backend.following.keep_admin_index_well",
    "wiki.actions.purge_trash",
    "feed.actions.texts.read_waiting_files",
    "feed.kinds.actions.nudge_moderators",
    "wiki.onboarding.reminding.sending.keep_reminding",
]
# Called by the worker on a thread of their own: what waits for somebody outside or has much to do, and may take a minute.
WORKER_ERRANDS = [
    "intranet.notifications.push.sending.send_due",
    "wiki.deadlinks.checking.check_due",
    "wiki.bringing.actions.run_waiting_imports",
    "feed.linkcards.fetching.fetch_due",
    "search.saved.looking.look_at_due",
    "wiki.onboarding.making.catching_up.bring_people_up",
]
# Called by the worker once a day: what the clock alone throws away, ends or brings up.
WORKER_SWEEPS = [
    "feed.actions.forget_unused_files",
    "feed.actions.orphans.forget_orphaned_contents",
    "feed.kinds.actions.end_expired",
    "wiki.actions.forget_discarded_drafts",
    "wiki.bringing.actions.forget_old_imports",
    "wiki.care.handover.release_lost_pages",
    "wiki.care.bundles.bundle_reviews",
    "wiki.deadlinks.noting.forget_unused",
    "wiki.front.actions.forget_reads",
    "feed.linkcards.previews.forget_unused",
    "wiki.onboarding.rules.apply_rules",
    "search.saved.looking.renew_terms",
    "search.saved.actions.forget_answered",
    "search.saved.changes.forget_changes",
    "search.gaps.actions.forget_vain",
]
# Whose texts name files: each is given a set of files' UUIDs and returns those that some text, draft or version names.
FILE_KEEPERS = [
    "feed.actions.unused.named_in_posts",
    "wiki.file_uses.named_in_pages",
    "wiki.onboarding.file_uses.named_in_steps",
]
# Who keeps contents that `feed.actions.files.store` made: start of a name -> the stored names that begin so and are used.
CONTENT_KEEPERS = ["feed.actions.orphans.stored_in_feed", "wiki.onboarding.file_uses.stored_with_steps"]
# What links to a wiki page besides pages and posts: (viewer, page id) -> a part of the query in `wiki.reading`.
BACKLINKS = ["wiki.onboarding.links.linking_here", "wiki.harvest.reading.origins_of"]
# What stands beside a community's talk: (user, community id) -> lists of pages.
BESIDE_TALK = "wiki.front.beside.pages_beside"
# What somebody wrote last, on the profile: (user, person) -> lists of lines.
WRITTEN = "wiki.authors.reading.latest_by"
# What a link in a post can be shown as a card of: lists of `feed.linkcards.kinds.Kind`.
LINK_CARDS = ["feed.linkcards.own.KINDS", "wiki.linkcards.KINDS", "wiki.onboarding.linkcards.KINDS"]
# Called in every web process soon after its start, each on a thread of its own, which it may keep.
WARM_UP = ["search.warming.warm_up_web",
           "wiki.front.counting.keep_counts", "intranet.calendar.warm_up", "search.gaps.noting.keep_noted"]  # fmt: skip
# Each returns whether its part of the house is in order; /readyz asks them all.
READINESS_CHECKS = ["intranet.activity.dispatch.is_keeping_up", "search.readers.is_index_well"]
# The ASGI applications behind /live/: of event streams, and of WebSockets, by which people write in one page together.
LIVE_APP = "intranet.activity.live.live_app"
SOCKET_APP = "wiki.rooms.socket.socket_app"
SOCKET_MESSAGE_BYTES = 4 * 1024 * 1024
# user -> {"community:7", "me:3"}: the audiences somebody belongs to; nothing for a closed account.
LIVE_AUDIENCES = "intranet.people.audiences.audiences_of"
WEB_THREADS = env.integer("WEB_THREADS", 8, low=1, high=64)  # how many pages are made at a time
BEHIND_PROXY = env.flag("BEHIND_PROXY")
# Whether the house may ask addresses outside (`intranet.outbound`), and through which proxy.
OUTBOUND_HTTP, OUTBOUND_PROXY = env.flag("OUTBOUND_HTTP", default=True), env.text("OUTBOUND_PROXY")
# Parts of the menu beside every page: request -> dict.
NAVIGATION = [
    "intranet.people.navigation.me",
    "feed.navigation.communities",
    "wiki.onboarding.navigation.my_path",
]
# What waits for the person besides mentions and requests, at home: request -> list of url, title, detail and symbol.
WAITING = ["wiki.onboarding.navigation.steps_due", "wiki.care.waiting.pages_waiting"]
FEED_LINES = [
    "wiki.front.edits.edit_lines"
]  # lines among the threads of home: request, after, until -> `feed.lines.Line`

# --- People and sign-in ----------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["intranet.people.backends.PersonBackend"]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
]
LOGIN_URL, LOGIN_REDIRECT_URL = "account_login", "/"
ACCOUNT_ADAPTER = "intranet.people.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "intranet.people.sign_on.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = ACCOUNT_LOGIN_BY_CODE_ENABLED = False
ACCOUNT_FORMS = {"reset_password": "intranet.people.forms.ResetPasswordForm"}
# By address of the client: a whole house may sit behind one, so these only stop machines. By `key`, the mail address
# that is tried: there guessing ends.
ACCOUNT_RATE_LIMITS = {
    **dict.fromkeys(("login", "path_link"), "240/m/ip"),  # path_link: doors of onboarding that open without signing in
    "login_failed": "120/m/ip,10/300s/key",
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "60/m/ip",
    "change_password": "10/m/user",
    "reauthenticate": "10/m/user",
}
# How many proxies of ours stand in front; so many entries from the end of X-Forwarded-For are believed, no more.
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("TRUSTED_PROXIES", int(env.flag("BEHIND_PROXY")), low=0, high=9)
USERSESSIONS_TRACK_ACTIVITY = False
CSRF_FAILURE_VIEW = "intranet.errors.csrf_failure"

# Single sign-on with one OpenID Connect provider. Accounts for new people are made for mail addresses in OIDC_DOMAINS;
# without any, for everybody the provider signs in with a verified address.
OIDC_URL = env.text("OIDC_URL").rstrip("/")
OIDC_DOMAINS = [domain.lower() for domain in env.words("OIDC_DOMAINS")]
SOCIALACCOUNT_PROVIDERS = env.single_sign_on()
SOCIALACCOUNT_LOGIN_ON_GET = SOCIALACCOUNT_STORE_TOKENS = False
# Requests a minute and person or key to the API; 0 is no limit.
API_RATE = env.integer("API_RATE", 1200, low=0, high=1_000_000)

SESSION_ENGINE = "intranet.people.sessions"
SESSION_COOKIE_NAME = "__Host-session" if _https else "loikka_session"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "loikka_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = _https
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _https else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

# Every script and style of ours is a file of ours. Wagtail's admin brings inline scripts and has a policy of its own
# (`intranet.security`).
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        # Signing in with the provider is a form that ends there; browsers check the redirects of a form as well.
        "form-action": [SELF, *([f"{urlsplit(OIDC_URL).scheme}://{urlsplit(OIDC_URL).netloc}"] if OIDC_URL else [])],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- Language and time -----------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
LANGUAGE_COOKIE_NAME = "loikka_language"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["intranet.formats"]
USE_I18N = USE_TZ = True
# Whose public holidays are no working days (an ISO 3166 code), and which weekdays are: where no office says otherwise.
TIME_ZONE, HOLIDAY_COUNTRY = env.text("TIME_ZONE", "Europe/Helsinki"), env.text("HOLIDAY_COUNTRY", "FI")
WORKING_DAYS = env.weekdays("WORKING_DAYS", "12345")

# --- Files -----------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "frontend" / "dist"]
# Sources that no page asks for; packed twice each, they made the first start half a minute longer.
STATIC_IGNORE = ["*.scss", "*.map", "*.md", "*.ts"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Nothing under MEDIA_ROOT is served by address; `feed.views.files` asks who may see the community first.
MEDIA_ROOT = DATA_DIR / "files"
MEDIA_URL = "/media/"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000

# --- Mail ------------------------------------------------------------------------------------------------------------

EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if env.text('SMTP_HOST') else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = env.text("SMTP_HOST")
EMAIL_PORT = env.integer("SMTP_PORT", 587, low=1, high=65535)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env.text("SMTP_USER"), env.text("SMTP_PASSWORD")
EMAIL_USE_TLS = env.flag("SMTP_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MAIL_FROM", "Loikka <loikka@localhost>")
EMAIL_SUBJECT_PREFIX = ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

# --- Wagtail ---------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Loikka"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = WAGTAIL_ENABLE_WHATS_NEW_BANNER = False  # no calls to anybody outside
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_I18N_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "search.admin_backend", "AUTO_UPDATE": False}}
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAILREDIRECTS_AUTO_CREATE = False  # the wiki keeps its own addresses (`wiki.actions.tree`)
# Wagtail warns that `WikiPage.parent_page` cascades. It goes with its parent only in Wagtail's own deletion, which takes
# the whole branch of the tree at once; PROTECT would refuse that, and an empty parent is no place.
SILENCED_SYSTEM_CHECKS = ["wagtailcore.W001"]
TAGGIT_CASE_INSENSITIVE = True
TAGGIT_STRIP_UNICODE_WHEN_SLUGIFYING = False

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "WARNING")},
}

# Gives `intranet.text` the pages, people and tags that a text names: class(community_id) -> text.Resolver.
TEXT_RESOLVER = "wiki.links.HouseResolver"
