"""The page of testimonials: what customers agreed to, and what staff decide about it."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts import clock
from accounts.customerlanguages import spoken
from accounts.models import Brand, User
from accounts.plaintext import clean
from followups.customers import visibility
from followups.models import Testimonial
from followups.models.testimonial import TestimonialQuerySet
from followups.testimonials.excerpt import is_shortening, tidy

PAGE = 25
WITHDRAWN = "withdrawn"
deciders_only = permission_required("followups.decide_testimonials", raise_exception=True)


class TestimonialFilters(forms.Form):
    __test__ = False

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[("", gettext_lazy("all")), *Testimonial.State.choices, (WITHDRAWN, gettext_lazy("withdrawn"))],
    )
    brand = forms.ModelChoiceField(
        label=gettext_lazy("Brand"),
        required=False,
        queryset=Brand.objects.order_by("name"),
        empty_label=gettext_lazy("all"),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), required=False, choices=lambda: [("", gettext_lazy("all")), *spoken.choices()]
    )
    answer = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)

    def chosen(self, told: TestimonialQuerySet) -> TestimonialQuerySet:
        """Keep what the filters choose; one that makes no sense chooses nothing less."""
        said = self.cleaned_data
        if said.get("state") == WITHDRAWN:
            told = told.exclude(pk__in=Testimonial.objects.standing().values("pk"))
        elif said.get("state"):
            told = told.standing().filter(state=said["state"])
        for name in ("brand", "language"):
            if said.get(name):
                told = told.filter(**{name: said[name]})
        return told.filter(response=said["answer"]) if said.get("answer") else told


def of(user: User) -> TestimonialQuerySet:
    """Return the testimonials from answers that this person may look at."""
    told: TestimonialQuerySet = Testimonial.objects.filter(response__in=visibility.answers_of(user))
    return told


@require_safe
@deciders_only
def show_testimonials(request: HttpRequest) -> HttpResponse:
    form = TestimonialFilters(request.GET)
    form.is_valid()
    found = form.chosen(of(cast(User, request.user)))
    found = found.select_related("response", "contact", "brand", "decided_by").order_by("-given_at", "-pk")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "form": form,
        "page": page,
        "is_filtered": any(form.cleaned_data.values()),
    }
    return render(request, "followups/testimonials.html", context)


@require_POST
@deciders_only
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the words, as they are or shortened: each part that is left out must be marked."""
    told = get_object_or_404(of(cast(User, request.user)).standing(), pk=pk)
    shortened = tidy(clean(request.POST.get("shortened", ""), limit=5000, lines=True))
    if shortened and not is_shortening(told.text, shortened):
        messages.error(
            request, _("The words of a customer are not changed: leave words out and put “…” in their place.")
        )
        return redirect("testimonials")
    whole = not shortened or shortened == tidy(told.text)
    told.decide(
        Testimonial.State.APPROVED,
        by=cast(User, request.user),
        at=clock.now(),
        shortened="" if whole else shortened,
    )
    messages.success(request, _("The words are approved."))
    return redirect("testimonials")


@require_POST
@deciders_only
def hide(request: HttpRequest, pk: int) -> HttpResponse:
    told = get_object_or_404(of(cast(User, request.user)).standing(), pk=pk)
    told.decide(Testimonial.State.HIDDEN, by=cast(User, request.user), at=clock.now())
    messages.success(request, _("The words are hidden."))
    return redirect("testimonials")
