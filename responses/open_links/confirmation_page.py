"""The page to which that letter leads: the owner of the mailbox says that the answer is theirs."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.customerlanguages import spoken
from responses.models import Introduction
from responses.open_links import evidence, introductions
from responses.page import links, steps, views
from responses.page.houses import House


# No CSRF check: the unguessable token in the address is the permission, and there is no cookie to misuse. A GET
# confirms nothing: mail gateways open every link.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def show_confirmation(request: HttpRequest, token: str) -> HttpResponse:
    now = clock.now()
    row = _found(token)
    if row is None:
        return views.unknown(request)
    brand, language = row.response.survey.brand, row.response.language
    house = House(brand.name, brand.colour, logo=brand.logo)
    if row.confirmed_at is None and row.has_expired(now):
        return views.page(steps.closed("expired", language, house), HTTPStatus.GONE)
    is_sent = request.method == "POST"
    is_sure = is_sent and not evidence.pressed(request, now).is_held
    if is_sure:
        introductions.confirm(row, now=now)
        row.refresh_from_db()
    content = {
        "language": language,
        "brand": brand.name,
        "brand_css": steps.brand_css(brand.colour),
        "sign": house.sign,
        "score": row.response.score,
        "said": row,
        "shown": int(now.timestamp() * 1000),
        "is_confirmed": row.confirmed_at is not None,
        "is_unsure": is_sent and not is_sure,
        "has_nobody": is_sure and row.confirmed_at is None,
    }
    with spoken.speaking(language):
        return views.page(render_to_string("survey/confirm.html", content))


def _found(token: str) -> Introduction | None:
    if len(token) > links.LONGEST_TOKEN:
        return None
    return Introduction.objects.of_link(token).select_related("response__survey__brand").first()
