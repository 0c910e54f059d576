"""The templates of a number: handed in for approval with our words, and read again for what became of them.

https://developers.facebook.com/docs/whatsapp/business-management-api/message-templates
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

import structlog
from django.utils.translation import gettext_noop

from accounts import clock
from accounts.batches import NOT_OF_A_ROW, reason_of
from accounts.customerlanguages import spoken
from accounts.secrets import SecretUnreadable
from delivery.media import web
from delivery.media.messenger.buttons import Action, data
from delivery.media.whatsapp import states, wording
from delivery.media.whatsapp.api import CloudApi, CloudRefusal
from delivery.media.whatsapp.faults import Blame
from delivery.media.whatsapp.wording import TemplateWords
from delivery.models import WhatsAppNumber, WhatsAppTemplate
from delivery.models.whatsapp_template import LONGEST_REASON

log = structlog.get_logger(__name__)

State = WhatsAppTemplate.State
FAULTS = (CloudRefusal, web.Forbidden, web.NotReached, web.NotAnswered, SecretUnreadable)
# As long as tokens of links are: what Meta is shown in place of one.
SAMPLE_TOKEN = "0" * 22
FIELDS = "name,language,status,category,rejected_reason,quality_score,components"
# More pages than anybody has: at most 6000 templates to an account.
MOST_PAGES = 60
BLANK = re.compile(r"\{\{\s*(\w+)\s*\}\}")
OTHER_LINK = gettext_noop("Its button leads elsewhere than to the pages of this brand.")
OTHER_BLANKS = gettext_noop("It holds other blanks than the name of the brand and the link.")
# What stands before the token in the path of a page: whoever shows the pages says it.
_paths: list[Callable[[], str]] = []


def ensure(number: WhatsAppNumber) -> None:
    """Let there be a row for each of our texts, in each language in which customers are asked; known ones stay."""
    rows = [
        WhatsAppTemplate(number=number, kind=kind, language=language, name=name_of(kind))
        for kind, texts in wording.BY_KIND.items()
        for language in texts
        if spoken.is_offered(language)
    ]
    WhatsAppTemplate.objects.bulk_create(rows, ignore_conflicts=True)


def name_of(kind: str) -> str:
    return f"plumb_{kind}"


def lead_to(path: Callable[[], str]) -> None:
    """Let the buttons of templates lead to the pages under `path`, below the address of each brand."""
    _paths.append(path)


def link_base(number: WhatsAppNumber) -> str:
    """Return what stands before the token in the links of a brand."""
    return number.brand.url + _paths[-1]()


def blueprint(number: WhatsAppNumber, template: WhatsAppTemplate) -> dict[str, Any] | None:
    """Return a template as it is handed in; None where we have no words in its language."""
    words = wording.BY_KIND[template.kind].get(template.language)
    if words is None:
        return None
    return {
        "name": template.name,
        "language": states.meta_language(template.language),
        "category": "UTILITY",
        "components": _components(number, words),
    }


def _components(number: WhatsAppNumber, words: TemplateWords) -> list[dict[str, Any]]:
    link = link_base(number)
    return [
        {"type": "BODY", "text": words.body, "example": {"body_text": [[number.brand.name]]}},
        {
            "type": "BUTTONS",
            "buttons": [
                {"type": "URL", "text": words.button, "url": f"{link}{{{{1}}}}", "example": [link + SAMPLE_TOKEN]},
                {"type": "QUICK_REPLY", "text": words.stop},
            ],
        },
    ]


def filled(template: WhatsAppTemplate, *, brand: str, token: str) -> dict[str, Any]:
    """Return a message made with a template, as Meta wants it."""
    return {
        "type": "template",
        "template": {
            "name": template.name,
            "language": {"code": states.meta_language(template.language)},
            "components": [
                {"type": "body", "parameters": [{"type": "text", "text": brand}]},
                {
                    "type": "button",
                    "sub_type": "url",
                    "index": "0",
                    "parameters": [{"type": "text", "text": token}],
                },
                {
                    "type": "button",
                    "sub_type": "quick_reply",
                    "index": "1",
                    "parameters": [{"type": "payload", "payload": data(Action.STOP)}],
                },
            ],
        },
    }


def hand_in(number: WhatsAppNumber, *, now: datetime | None = None) -> int:
    """Give Meta the templates that it does not have yet, or rejected; return how many it took.

    One that it refuses keeps the reason and stops no other. Raises one of FAULTS where the number itself is not right
    or Meta does not answer.
    """
    now = now or clock.now()
    ensure(number)
    read(number, now=now)
    api, taken = CloudApi(number), 0
    for template in number.templates.filter(state=State.MISSING).order_by("kind", "language"):
        draft = blueprint(number, template)
        if draft is None:
            continue
        try:
            told = api.post(f"{number.account_id}/message_templates", draft)
        except CloudRefusal as error:
            if error.blame in (Blame.NUMBER, Blame.MOMENT):
                raise
            template.reason = str(error)[:LONGEST_REASON]
        else:
            taken += 1
            template.state = states.state_of(told.get("status") or "PENDING")
            template.category = states.category_of(told.get("category"))
            template.reason = ""
        template.seen_at = now
        template.save(update_fields=["state", "category", "reason", "seen_at"])
    return taken


def read_all(*, now: datetime | None = None) -> int:
    """Read the states of the templates of every number in use, and return how many numbers could be read.

    A number that cannot be read stops no other; what is known of its templates stands.
    """
    now, read_well = now or clock.now(), 0
    for number in WhatsAppNumber.objects.in_use().select_related("brand").order_by("pk"):
        try:
            read(number, now=now)
            read_well += 1
        except NOT_OF_A_ROW:
            raise
        except FAULTS as error:
            log.warning("templates could not be read", number=number.pk, reason=reason_of(error))
            if isinstance(error, CloudRefusal) and error.blame is Blame.NUMBER:
                number.mark_failed(str(error), at=now)
    return read_well


def read(number: WhatsAppNumber, *, now: datetime | None = None) -> None:
    """Learn from Meta what the templates of a number are by now. Raises one of FAULTS."""
    now = now or clock.now()
    wanted = {(row.name, states.meta_language(row.language)): row for row in number.templates.all()}
    found = {
        (str(told.get("name")), str(told.get("language"))): told
        for told in _all(number)
        if (told.get("name"), told.get("language")) in wanted
    }
    for place, row in wanted.items():
        _keep(number, row, found.get(place), now)


def _all(number: WhatsAppNumber) -> Iterable[Mapping[str, Any]]:
    """Give every template of the account, page by page."""
    api, after = CloudApi(number), ""
    for _page in range(MOST_PAGES):
        more = {"after": after} if after else {}
        told = api.get(f"{number.account_id}/message_templates", fields=FIELDS, limit="100", **more)
        rows, paging = told.get("data"), told.get("paging")
        yield from (row for row in rows or () if isinstance(row, dict)) if isinstance(rows, list) else ()
        if not isinstance(paging, dict) or not paging.get("next"):
            return
        cursors = paging.get("cursors")
        after = str(cursors.get("after") or "") if isinstance(cursors, dict) else ""
        if not after:
            return


def _keep(number: WhatsAppNumber, row: WhatsAppTemplate, told: Mapping[str, Any] | None, now: datetime) -> None:
    if told is None:
        row.state, row.category, row.quality = State.MISSING, "", ""
    else:
        row.state, row.category = states.state_of(told.get("status")), states.category_of(told.get("category"))
        row.reason, row.quality = (
            states.reason_of(told.get("rejected_reason")),
            states.quality_of(told.get("quality_score")),
        )
        if row.state == State.APPROVED and (fault := unfit(number, told.get("components"))):
            row.state, row.reason = State.UNFIT, fault
    row.seen_at = now
    row.save(update_fields=["state", "category", "reason", "quality", "seen_at"])


def unfit(number: WhatsAppNumber, components: object) -> str:
    """Return why messages cannot be made with an approved template, "" where they can: what we fill in is one blank in
    its body, by number and not by name, one at the end of the link of its first button, and the payload of its second
    one."""
    parts = [part for part in components if isinstance(part, dict)] if isinstance(components, list) else []
    of_type = {str(part.get("type")).upper(): part for part in parts}
    blanks = {name: BLANK.findall(str(part.get("text") or "")) for name, part in of_type.items()}
    buttons = of_type.get("BUTTONS", {}).get("buttons")
    kinds = [str(b.get("type")).upper() for b in buttons if isinstance(b, dict)] if isinstance(buttons, list) else []
    is_plain = of_type.get("HEADER", {}).get("format", "TEXT") == "TEXT" and not blanks.get("HEADER")
    if blanks.get("BODY") != ["1"] or kinds != ["URL", "QUICK_REPLY"] or not is_plain:
        return OTHER_BLANKS
    url = str(buttons[0].get("url") or "") if isinstance(buttons, list) else ""
    return "" if BLANK.sub("{{1}}", url) == f"{link_base(number)}{{{{1}}}}" else OTHER_LINK
