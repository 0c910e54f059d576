"""Answers that staff take down in another system, such as that of a call centre."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import clock
from accounts.media import Mode
from accounts.models import ClientKey, User
from crm import merges
from crm.api.errors import Conflict
from crm.api.idempotency import idempotent
from crm.api.permissions import HasScope
from crm.api.schema import WRITING, errors
from crm.models import Contact
from followups.api.serializers import TakenDownAnswerRead, TakenDownAnswerWrite
from followups.calls.paper import ask_of
from followups.calls.spoken_ask import surveys_to_ask
from followups.customers import visibility
from responses import further_answers, models, staff_entry
from responses.models import Topic
from responses.staff_entry import SpokenAnswer
from surveys.judging import reasons
from surveys.judging.by_hand import NotAsked
from surveys.models import Invitation, Survey, SurveyVersion
from surveys.wording import texts

Found = TypeVar("Found")
OLDEST = timedelta(days=365)


class NotToBeAsked(Conflict):
    default_code = "not_asked"


class AboutOwnDeal(Conflict):
    default_detail = gettext_lazy("This is about a deal of whoever entered it: a colleague writes it down.")
    default_code = "own_deal"


class AnsweredBefore(Conflict):
    default_detail = gettext_lazy("An answer to this was written down or given before: that answer stands.")
    default_code = "answered_before"


class EntersAnswers(HasScope):
    """Entering answers needs a scope of its own: they count for people whom a key names."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, ClientKey) and request.auth.allows(ClientKey.Scope.ENTER)


class TakenDownAnswers(APIView):
    """An answer that a member of staff took down: named, by the rules of the page on which they would do so."""

    permission_classes = (EntersAnswers,)
    metadata_class = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        _body = request.body  # read before it is parsed, so that its size is limited

    @extend_schema(
        operation_id="staff_answer_take_down",
        tags=["Responses"],
        summary="Take down an answer for a member of staff",
        description="As on the page *Ask aloud*: with the name of who entered it, as an ask by telephone, at a meeting "
        "or on paper, and only where the rules of asking let it be. 201 where it is new, 200 where this `external_id` "
        "was taken before. 409 `not_asked`: the customer is not asked now; 409 `own_deal`: nobody enters answers about "
        "their own deals, unless the company lets them; 409 `answered_before`: that answer stands.",
        request=TakenDownAnswerWrite,
        responses={201: TakenDownAnswerRead, 200: TakenDownAnswerRead, **errors(WRITING)},
    )
    @idempotent
    def post(self, request: Request) -> Response:
        sent = TakenDownAnswerWrite(data=request.data)
        sent.is_valid(raise_exception=True)
        entry = SentEntry(cast(ClientKey, request.auth), sent.validated_data, clock.now())
        is_known = staff_entry.taken_as(entry.key) is not None
        told = TakenDownAnswerRead(_taken(entry)).data
        return Response(told, status=status.HTTP_200_OK if is_known else status.HTTP_201_CREATED)


class SentEntry:
    """What was sent, with the rows that it names. Raises ValidationError for what names none."""

    def __init__(self, client: ClientKey, sent: Mapping[str, Any], now: datetime) -> None:
        self.now, self.sent = now, sent
        self.key = f"API {client.source} {sent['external_id']}"
        self.by = _found("entered_by", User.objects.filter(is_active=True, email=sent["entered_by"].lower()).first())
        surveys: dict[str, Survey] = {survey.name: survey for survey in surveys_to_ask()}
        self.survey = _found("survey", surveys.get(sent["survey"]))
        latest = SurveyVersion.objects.select_related("survey__brand").latest_of(self.survey.pk)
        self.version = _found("survey", latest)
        self.contact = self._contact(client)
        self.ask = self._ask()

    def _contact(self, client: ClientKey) -> Contact | None:
        external_id = self.sent.get("contact")
        if not external_id:
            if self.sent["mode"] != Mode.PAPER:
                raise ValidationError({"contact": _("Only a sheet of paper may be of nobody.")})
            return None
        named = _found("contact", Contact.objects.filter(source=client.source, external_id=external_id).first())
        pk = merges.survivors_of([named.pk]).get(named.pk, named.pk)
        return _found("contact", visibility.contacts_of(self.by).filter(pk=pk).select_related("company").first())

    def _ask(self) -> Invitation:
        ask = ask_of(self.contact, self.survey, self.version, self.by, self.now)
        language = self.sent.get("language") or ask.language
        if language not in texts.offered(self.version):
            raise ValidationError({"language": _("The survey does not speak this language.")})
        ask.language = language
        return ask

    def answer(self) -> SpokenAnswer:
        sent, scale = self.sent, self.ask.scale
        if sent["score"] not in scale.scores:
            ends = f"{scale.lowest}–{scale.highest}"
            raise ValidationError({"score": _("A number on the scale: %(ends)s.") % {"ends": ends}})
        said_at = sent.get("said_at") or self.now
        if not self.now - OLDEST <= said_at <= self.now:
            raise ValidationError({"said_at": _("Within the last year, and not in the future.")})
        tier = scale.tier_of(sent["score"])
        return SpokenAnswer(
            key=self.key,
            mode=sent["mode"],
            score=sent["score"],
            language=self.ask.language,
            said_at=said_at,
            comment=sent.get("comment", ""),
            topic_ids=self._topics(),
            is_unasked=sent["came_of_themselves"] or self.contact is None,
            batch=sent.get("batch", ""),
            further=further_answers.said(
                self.version.further, sent.get("further", {}), tier=tier, language=self.ask.language
            ),
        )

    def _topics(self) -> list[int]:
        wanted = self.sent.get("topics", [])
        known = dict(Topic.objects.filter(is_offered=True, slug__in=wanted).values_list("slug", "pk"))
        if unknown := [slug for slug in wanted if slug not in known]:
            raise ValidationError({"topics": _("No topic on offer: %(names)s.") % {"names": ", ".join(unknown)}})
        return list(known.values())


def _taken(entry: SentEntry) -> models.Response:
    try:
        return staff_entry.take(entry.ask, entry.answer(), by=entry.by, now=entry.now)
    except NotAsked as refusal:
        raise NotToBeAsked(reasons.label(refusal.reason)) from refusal
    except staff_entry.OwnDeal as refusal:
        raise AboutOwnDeal from refusal
    except staff_entry.AlreadyAnswered as refusal:
        raise AnsweredBefore from refusal


def _found(field: str, row: Found | None) -> Found:
    if row is None:
        raise ValidationError({field: _("There is none that they may enter answers for.")})
    return row
