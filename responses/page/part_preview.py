"""One step of the survey page, still, as it reads with texts that somebody writes at this moment."""

import re
from typing import cast

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts import clock
from accounts.models import User
from responses.page import steps, unasked
from responses.page.steps import PageFrame
from responses.page.views import HEADERS
from surveys.metrics import Tier
from surveys.models import SurveyVersion
from surveys.wording.forms import PartLook, look
from surveys.wording.parts import WordingPart

# It stands in a frame of the editor, where nothing of it runs or is sent.
IN_A_FRAME = {
    **HEADERS,
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'",
}
SCRIPT = re.compile(r"<script\b.*?</script>", re.DOTALL)


@permission_required("surveys.view_surveyversion", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def preview_part(request: HttpRequest, version_id: int) -> HttpResponse:
    """Show the step of the part that the address names; `tier`: after which kind of score, where it matters."""
    if not cast(User, request.user).may_administer:
        raise Http404
    version = get_object_or_404(SurveyVersion.objects.select_related("survey__brand"), pk=version_id)
    seen = look(version, request)
    asked = request.POST.get("tier", "")
    tier = Tier(asked) if asked in set(Tier) else Tier.BAD
    content = SCRIPT.sub("", _step(_frame(seen), seen, tier)).encode()
    return HttpResponse(content, headers={**IN_A_FRAME, "Content-Length": str(len(content))})


def _frame(seen: PartLook) -> PageFrame:
    action = "?" + urlencode({"language": seen.language, "part": seen.part})
    return unasked.frame(seen.version, seen.language, action=action, now=clock.now())


def _step(frame: PageFrame, seen: PartLook, tier: Tier) -> str:
    if seen.part not in (WordingPart.WHY, WordingPart.THANKS):
        return steps.score_step(frame, chosen=None)
    score = frame.scale.scores_of(tier)[0]
    if seen.part == WordingPart.WHY:
        return unasked.why(frame, score)
    return unasked.thanks(frame, score, brand_id=seen.version.survey.brand_id)
