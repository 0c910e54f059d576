"""What Plumb needs of the pages of accounts, and no more: each address is named here."""

from allauth.account import views as allauth
from allauth.mfa.base import views as second_step
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path

from accounts.access import views
from accounts.access.signon import proof
from accounts.access.signon import views as sign_on

urlpatterns = [
    path("welcome/<int:person_id>/<str:token>/", views.accept_welcome, name="welcome"),
    path("first/<str:token>/", views.make_first_administrator, name="first_administrator"),
    path("login/", views.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.change_password, name="account_change_password"),
    path("password/set/", views.set_password, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.new_password,
        name="account_reset_password_from_key",
    ),
    path("sign-on/", sign_on.begin, name="sign_on"),
    path("sign-on/callback/", sign_on.end, name="sign_on_callback"),
    path("sign-on/again/", sign_on.prove_again, name="sign_on_again"),
    path("second-factor/", second_step.index, name="mfa_index"),
    path("second-factor/login/", second_step.authenticate, name="mfa_authenticate"),
    path("second-factor/reauthenticate/", second_step.reauthenticate, name="mfa_reauthenticate"),
    path("second-factor/set-up/", proof.wanted_lately(totp.activate_totp), name="mfa_activate_totp"),
    path("second-factor/drop/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("password/reset/key/done/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
