from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import addresses
from accounts.models import Brand
from onboarding.circumstances import LOCAL_HOSTS
from onboarding.mail import attempt, findings, machine, records
from onboarding.mail.attempt import Attempt
from onboarding.mail.findings import DomainSender
from onboarding.mail.forms import SELECTOR, SelectorForm
from onboarding.readers import SETS_UP


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(SETS_UP, raise_exception=True)
def try_mail(request: HttpRequest) -> HttpResponse:
    """Show how mail leaves and comes back; a POST tries one of the two, or looks up
    the records of the sender's domain. What came of it is told and not kept.

    `brand`: the slug of the brand whose sender it is; of none or one that is not there, the first.
    """
    brands = list(Brand.objects.order_by("pk"))
    named = request.GET.get("brand", "")
    brand = next((one for one in brands if one.slug == named), brands[0] if brands else None)
    sender = (brand and brand.sender_address) or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    form = SelectorForm(request.POST if _wants(request, "records") else None)
    context = {
        "brand": brand,
        "brands": brands if len(brands) > 1 else [],
        "sender": sender,
        "server": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
        "is_read": bool(settings.BOUNCE_IMAP_URL or settings.BOUNCE_DROP_DIR),
        "form": form,
        **_of_domain(form, sender.rpartition("@")[2]),
        **_tried(request, sender),
    }
    return render(request, "onboarding/mail.html", context)


def _wants(request: HttpRequest, what: str) -> bool:
    return request.method == "POST" and request.POST.get("what") == what


def _tried(request: HttpRequest, sender: str) -> dict[str, list[Attempt]]:
    if _wants(request, "mailbox"):
        return {"of_mailboxes": attempt.of_mailboxes()}
    return {"of_server": [attempt.of_server(sender)]} if _wants(request, "server") else {}


def _of_domain(form: SelectorForm, domain: str) -> dict[str, object]:
    """Return the records of the sender's domain, each with what DNS says about it where that was asked for."""
    domain = _looked_up(domain)
    if not domain:
        return {"domain": ""}
    selector = form.cleaned_data["selector"] if form.is_valid() else SELECTOR
    host = machine.mail_host()
    found = findings.look_up(DomainSender(domain, selector, host)) if form.is_valid() else {}
    written = records.of(domain, host, selector)
    return {
        "domain": domain,
        "stand_in": "" if machine.is_named(host) else records.MAIL_HOST,
        "records": [(record, found.get(record.purpose)) for record in written],
    }


def _looked_up(domain: str) -> str:
    """Return a domain as DNS is asked about it, "" for what is none: a machine's own name, an address, no name."""
    if domain in LOCAL_HOSTS or "." not in domain or domain.startswith("["):
        return ""
    try:
        return addresses.ascii_domain(domain)
    except UnicodeError:
        return ""
