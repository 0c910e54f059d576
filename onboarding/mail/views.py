from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Brand
from onboarding.circumstances import LOCAL_HOSTS
from onboarding.mail import attempt, records
from onboarding.mail.attempt import Attempt
from onboarding.readers import SETS_UP


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@permission_required(SETS_UP, raise_exception=True)
def try_mail(request: HttpRequest) -> HttpResponse:
    """Show how mail leaves and comes back; a POST tries one of the two. What came of it is told and not kept."""
    brand = Brand.objects.order_by("pk").first()
    sender = (brand and brand.sender_address) or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    domain = sender.rpartition("@")[2]
    context = {
        "brand": brand,
        "sender": sender,
        "server": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
        "is_read": bool(settings.BOUNCE_IMAP_URL or settings.BOUNCE_DROP_DIR),
        "domain": "" if domain in LOCAL_HOSTS else domain,
        "records": list(records.of(domain, _mail_host())),
        **_tried(request, sender),
    }
    return render(request, "onboarding/mail.html", context)


def _tried(request: HttpRequest, sender: str) -> dict[str, list[Attempt]]:
    if request.method != "POST":
        return {}
    if request.POST.get("what") == "mailbox":
        return {"of_mailboxes": attempt.of_mailboxes()}
    return {"of_server": [attempt.of_server(sender)]}


def _mail_host() -> str:
    return records.MAIL_HOST if settings.EMAIL_HOST in LOCAL_HOSTS else settings.EMAIL_HOST
