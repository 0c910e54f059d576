"""The page of an open link: the steps of the survey page for whoever comes by, and what they say of themselves.

Looking answers nothing: programs that draw a preview open every link of a chat. Only the person's own submit does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts import clock, dates
from accounts.customerlanguages import spoken
from responses import further_answers
from responses.evidence.assessment import Assessment
from responses.further_answers import Given
from responses.models import OpenLink
from responses.models.open_link import AT_LEAST
from responses.open_links import answers, cards, device, evidence, introductions, limits
from responses.open_links.answers import OpenAnswer, OpenVisit
from responses.open_links.introductions import IntroductionForm
from responses.open_links.limits import Room
from responses.page import further, offers, steps, views
from responses.page.forms import PageStep, Submission, language_of, score_of
from responses.page.houses import House
from responses.page.steps import PageFrame
from surveys.metrics import SCALES, Scale
from surveys.models import SurveyVersion
from surveys.reviews import Reviewer, fitting
from surveys.wording.further import Questions

# The button that sends a name and an address.
INTRODUCES = "introduce"


@dataclass(frozen=True, kw_only=True)
class OpenPage:
    """One request to an open link, and the answer of its device as it was before."""

    request: HttpRequest
    link: OpenLink
    version_id: int
    form: Submission | None
    source: str
    verdict: Assessment
    now: datetime
    answer: OpenAnswer
    # Sent without a secret, or after the answer of that secret was closed: it is shown once more, to be sent again.
    is_stale: bool = False

    @property
    def scale(self) -> Scale:
        return SCALES[self.link.survey.metric]

    @property
    def language(self) -> str:
        """What the visitor chose, else the language of the link, else that of the browser, as the brand speaks them."""
        form, offered = self.form, languages_of(self.link, self.version_id)
        chosen = (form.switch_to or form.language) if form else language_of(self.request.GET.get("language"))
        browsers = views.visitors_language(self.request, "")
        wanted = (chosen, self.link.language, browsers, self.link.survey.default_language)
        return next((code for code in wanted if code in offered), offered[0])

    @property
    def may_finish(self) -> bool:
        """Whether it brings the words of an answer given a while ago: they are taken though the link closed since."""
        said, is_of_words = self.answer.said, self.form is not None and self.form.step is not PageStep.SCORE
        return is_of_words and said is not None and self.now < said.answered_at + AT_LEAST

    @property
    def questions(self) -> Questions:
        """Those of the wording by which the score was given, though a newer one was published since."""
        said = self.answer.said
        return further.of_version(said.version_id if said and said.version_id else self.version_id)

    @property
    def visit(self) -> OpenVisit:
        return OpenVisit(
            method=self.request.method or "",
            user_agent=self.request.META.get("HTTP_USER_AGENT", ""),
            asked_for=self.form.score if self.form else None,
            verdict=self.verdict,
        )

    def frame(self, *, trouble: str = "") -> PageFrame:
        link, brand, language = self.link, self.link.survey.brand, self.language
        values, form = link.values, self.form
        return PageFrame(
            action=link.path,
            language=language,
            colour=brand.colour,
            wording=steps.wording(self.version_id, language),
            values=values,
            scale=self.scale,
            presentation=link.survey.presentation,
            now=self.now,
            seen_since=form.shown_at if form and (form.switch_to or trouble) else None,
            languages=languages_of(link, self.version_id),
            imprint=brand.imprint_url,
            privacy=brand.privacy_url,
            logo=brand.logo,
            is_preview=True,
            trouble=trouble,
            hidden=_hidden(self.answer.secret),
            questions=self.questions,
            head=cards.head(link, steps.wording(self.version_id, language), values, language),
        )


# No CSRF check: there is no login to misuse, the cookie goes along with no form of another site, and the secret of an
# answer is handed out by this page alone.
@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("secret")
def show_link(request: HttpRequest, code: str) -> HttpResponse:
    now = clock.now()
    link = find(code)
    if link is None:
        return views.unknown(request)
    if request.method != "POST" and request.path != link.path:
        # The cookie of the answer goes to one spelling of the address.
        query = request.META.get("QUERY_STRING", "")
        return HttpResponseRedirect(f"{link.path}?{query}" if query else link.path, headers=views.HEADERS)
    version = SurveyVersion.objects.latest_of(link.survey_id)
    if version is None:
        return _closed(request, link)
    page = _opened(request, link, version.pk, now)
    if link.has_closed(now) and not page.may_finish:
        return _closed(request, link)
    if not limits.may_come(link, page.source):
        return _crowded(page)
    if page.form is None or page.form.switch_to or page.is_stale:
        return _answered(page, _shown(page))
    return _submitted(page)


def find(code: str) -> OpenLink | None:
    """Return the link of a code, however its letters are written on the way from paper."""
    if not (code.isascii() and code.isalnum()):
        return None
    facts = ("entry", "survey__brand", "product", "manager")
    return OpenLink.objects.select_related(*facts).filter(code=code.lower()[:20]).first()


def languages_of(link: OpenLink, version_id: int) -> tuple[str, ...]:
    """Return the languages in which a link can be read: those of the brand, as far as its survey is worded in them."""
    survey = link.survey
    return steps.worded(version_id, survey.brand.languages) or (survey.default_language,)


def _opened(request: HttpRequest, link: OpenLink, version_id: int, now: datetime) -> OpenPage:
    form = Submission.of_request(request, SCALES[link.survey.metric])
    source = limits.source(request, now)
    verdict = evidence.seen(request, link, form, source, now)
    found = _found(request, link, form, now)
    return OpenPage(
        request=request,
        link=link,
        version_id=version_id,
        form=form,
        source=source,
        verdict=verdict,
        now=now,
        answer=found or OpenAnswer.of(link, device.draw(link)),
        is_stale=form is not None and found is None,
    )


def _found(request: HttpRequest, link: OpenLink, form: Submission | None, now: datetime) -> OpenAnswer | None:
    """Return the answer that a request is about, given or not yet; None where its secret is missing or used up.

    Words belong to the answer whose form carries them, however late they come. A score goes to the answer that the
    device holds, as long as it may be changed.
    """
    held, sent = (OpenAnswer.of(link, secret) for secret in (device.held(request, link), device.sent(request, link)))
    if form and form.step is not PageStep.SCORE:
        return next((answer for answer in (sent, held) if answer.said), None)
    return next((answer for answer in (held, sent) if answer.secret and not answer.is_over(now)), None)


def _answered(page: OpenPage, html: str) -> HttpResponse:
    response = views.page(html)
    said = page.answer.said
    until = page.link.changes_until(said.answered_at if said else page.now)
    device.keep(response, page.link, page.answer.secret, until=until)
    return response


def _shown(page: OpenPage, *, trouble: str = "") -> str:
    """Return the step the visitor is at, with everything they chose or wrote so far. Records nothing."""
    form, own, frame = page.form, page.answer.own_score, page.frame(trouble=trouble)
    asked_for = form.score if form else score_of(page.request.GET.get("score"), page.scale)
    score = own if asked_for is None else asked_for
    if form and score is not None and form.step is PageStep.WHY and not page.is_stale:
        given = further_answers.read(frame.further(score), form.further)
        return _why(frame, score, frozenset(form.topic_ids), form.comment, given)
    if form and score is not None and form.step is PageStep.THANKS and not page.is_stale:
        return _thanks(page, frame, score)
    not_sent = "" if score == own else steps.not_sent_yet(asked_for, frame.language)
    notice = " ".join(filter(None, [not_sent, _notice(page, frame.language)]))
    return steps.score_step(frame, chosen=score, notice=notice)


def _submitted(page: OpenPage) -> HttpResponse:
    """Record what was submitted and return the next step; submitting it again (a reload) changes nothing."""
    form, answer, frame = page.form, page.answer, page.frame()
    assert form is not None  # noqa: S101 it was submitted
    if form.step is PageStep.SCORE:
        return _score_submitted(page, frame, form)
    if answer.said is None:
        return _answered(page, steps.score_step(frame, chosen=None, is_missing=not form.goes_back))
    score = answer.said.score
    if form.step is PageStep.WHY:
        if frame.questions and not page.verdict.is_held:
            given = further_answers.read(frame.further(score), form.further)
            further_answers.record(answer.said.pk, given.values(), language=frame.language)
        answers.record_words(
            answer,
            page.visit,
            comment=form.comment,
            topic_ids=form.topic_ids,
            language=frame.language,
            finishes=not form.goes_back,
            now=page.now,
        )
    if form.goes_back:
        return _answered(page, steps.score_step(frame, chosen=score))
    if form.step is PageStep.THANKS and INTRODUCES in page.request.POST:
        return _introduced(page, frame, score)
    return _answered(page, _thanks(page, frame, score))


def _score_submitted(page: OpenPage, frame: PageFrame, form: Submission) -> HttpResponse:
    answer, visit = page.answer, page.visit
    if form.score is None:
        notice = _notice(page, frame.language)
        return _answered(page, steps.score_step(frame, chosen=None, is_missing=True, notice=notice))
    room = limits.room(page.link, page.source) if answer.said is None else Room.FREE
    if room is Room.FULL:
        return _crowded(page)
    if room is Room.CROWDED or (answer.said and answer.said.is_provisional and answer.is_of_crowd):
        visit = visit.in_a_crowd()
    answers.record_score(
        answer, visit, version_id=page.version_id, score=form.score, language=frame.language, now=page.now
    )
    has_own = answer.own_score is not None and answer.said is not None
    tapped = offers.tapped(answer.said.pk) if has_own and answer.said else frozenset()
    comment = answer.said.comment if has_own and answer.said else ""
    given = further_answers.given_to(answer.said.pk) if has_own and answer.said and frame.questions else further.NOTHING
    return _answered(page, _why(frame, form.score, tapped, comment, given))


def _introduced(page: OpenPage, frame: PageFrame, score: int) -> HttpResponse:
    """Keep who somebody says they are, or show what is wrong with it."""
    said, request = page.answer.said, page.request
    assert said is not None  # noqa: S101 who has not answered does not come here
    if not page.link.asks_details:
        return _answered(page, _thanks(page, frame, score))
    with spoken.speaking(frame.language):
        form = IntroductionForm(request.POST)
        if form.is_valid() and page.verdict.is_held:
            form.add_error(None, _("Please press the button once more, so that we know it was you."))
    if form.errors:
        return _answered(page, _thanks(page, frame, score, form))
    introductions.keep(said, form.details, language=frame.language, now=page.now)
    return _answered(page, _thanks(page, frame, score))


def _why(frame: PageFrame, score: int, tapped: frozenset[int], comment: str, given: Mapping[str, Given]) -> str:
    offer = offers.offered(frame.language)
    return steps.why_step(frame, score=score, offer=offer, tapped=tapped, comment=comment, given=given)


def _thanks(page: OpenPage, frame: PageFrame, score: int, form: IntroductionForm | None = None) -> str:
    link, tier = page.link, frame.scale.tier_of(score)
    places = fitting(offers.reviews(link.survey.brand_id), Reviewer(0, frame.language, link.product_id, tier))
    reviews = tuple((place.url, place.name) for place in places)
    extras = _who_are_you(page, frame, form) if link.asks_details else ""
    return steps.thanks_step(frame, score=score, reviews=reviews, extras=extras)


def _who_are_you(page: OpenPage, frame: PageFrame, form: IntroductionForm | None) -> str:
    """Return the form that asks for a name and an address, or that they are kept."""
    said, brand = page.answer.said, page.link.survey.brand
    kept = introductions.of(said) if said else None
    content = {
        "action": frame.action,
        "language": frame.language,
        "hidden": frame.hidden,
        "shown": int(page.now.timestamp() * 1000),
        "brand": brand.name,
        "sentence": introductions.sentence(brand.name, frame.language),
        "kept": kept,
        "form": form or IntroductionForm(initial=introductions.initial(kept)),
        "privacy": brand.privacy_url,
        "introduces": INTRODUCES,
    }
    with spoken.speaking(frame.language):
        return render_to_string("survey/_introduction.html", content)


def _notice(page: OpenPage, language: str) -> str:
    said = page.answer.said
    if said is None or page.answer.own_score is None:
        return ""
    with spoken.speaking(language):
        return _(
            "You have answered already: %(score)s. Until the end of %(date)s you can change your answer here; after"
            " that you may answer again."
        ) % {"score": said.score, "date": dates.customers_day(page.link.last_day(said.answered_at), language)}


def _crowded(page: OpenPage) -> HttpResponse:
    """Turn away who comes too often; who sent something gets it back, to be sent once more."""
    if page.form is None:
        return views.busy_page(page.request, house(page.link), page.language)
    with spoken.speaking(page.language):
        trouble = _(
            "Not sent yet: very many answers come from your network just now. Everything you chose is still here; send"
            " it again in some minutes, or over another connection such as mobile data."
        )
    response = views.come_again(_shown(page, trouble=trouble))
    until = page.link.changes_until(page.now)
    device.keep(response, page.link, page.answer.secret, until=until)
    return response


def _closed(request: HttpRequest, link: OpenLink) -> HttpResponse:
    language = views.visitors_language(request, link.language or link.survey.default_language)
    return views.page(steps.closed("expired", language, house(link)), HTTPStatus.GONE)


def house(link: OpenLink) -> House:
    brand = link.survey.brand
    return House(brand.name, brand.colour, brand.reply_to, brand.logo)


def _hidden(secret: str) -> SafeString:
    """Return what the form carries unseen: the secret of its answer, and a field that only machines fill in."""
    return format_html(
        '<input type="hidden" name="{}" value="{}"><div class="elsewhere" aria-hidden="true">'
        '<input name="{}" tabindex="-1" autocomplete="off"></div>',
        device.FIELD,
        secret,
        evidence.TRAP,
    )
