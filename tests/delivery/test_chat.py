"""Notices for a team, posted in its chat by an incoming webhook."""

import json
from datetime import timedelta

import pytest
from django.db import connection

from accounts import clock
from delivery import composers, dispatch, notices
from delivery.dispatch import Sent
from delivery.media.chat import google, slack, teams
from delivery.media.chat.transport import REMOVED, SWITCHED_OFF
from delivery.models import Message, TeamHook
from delivery.notices import Notice
from tests.delivery.web import serving
from tests.factories import MessageFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "T0000-B0000-XXXXsecretXXXX"


@pytest.fixture
def chat(settings):
    settings.DEBUG, settings.CHAT_PER_SECOND, settings.CHAT_TIMEOUT = True, 0, 2
    with serving() as server:
        yield server


@pytest.fixture
def hook(chat):
    return hook_at(chat)


@pytest.fixture(autouse=True)
def _notice():
    before = dict(composers._composers)
    notices.register("told", lambda context: Notice(context["subject"], ("A line.",), "https://plumb.example/7/"))
    yield
    composers._composers.clear()
    composers._composers.update(before)


def hook_at(server, **fields):
    return TeamHook.objects.create(
        team=TeamFactory(), url=f"http://127.0.0.1:{server.port}/services/{SECRET}", **fields
    )


def told(hook, subject="Word", **fields):
    return MessageFactory(
        medium="chat", to_address=str(hook.pk), template="told", context={"subject": subject}, **fields
    )


def send():
    return dispatch.send_due("chat")


def test_a_notice_is_posted_once_as_json_and_the_hook_shows_it(chat, hook):
    message = told(hook, "Call Ona & <Co>")

    assert send() == Sent(handed_over=1)
    assert send() == Sent()

    ((path, headers, content),) = chat.taken
    assert path == f"/services/{SECRET}"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert content == {
        "text": "*Call Ona &amp; &lt;Co&gt;*\nA line.\n<https://plumb.example/7/|Open in Plumb>",
        "blocks": [
            {"type": "header", "text": {"type": "plain_text", "text": "Call Ona & <Co>"}},
            {"type": "section", "text": {"type": "mrkdwn", "text": "A line."}},
            {
                "type": "actions",
                "elements": [
                    {
                        "type": "button",
                        "text": {"type": "plain_text", "text": "Open in Plumb"},
                        "url": "https://plumb.example/7/",
                    }
                ],
            },
        ],
    }
    message.refresh_from_db()
    hook.refresh_from_db()
    assert (message.status, message.cost) == ("sent", 0)
    assert (hook.posted_at is not None, hook.error) == (True, "")


def test_the_same_notice_in_another_language_and_as_an_e_mail(chat, hook, plain_server):
    told(hook, language="uk")
    MessageFactory(template="told", context={"subject": "Слово"}, to_name="Олена", language="uk")

    assert send() == Sent(handed_over=1)
    assert dispatch.send_due("email") == Sent(handed_over=1)

    assert "Відкрити" in json.dumps(chat.contents[0], ensure_ascii=False)
    (letter,) = plain_server.messages
    assert letter["Subject"] == "Слово"
    text = letter.get_content().replace("\r\n", "\n")
    assert text == "Вітаємо, Олена!\n\nA line.\n\nhttps://plumb.example/7/\n"


def test_customers_words_call_nobody_and_lead_nowhere():
    assert slack.harmless("<!channel> & <https://bad.example|click>") == (
        "&lt;!channel&gt; &amp; &lt;https://bad.example|click&gt;"
    )
    assert slack.harmless("@channel @Here @all @everyone @ona") == (
        "@\u200bchannel @\u200bHere @\u200ball @\u200beveryone @ona"
    )


def test_a_notice_is_cut_to_what_the_chat_takes():
    content = json.loads(slack.written(Notice("s" * 151, ("l" * 2000, "m" * 2000))))

    header, section = content["blocks"]
    assert header["text"]["text"] == "s" * 149 + "…"
    assert (len(section["text"]["text"]), section["text"]["text"][-1]) == (3000, "…")


WORDS = "<b>50%</b> off & <users/all> [click](https://bad.example) @channel **now**"


