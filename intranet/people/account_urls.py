"""Sign-in, as far as this house offers it: what allauth could do besides has no address here."""

from allauth.account import views as account
from allauth.account.internal.decorators import login_not_required
from django.urls import path, re_path

from intranet import errors
from intranet.people.views import entrance, preferences, sessions, single_sign_on

# Names that allauth asks for when it makes links; there is nothing behind them.
not_offered = login_not_required(errors.not_offered)

urlpatterns = [
    path("login/", entrance.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("signup/", not_offered, name="account_signup"),
    path("inactive/", not_offered, name="account_inactive"),
    path("confirm-email/", not_offered, name="account_email_verification_sent"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", not_offered, name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("sessions/", sessions.session_list, name="usersessions_list"),
    path("sessions/end/", sessions.sign_out_everywhere, name="sign_out_everywhere"),
    path("oidc/<slug:provider_id>/login/", single_sign_on.login, name="openid_connect_login"),
    path("oidc/<slug:provider_id>/login/callback/", single_sign_on.callback, name="openid_connect_callback"),
    path("sso/error/", not_offered, name="socialaccount_login_error"),
    path("sso/cancelled/", not_offered, name="socialaccount_login_cancelled"),
    path("sso/signup/", not_offered, name="socialaccount_signup"),
    path("sso/", not_offered, name="socialaccount_connections"),
    # Work without signing in.
    path("language/", preferences.set_language, name="set_language"),
    path("theme/", preferences.set_theme, name="set_theme"),
]
