from contextlib import nullcontext
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock, securitylog
from accounts.models import User
from onboarding.configuration import document, intake
from onboarding.configuration.comparison import FileComparison, compare
from onboarding.configuration.forms import BringForm
from onboarding.models import ConfigurationFile
from onboarding.readers import SETS_UP


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(SETS_UP, raise_exception=True)
def show_configuration(request: HttpRequest) -> HttpResponse:
    form = BringForm(request.POST, request.FILES) if request.method == "POST" else BringForm()
    if form.is_bound and form.is_valid():
        ConfigurationFile.keep(_reader(request), *form.cleaned_data["file"])
        return redirect("configuration_changes")
    kept = ConfigurationFile.objects.filter(person=_reader(request)).first()
    return render(request, "onboarding/configuration/configuration.html", {"form": form, "kept": kept})


@require_safe
@never_cache
@permission_required(SETS_UP, raise_exception=True)
def download(_request: HttpRequest) -> HttpResponse:
    now = clock.now()
    securitylog.note(securitylog.Kind.EXPORTED, subject="configuration")
    name = f"plumb-configuration-{now:%Y-%m-%d}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(document.write(now=now), content_type="application/json; charset=utf-8", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(SETS_UP, raise_exception=True)
def show_changes(request: HttpRequest) -> HttpResponse:
    with intake.alone() if request.method == "POST" else nullcontext():
        return _changes(request)


def _changes(request: HttpRequest) -> HttpResponse:
    kept = ConfigurationFile.objects.filter(person=_reader(request)).first()
    if kept is None:
        return redirect("configuration")
    is_other = request.method == "POST" and request.POST.get("file") != kept.mark
    if "drop" in request.POST and not is_other:
        kept.delete()
        return redirect("configuration")
    comparison = compare(kept.document)
    content: dict[str, Any] = {"kept": kept, "comparison": comparison, "chosen": None}
    if is_other:
        content["other"] = True
    elif request.method == "POST":
        chosen = set(request.POST.getlist("chosen"))
        content["chosen"] = chosen
        if request.POST.get("sign") != comparison.sign:
            content["moved"] = True
        elif not chosen:
            content["nothing"] = True
        else:
            made = intake.take(comparison, _reader(request), chosen)
            if not (refused := _refused(comparison)):
                return _all_made(request, kept, len(made))
            return _some_made(request, kept, len(made), refused)
    intake.try_out(comparison, _reader(request))
    return render(request, "onboarding/configuration/changes.html", content)


def _all_made(request: HttpRequest, kept: ConfigurationFile, made: int) -> HttpResponse:
    kept.delete()
    said = ngettext("%(count)s change is made.", "%(count)s changes are made.", made)
    messages.success(request, said % {"count": made})
    return redirect("configuration")


def _some_made(request: HttpRequest, kept: ConfigurationFile, made: int, refused: dict[str, list[str]]) -> HttpResponse:
    """Show what differs still: what could not be made stands there with its reason, and nothing is ticked."""
    comparison = compare(kept.document)
    for change in comparison.changes:
        change.trouble = refused.get(change.mark, [])
    content = {"kept": kept, "comparison": comparison, "chosen": set(), "made": made, "refused": len(refused)}
    return render(request, "onboarding/configuration/changes.html", content)


def _refused(comparison: FileComparison) -> dict[str, list[str]]:
    return {change.mark: change.trouble for change in comparison.changes if change.trouble}


def _reader(request: HttpRequest) -> User:
    return cast(User, request.user)
