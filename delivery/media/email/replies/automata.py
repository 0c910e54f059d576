"""Mails that no person wrote in answer: autoresponders, lists, bounces of unknown kinds, and our own coming back."""

import re
from email.message import Message as Part

from delivery.media.email.arrivals import field, words
from delivery.media.email.message_ids import key_in

LOUD = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
# RFC 3834, and the words of those who do not keep to it.
HEADERS = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoresponder",
    "X-Auto-Reply",
    "X-Vacation",
    "X-Loop",
    "X-Failed-Recipients",
)
SUPPRESSES = re.compile(r"\b(?:all|oof|autoreply)\b", re.IGNORECASE)
MACHINE = re.compile(r"(?:mailer-daemon|postmaster|no[-_.]?reply|do[-_.]?not[-_.]?reply|bounces?)@", re.IGNORECASE)
# At the beginning of a subject, in the languages that customers write. Of a holiday only who is away until then: what a
# person writes about theirs must wake somebody.
AWAY = re.compile(
    r"(?:re: )?(?:auto(?:matic)?[ -]?(?:reply|response|answer)|autoreply|out of (?:the )?office|i am away"
    r"|автоматичн(?:а відповідь|е повідомлення)|автовідповідь|мене немає в офісі|відсутн(?:ій|я|ість) (?:в|на|до|з) "
    r"|автоматическ(?:ий ответ|ое сообщение|ое уведомление)|автоответ|меня нет в офисе|нет на работе"
    r"|(?:я |зараз |перебуваю )*[ув] відпустці(?:$|[ ,:(–-]+(?:з|до|по) )"
    r"|(?:я |сейчас |нахожусь )*в отпуске(?:$|[ ,:(–-]+(?:с|до|по) )"
    r"|automatinis (?:atsakymas|atsakiklis|pranešimas)|nesu (?:darbe|biure)|nėra darbo vietoje"
    r"|(?:aš |šiuo metu |esu )*(?:atostogauju|atostogose)(?:$|[ ,:(–-]+(?:nuo|iki) )"
    r"|automatische antwort|abwesenheitsnotiz|autoodpowiedź|odpowiedź automatyczna|réponse automatique)",
    re.IGNORECASE,
)


def wrote(mail: Part, *, sender: str) -> bool:
    """Say whether a machine wrote this; `sender` is the address of its From."""
    submitted = field(mail, "Auto-Submitted").partition(";")[0].strip().lower()
    return bool(
        submitted not in ("", "no")
        or field(mail, "Precedence").strip().lower() in LOUD
        or any(field(mail, name) for name in HEADERS)
        or SUPPRESSES.search(field(mail, "X-Auto-Response-Suppress"))
        or field(mail, "Return-Path").strip() == "<>"
        or MACHINE.match(sender)
        or key_in(field(mail, "Message-ID"))
        or AWAY.match(words(mail, "Subject").strip())
    )
