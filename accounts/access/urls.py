"""What Plumb needs of the pages of accounts, and no more: each address is named here."""

from allauth.account import views as allauth
from django.urls import path, re_path

from accounts.access import views

urlpatterns = [
    path("welcome/<int:person_id>/<str:token>/", views.accept_welcome, name="welcome"),
    path("login/", allauth.login, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.new_password,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]
