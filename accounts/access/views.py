from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account import views as allauth
from django.contrib import auth, messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock, letters
from accounts.access import devices, first, loginaddress, sessions, unsent, welcome
from accounts.access.forms import FirstAdministratorForm, NewAddressForm
from accounts.access.signon import proof, rules
from accounts.models import StaffSession, User

View = Callable[..., HttpResponseBase]


class LoginView(allauth.LoginView):  # type: ignore[misc]
    """The one page on which staff log in: with a password, at the company's provider, or either."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_asked_for = "password" in self.request.GET or self.request.method == "POST"
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {
            **context,
            "sign_on": rules.button() if rules.is_on() else "",
            "has_password": is_asked_for or not rules.is_required(),
        }


login = LoginView.as_view()


class NewPasswordView(allauth.PasswordResetFromKeyView):  # type: ignore[misc]
    """Whoever sets a new password by the link in their mailbox is known in this browser from then on."""

    def form_valid(self, form: object) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        devices.remember(self.request, response, self.reset_user)
        return response


new_password = login_not_required(NewPasswordView.as_view())


class LogoutView(allauth.LogoutView):  # type: ignore[misc]
    """A browser that somebody logged out of keeps nothing of what they saw."""

    def post(self, *args: object, **kwargs: object) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


logout = LogoutView.as_view()


def where_passwords_count(view: View) -> View:
    """Let a page about one's own password be there only for people who may log in by one."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if isinstance(request.user, User) and not rules.counts_password_of(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


change_password = where_passwords_count(allauth.password_change)
set_password = where_passwords_count(proof.wanted_lately(allauth.password_set))


@where_passwords_count
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def change_address(request: HttpRequest) -> HttpResponse:
    person = cast(User, request.user)
    if not person.has_usable_password():
        return redirect("account_set_password")
    form = NewAddressForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        change = loginaddress.ask(person, form.cleaned_data["new"], now=clock.now())
        messages.info(request, _("We wrote to %(address)s. Follow the link there.") % {"address": change.new})
        return redirect("personal_settings")
    return render(request, "accounts/change_address.html", {"form": form})


# A link from a letter: opening it changes nothing, since mail gateways open every link.
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_address(request: HttpRequest, token: str) -> HttpResponse:
    change = loginaddress.of_link(token, letters.CONFIRM)
    if change is None or change.person_id != request.user.pk:
        raise Http404
    if request.method == "POST":
        if loginaddress.confirm(change, now=clock.now()):
            messages.info(request, _("From now on you log in as %(address)s.") % {"address": change.new})
        else:
            messages.error(request, _("This link is not good any more. Ask for the change again."))
        return redirect("personal_settings")
    context = {"change": change, "is_open": change.may_be_confirmed(clock.now())}
    return render(request, "accounts/confirm_address.html", context)


# Without a login: who objects may have lost theirs to somebody else.
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def object_to_address(request: HttpRequest, token: str) -> HttpResponse:
    change = loginaddress.of_link(token, letters.OBJECT)
    if change is None:
        raise Http404
    is_done = request.method == "POST" and loginaddress.object_to(change, now=clock.now())
    context = {"change": change, "is_done": is_done, "is_open": change.may_be_objected_to(clock.now())}
    return render(request, "accounts/object_to_address.html", context)


# Opening the link changes nothing, since mail gateways open every link.
@login_not_required
@never_cache
@sensitive_post_parameters("new_password1", "new_password2")
@require_http_methods(["GET", "HEAD", "POST"])
def accept_welcome(request: HttpRequest, person_id: int, token: str) -> HttpResponse:
    person = welcome.of_link(person_id, token)
    form = SetPasswordForm(person, request.POST or None) if person else None
    if person is None or form is None or not form.is_valid():
        return render(request, "accounts/welcome.html", {"form": form, "person": person})
    if not welcome.accept(person, form.cleaned_data["new_password1"]):
        return render(request, "accounts/welcome.html", {"person": None})
    # Whoever was logged in here before, an administrator who tried the link perhaps, is not the new colleague.
    auth.logout(request)
    messages.success(request, _("Your password is set. Log in with it."))
    response = redirect("account_login")
    devices.remember(request, response, person)
    return response


@login_not_required
@never_cache
@sensitive_post_parameters("new_password1", "new_password2")
@require_http_methods(["GET", "HEAD", "POST"])
def make_first_administrator(request: HttpRequest, token: str) -> HttpResponse:
    form = FirstAdministratorForm(request.POST or None) if first.opens(token) else None
    by_company = rules.label() if rules.is_required() else ""
    if form is None or not form.is_valid():
        return render(request, "accounts/first.html", {"form": form, "by_company": by_company})
    said = form.cleaned_data
    person = first.make(email=said["email"], name=said["name"], password=said.get("new_password1"))
    if person is None:
        return render(request, "accounts/first.html", {"form": None})
    auth.logout(request)
    by_sign_on = _("You administer Plumb now. Log in with “%(label)s”.") % {"label": by_company}
    messages.success(request, by_sign_on if by_company else _("Your password is set. Log in with it."))
    # Who administers lands on the set-up as long as nothing asks anybody.
    response = redirect("account_login")
    devices.remember(request, response, person)
    return response


@require_http_methods(["GET", "HEAD"])
def list_sessions(request: HttpRequest) -> HttpResponse:
    found = cast(User, request.user).sessions.running().order_by("-seen_at")
    return render(request, "accounts/sessions.html", {"sessions": found, "this": request.session.session_key})


@require_POST
def end_session(request: HttpRequest, session_id: int) -> HttpResponse:
    session = get_object_or_404(StaffSession, pk=session_id, person=request.user.pk)
    sessions.end(session)
    messages.info(request, _("That browser is logged out."))
    return redirect("sessions")


@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    sessions.end_all(cast(User, request.user), but=request.session.session_key)
    messages.info(request, _("All other browsers are logged out."))
    return redirect("sessions")


@require_POST
def drop_unsent(request: HttpRequest) -> HttpResponse:
    """Forget what was typed and not sent, and go back to the page on which it stood."""
    found = unsent.kept(request)
    unsent.drop(request)
    return redirect(found["page"] if found else "home")
