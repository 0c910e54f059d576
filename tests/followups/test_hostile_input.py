"""Whatever is sent to the pages of work, nothing breaks: a sentence, a redirect or a refusal is the answer."""

from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import clock
from followups.models import BulkDeed, CustomerCall, CustomerLetter, SavedQueue, StaffNotice
from responses import remarks
from responses.models import Remark
from tests.factories import DealFactory
from tests.followups.mailbag import letter
from tests.followups.test_letters import asked, bag, contact, followup, reply  # noqa: F401 fixtures

pytestmark = pytest.mark.django_db
NASTY = [
    "",
    "a\0b",
    "\ud800",
    "\u202e👩‍👩‍👧‍👦 שלום ٣",
    "x\r\nBcc: all@shop.example",
    "-1",
    "9" * 25,
    "9" * 4400,
    "0001-01-01T00:00",
]
FIELDS = {
    "inbox/{f}/notes/": {"kind": "note", "text": "Said.", "colleague": ""},
    "inbox/{f}/calls/": {"went": "later", "text": "", "again_at": "2026-12-01T10:00"},
    "inbox/{f}/replies/": {"key": str(uuid4()), "subject": "Sorry", "message": "Sorry.", "preview": "1"},
    "inbox/{f}/assignment/": {"to": "", "words": ""},
    "inbox/{f}/progress/": {"status": "waiting", "until": "", "or_answer": "on"},
    "inbox/{f}/closure/": {"root_cause": "other", "resolution": "Done.", "outcome": "", "compensation": ""},
    "inbox/{f}/dismissal/": {"reason": "None."},
    "inbox/{f}/reopening/": {"then": "next"},
    "inbox/{f}/watch/": {"watch": "no"},
    "inbox/queues/": {"name": "Mine", "is_shared": "on"},
    "inbox/queues/{q}/": {"name": "Mine"},
    "inbox/deeds/": {"key": str(uuid4()), "row": "1", "all": "", "do": "note", "note": "Said.", "to": ""},
    "inbox/deeds/{d}/reversal/": {"x": ""},
    "letters/{l}/closure/": {"x": ""},
    "letters/{l}/refusal/": {"x": ""},
    "letters/{l}/score/": {"score": "9"},
    "notices/reading/": {"followup": "", "newest": "1"},
    "notices/{n}/reading/": {"x": ""},
    "notices/settings/": {
        "letters": "daily",
        "daily_at": "08:00",
        "in_browser": "new",
        "quiet_from": "",
        "quiet_until": "",
    },
    "contacts/{c}/ask/": {"key": "", "mode": "telephone", "survey": "{s}", "about": "", "language": "en", "score": "4",
                          "topics": "", "comment": "Said.", "is_unasked": "on"},
    "contacts/{c}/ask/?": {"survey": "{s}", "about": "", "mode": "meeting", "switch": "uk", "score": "4",
                           "topics": "1", "show": "1"},
    "contacts/{c}/ask/#": {"survey": "{s}", "about": "", "mode": "telephone", "declined": "later"},
    "calls/{i}/claim/": {"x": ""},
    "calls/{k}/tries/": {"outcome": "later", "again_at": "2026-12-01T10:00"},
    "paper/": {"key": "", "survey": "{s}", "batch": "Fair", "day": "", "score": "4", "reasons": "1", "comment": "Said.",
               "contact": ""},
    "remarks/new/": {"key": "", "source": "visit", "text": "Said.", "day": "", "contact": "", "product": "",
                     "channel": "", "manager": ""},
    "remarks/{r}/topics/": {"topics": "1"},
}  # fmt: skip
QUERIES = {
    "inbox/": ("tab", "queue", "q", "category", "status", "due", "product", "team", "language", "topic", "amount",
               "comment", "page", "deed"),
    "inbox/end/": ("tab", "q"),
    "inbox/{f}/": ("tab", "place", "template", "q"),
    "inbox/{f}/colleagues/": ("q",),
    "letters/": ("page",),
    "notices/": ("page",),
    "notices/news/": ("since", "at"),
    "contacts/{c}/ask/": ("survey", "about", "mode", "language", "switch", "is_unasked"),
    "paper/": ("survey", "batch", "day"),
    "remarks/": ("q", "source", "topic", "start", "end", "team", "manager", "channel", "product", "page"),
    "remarks/new/": ("contact",),
}  # fmt: skip


@pytest.fixture
def at(client, owner, followup, contact, bag):  # noqa: F811
    """The addresses of the pages, with rows that the agent may see."""
    DealFactory(contact=contact, manager=owner)
    client.force_login(owner)
    client.raise_request_exception = True
    bag.take(letter(asked(contact)))
    taken = CustomerLetter.objects.get()
    CustomerLetter.objects.update(followup=None, seen_at=None)
    queue = SavedQueue.objects.create(owner=owner, name="Own")
    deed = BulkDeed.objects.create(key=uuid4(), by=owner, kind="note")
    notice = StaffNotice.objects.create(person=owner, followup=followup, kind="new")
    invitation = followup.response.invitation
    call = CustomerCall.objects.create(
        invitation=invitation, contact=contact, claimed_by=owner, claimed_until=clock.now()
    )
    remark = remarks.write_down(Remark(source="visit", text="Said.", by=owner, key=uuid4()))
    keys = {"f": followup.pk, "q": queue.pk, "d": deed.pk, "l": taken.pk, "n": notice.pk, "c": contact.pk}
    keys |= {"s": invitation.survey_id, "i": invitation.pk, "k": call.pk, "r": remark.pk}
    return lambda path: "/" + path.format(**keys).rstrip("#?")


def encoded(value):
    return value.encode("utf-8", "surrogatepass")


@pytest.mark.parametrize("path", FIELDS)
def test_a_form_takes_anything(client, at, path):
    good = FIELDS[path]
    everywhere = [dict.fromkeys(good, value) for value in NASTY]
    alone = [{**good, name: "a\0b"} for name in good]
    for sent in everywhere + alone:
        typed = {name: encoded(value.replace("{s}", at("{s}")[1:])) for name, value in sent.items()}
        answer = client.post(at(path), urlencode(typed), content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (200, 302, 400, 404), (path, sent)


@pytest.mark.parametrize("path", QUERIES)
def test_an_address_takes_anything(client, at, path):
    for name in QUERIES[path]:
        for value in NASTY:
            places = (
                [value, f"ours~{value}~1", f"ours~2026-11-26T10:00:00+00:00~{value}"] if name == "place" else [value]
            )
            for each in places:
                answer = client.get(at(path), {name: encoded(each)})
                assert answer.status_code in (200, 302, 304, 404), (path, name, each[:40])


@pytest.mark.parametrize(
    "file", [("a.pdf", b""), ("../../etc/passwd", b"x"), ("a\r\nb: c.pdf", b"%PDF-"), ("x" * 400 + ".pdf", b"%PDF-"),
             ("\u202efdp.exe", b"MZ"), ("evil.pdf", b"MZ\x90"),
             ("a.pdf.exe", b"%PDF-"), ("a.svg", b"<svg/>"), (".pdf", b"%PDF-")]
)  # fmt: skip
def test_a_file_takes_any_name(client, at, file):
    sent = {"key": str(uuid4()), "subject": "Sorry", "message": "Sorry.", "attached": SimpleUploadedFile(*file)}

    assert client.post(at("inbox/{f}/replies/"), sent).status_code in (200, 302)