def test_a_workflow_of_teams_gets_an_adaptive_card_in_which_nothing_is_markup(chat):
    hook = hook_at(chat, chat="teams")
    told(hook, WORDS)
    chat.script = [(202, "")]

    assert send() == Sent(handed_over=1)

    assert chat.contents == [
        {
            "type": "message",
            "summary": WORDS,
            "attachments": [
                {
                    "contentType": "application/vnd.microsoft.card.adaptive",
                    "contentUrl": None,
                    "content": {
                        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                        "type": "AdaptiveCard",
                        "version": "1.2",
                        "body": [
                            {
                                "type": "RichTextBlock",
                                "inlines": [{"type": "TextRun", "text": WORDS, "weight": "Bolder", "size": "Medium"}],
                            },
                            {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": "A line."}]},
                        ],
                        "actions": [
                            {"type": "Action.OpenUrl", "title": "Open in Plumb", "url": "https://plumb.example/7/"}
                        ],
                    },
                }
            ],
        }
    ]


def test_google_chat_gets_a_card_whose_paragraphs_hold_no_tags(chat, monkeypatch):
    notices.register("told", lambda context: Notice(context["subject"], (WORDS,), "https://plumb.example/7/"))
    told(hook_at(chat, chat="google"))

    assert send() == Sent(handed_over=1)

    escaped = "&lt;b&gt;50%&lt;/b&gt; off &amp; &lt;users/all&gt; [click](https://bad.example) @channel **now**"
    button = {"text": "Open in Plumb", "onClick": {"openLink": {"url": "https://plumb.example/7/"}}}
    widgets = [{"textParagraph": {"text": escaped}}, {"buttonList": {"buttons": [button]}}]
    card = {"header": {"title": "Word"}, "sections": [{"widgets": widgets}]}
    assert chat.contents == [{"fallbackText": "Word", "cardsV2": [{"cardId": "notice", "card": card}]}]


@pytest.mark.parametrize("written", [teams.written, google.written])
def test_what_is_too_long_for_a_chat_is_cut(written):
    content = written(Notice("s" * 500, ("🙂" * 5000,) * 20, "https://plumb.example/7/"))

    assert len(content) < 28_000
    assert "s" * 149 + "…" in content.decode()
    assert "s" * 150 not in content.decode()


@pytest.mark.parametrize(
    ("host", "chosen", "speaks"),
    [
        ("hooks.slack.com", "", "slack"),
        ("chat.company.example", "", "slack"),
        ("chat.googleapis.com", "", "google"),
        ("notchat.googleapis.com.bad.example", "", "slack"),
        ("prod-12.westeurope.logic.azure.com", "", "teams"),
        ("default1.2.environment.api.powerplatform.com", "", "teams"),
        ("company.webhook.office.com", "", "teams"),
        ("relay.company.example", "teams", "teams"),
        ("chat.googleapis.com", "slack", "slack"),
    ],
)
def test_which_chat_it_is_shows_by_its_host_unless_it_is_chosen(host, chosen, speaks):
    assert TeamHook(url=f"https://{host}/x?key=1", chat=chosen).speaks == speaks


def test_too_many_leaves_that_hook_alone_for_as_long_as_it_says_and_no_other(chat, hook):
    other = hook_at(chat)
    first, second, third = told(hook), told(hook), told(other)
    chat.script = [(429, "rate_limited", {"Retry-After": "300"})]
    now = clock.now()

    assert send() == Sent(put_off=2, handed_over=1)

    assert len(chat.taken) == 2
    for message in (first, second):
        message.refresh_from_db()
        assert message.status == "queued"
        assert timedelta(seconds=290) <= message.send_after - now <= timedelta(seconds=310)
    third.refresh_from_db()
    assert third.status == "sent"


@pytest.mark.parametrize("said", ["", "soon", "-5", "1e400", "999999999"])
def test_a_pause_that_makes_no_sense_is_a_sensible_one(chat, hook, said):
    message = told(hook)
    chat.script = [(429, "", {"Retry-After": said} if said else {})]
    now = clock.now()

    assert send() == Sent(put_off=1)

    message.refresh_from_db()
    assert timedelta(seconds=30) <= message.send_after - now <= timedelta(hours=6, minutes=1)


@pytest.mark.parametrize(
    "answer",
    [
        (404, "no_service"),
        (404, "no_team"),
        (404, ""),
        (410, "channel_is_archived"),
        (403, "action_prohibited"),
        (401, "unauthorized"),
        (400, "invalid_token"),
        (302, "", {"Location": "https://elsewhere.example/"}),
    ],
)
def test_a_dead_hook_fails_its_notice_and_is_switched_off_with_the_reason(chat, hook, answer):
    message, waiting = told(hook), told(hook)
    chat.script = [answer]

    assert send() == Sent(failed=2)

    message.refresh_from_db()
    waiting.refresh_from_db()
    hook.refresh_from_db()
    assert (message.status, waiting.status, hook.is_active) == ("bounced", "bounced", False)
    assert hook.error == message.error == waiting.error
    assert str(answer[0]) in hook.error
    assert len(chat.taken) == 1


def test_notices_that_wait_for_a_hook_that_is_switched_off_or_removed_are_called_off(chat, hook):
    off, gone = hook_at(chat, is_active=False), hook_at(chat)
    first, second = told(off), told(gone)
    gone.delete()

    assert send() == Sent(called_off=2)

    assert chat.taken == []
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.error, second.error) == (SWITCHED_OFF, REMOVED)


