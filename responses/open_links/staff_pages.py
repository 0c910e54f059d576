"""What staff take from an open link: its code as a picture, and sheets to print, in each language of customers."""

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.customerlanguages import spoken
from responses.models import OpenLink
from responses.open_links import page, paper
from responses.page import further as further_questions
from responses.page import offers
from responses.page.signs import sign
from surveys.metrics import SCALES
from surveys.models import SurveyVersion
from surveys.wording import texts

# The sheets by name: four of A6 on one A4 are cut apart.
SHEETS = {"a4": _("A4"), "a6": _("A6"), "a6x4": _("4 × A6 on A4"), "form": _("A4 to fill in")}
KINDS = {"svg": "image/svg+xml", "png": "image/png"}
MAY_SEE = "responses.print_open_links"


@permission_required(MAY_SEE, raise_exception=True)
@require_safe
def download_code(_request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    link = _link(pk)
    if kind not in KINDS:
        raise Http404
    content = paper.svg(link) if kind == "svg" else paper.png(link)
    name = f"qr-{link.code}.{kind}"
    return HttpResponse(
        content,
        content_type=KINDS[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )


@permission_required(MAY_SEE, raise_exception=True)
@require_safe
def show_sheet(request: HttpRequest, pk: int, size: str) -> HttpResponse:
    link = _link(pk)
    version = SurveyVersion.objects.select_related("survey").latest_of(link.survey_id)
    if size not in SHEETS or version is None:
        raise Http404
    brand = link.survey.brand
    names = spoken.own_names()
    codes = page.languages_of(link, version.pk)
    offered = [(code, names[code]) for code in codes if code in names]
    wanted = (request.GET.get("language"), link.language, link.survey.default_language)
    language = next((code for code in wanted if code in codes), codes[0])
    written = {field: texts.fill(text, link.values) for field, text in texts.of(version, language).items()}
    question, scale = written["question"], SCALES[link.survey.metric]
    further = further_questions.each_shown(version.further, language, link.values, further_questions.NOTHING)
    content = {
        "link": link,
        "language": language,
        "languages": offered,
        "sheets": SHEETS,
        "size": size,
        "copies": range(4 if size == "a6x4" else 1),
        "brand": brand,
        "sign": sign(brand.name, brand.logo),
        "question": question,
        "question_size": paper.size(question),
        "code": paper.inline(link),
        "address": paper.short(link.url),
        "said": _said(language),
        "scale": scale,
        "further": [(one, scale.spelt(*one.tiers)) for one in further],
        "room": paper.room(further),
        "written": written,
        "topics": [name for _key, name in offers.offered(language)],
    }
    return render(request, "responses/sheet.html", content)


def _said(language: str) -> dict[str, str]:
    """Return what a sheet says around the code, in a language of customers."""
    with spoken.speaking(language):
        return {
            "scan": str(_("Point the camera of your phone here.")),
            "type": str(_("Or type this address:")),
            "fill_in": str(_("Circle one number.")),
            "about": str(_("What was it about?")),
            "why": str(_("Why this number?")),
            "phone": str(_("Phone, and when it suits you")),
            "instead": str(_("Or answer by phone:")),
            "brief": str(_("One question, a few seconds, no login.")),
        }


def _link(pk: int) -> OpenLink:
    return get_object_or_404(OpenLink.objects.select_related("entry", "survey__brand", "product", "manager"), pk=pk)