def test_a_notice_that_the_chat_does_not_understand_fails_alone(chat, hook):
    told(hook), told(hook)
    chat.script = [(400, "invalid_blocks")]

    assert send() == Sent(failed=1, handed_over=1)

    hook.refresh_from_db()
    assert hook.is_active
    assert Message.objects.get(status="failed").error == "The chat answered: 400 invalid_blocks"


@pytest.mark.parametrize("answer", [500, (503, "down"), "hang-up", "stall"])
def test_a_chat_that_is_down_is_tried_again_later_and_holds_up_no_other(chat, hook, answer):
    other = hook_at(chat)
    message, waiting, third = told(hook), told(hook), told(other)
    chat.script = [answer]

    assert send() == Sent(put_off=2, handed_over=1)

    hook.refresh_from_db()
    assert (hook.is_active, bool(hook.error)) == (True, True)
    assert len(chat.taken) == 2
    Message.objects.update(send_after=clock.now())
    assert send() == Sent(handed_over=2)
    hook.refresh_from_db()
    assert (hook.error, hook.failed_at) == ("", None)
    assert {message.pk, waiting.pk, third.pk} == set(Message.objects.filter(status="sent").values_list("pk", flat=True))


def test_a_hook_into_a_private_network_is_switched_off_with_the_reason(chat, hook, settings):
    settings.DEBUG = False
    TeamHook.objects.filter(pk=hook.pk).update(url="https://169.254.169.254/latest/")
    told(hook)

    assert send() == Sent(failed=1)

    hook.refresh_from_db()
    assert (hook.is_active, hook.error) == (False, "169.254.169.254 leads into a private network.")


def test_the_address_of_a_hook_is_nowhere_to_be_read(chat, hook, caplog):
    told(hook), told(hook)
    chat.script = [(500, "down"), "hang-up"]

    send()

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM delivery_teamhook t")
        rows = str(cursor.fetchall())
        cursor.execute("SELECT row_to_json(t)::text FROM delivery_message t")
        rows += str(cursor.fetchall())
    assert SECRET not in rows + caplog.text
    assert hook.url.endswith(SECRET)


def test_a_hook_that_no_key_opens_any_more_says_so(chat, hook, settings):
    told(hook)
    settings.ENCRYPTION_KEY, settings.ENCRYPTION_KEY_FALLBACKS = (
        "another-key-that-is-quite-as-long-as-a-key-must-be",
        [],
    )

    assert send() == Sent(failed=1)

    hook = TeamHook.objects.get()
    assert (hook.is_active, hook.error) == (False, "None of the encryption keys opens this secret.")
    assert hook.host == ""


def test_a_notice_goes_to_the_person_by_e_mail_and_to_their_team_by_its_hook(chat, hook):
    person = UserFactory(team=hook.team, email="olena@plumb.example", name="Olena", language="lt")

    made = notices.messages_to(person, template="told", context={"subject": "Word"}, key="word-7")

    assert [(m.medium, m.to_address, m.to_name, m.language, m.idempotency_key) for m in made] == [
        ("email", "olena@plumb.example", "Olena", "lt", "word-7-email"),
        ("chat", str(hook.pk), hook.team.name, "lt", "word-7-chat"),
    ]


def test_a_team_without_a_hook_that_works_hears_by_e_mail_only(chat):
    off = hook_at(chat, is_active=False)
    teamless = UserFactory(team=None)

    for person in (UserFactory(team=off.team), UserFactory(team=TeamFactory()), teamless):
        assert [message.medium for message in notices.messages_to(person, template="told", context={}, key="k")] == [
            "email"
        ]
