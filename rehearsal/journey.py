"""The main job as a person and another system would do it: from a won deal to a number on the dashboard."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable
from email import message_from_string, policy
from typing import Any, Protocol

import psycopg2
import requests
from celery import Celery

from rehearsal.browser import Browser, Page
from rehearsal.chatpage import ChatPage, button
from rehearsal.missed import Missed, expect, until

CUSTOMER = "ona.petraite@shop.example"
PHONE = "+37060000007"
SCORE = 3
COMMENT = "Третий раз переносили доставку — the delivery was moved twice & nobody called."
# Run inside Django, since it makes its rows by the models.
PREPARE = "from rehearsal.prepare import main; main()"
NUDGED = ("surveys.plan_invitations", "surveys.judge_invitations", "delivery.send_messages")
NUDGED_LATER = ("responses.settle_responses", "followups.route_responses", "analytics.refresh_rollups")
NUDGE_EVERY = 2.0
# What beat tells those tasks that it has an entry for by medium.
ARGUMENTS = {"delivery.send_messages": {"medium": "email"}}
NUDGED_FOR_TEXTS = ("surveys.plan_invitations", "surveys.judge_invitations", "responses.take_texts")
NUDGED_FOR_CHATS = (*NUDGED_FOR_TEXTS, "delivery.ask_telegram", "responses.take_chats")


class Walked(Protocol):
    """A running Plumb, as far as somebody who walks through it must know it."""

    web_url: str
    mail_url: str
    # Where texts are caught; "" where they are not.
    text_url: str
    # Where chats are caught; "" where they are not.
    chat_url: str
    settings: dict[str, str]
    # Whose certificates are believed: a file of theirs, or True for those that the machine knows.
    authorities: str | bool

    def manage(self, *arguments: str) -> str: ...

    def check(self) -> None: ...

    def described(self) -> str: ...


class Journey:
    """One walk. Each step does its part, checks it and returns a sentence about what it saw."""

    def __init__(self, stack: Walked) -> None:
        self.stack = stack
        self.facts: dict[str, str] = {}
        self.mail: dict[str, Any] = {}
        self.score_link = ""
        self.survey: Page | None = None
        self.customer = self._browser()
        self.agent = self._browser()
        self.api = requests.Session()
        self.api.trust_env = False
        self.api.verify = stack.authorities
        self._broker = Celery(broker=stack.settings["REDIS_URL"], set_as_current=False)
        self._nudged_at = self._sending_nudged_at = 0.0
        self.text: dict[str, Any] = {}
        self.people = ChatPage(stack.chat_url)

    def steps(self) -> list[Callable[[], str]]:
        return [
            self.set_up,
            self.put_customer,
            self.win_deal,
            self.let_days_pass,
            self.receive_email,
            self.look_at_email,
            self.open_link,
            self.answer,
            self.find_followup,
            self.work_followup,
            self.read_dashboard,
            *([self.ask_by_text, self.answer_by_text, self.stop_by_text] if self.stack.text_url else []),
            *([self.open_chat, self.answer_in_chat, self.stop_in_chat] if self.stack.chat_url else []),
        ]

    def set_up(self) -> str:
        self.facts = json.loads(self.stack.manage("shell", "--command", PREPARE).splitlines()[-1])
        self.api.headers["Authorization"] = f"Bearer {self.facts['client_key']}"
        parts = self.stack.described()
        return f"Running as separate processes: {parts}; an agent, a manager, a survey and a client key are set up."

    def put_customer(self) -> str:
        self._put("products", "P-1", name="Rise Desk")
        self._put("channels", "web", name="Web shop")
        self._put("companies", "C-1", name="Beržas UAB", region="LT")
        contact = self._put(
            "contacts",
            "K-1",
            company="C-1",
            first_name="Ona",
            last_name="Petraitė",
            email=CUSTOMER,
            language="en",
            timezone="Europe/Vilnius",
        )
        deal = self._put("deals", "D-1", **self._deal("open"))
        return f"The API created company C-1, contact K-1 ({contact['email']}) and deal D-1 ({deal['status']})."

    def win_deal(self) -> str:
        first = self._put("deals", "D-1", **self._deal("won"))
        again = self._put("deals", "D-1", **self._deal("won"))
        expect(first["status"] == again["status"] == "won", f"the deal is not won: {first}")
        count = self._count("crm_touchpoint")
        expect(count == 1, f"winning the deal twice made {count} touchpoints instead of 1")
        return "The deal is won; reporting it twice made one touchpoint."

    def let_days_pass(self) -> str:
        until("an invitation to be planned", lambda: self._count("surveys_invitation"), meanwhile=self._nudge)
        expect(not self._mails(), "an e-mail went out before the five days were over")
        return self.stack.manage("advance_clock", "--days", "5", "--minutes", "1").strip()

    def receive_email(self) -> str:
        (found,) = until("the e-mail", self._mails, meanwhile=self._nudge)
        self.mail = self._get_json(f"{self.stack.mail_url}/messages/{found['id']}")
        return f"The mail catcher took “{self.mail['subject']}” for {self.mail['to'][0]}."

    def look_at_email(self) -> str:
        message = message_from_string(self.mail["raw"], policy=policy.default)
        html, text = str(self.mail["html"]), str(self.mail["text"])
        for name in ("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe"):
            expect(message[name], f"the e-mail has no {name}")
        expect(message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click", "unsubscribing takes no one click")
        kinds = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
        expect(kinds[:2] == ["text/plain", "text/html"], f"the parts of the e-mail are {kinds}")
        links = {int(score): link for link, score in re.findall(r'href="([^"]*/s/[^"]*?score=(\d+)[^"]*)"', html)}
        expect(sorted(links) == list(range(11)), f"the buttons are {sorted(links)}, not 0 to 10")
        expect("Ona" in html and "Ona" in text, "the e-mail does not call the customer by name")
        expect(f"{self.stack.web_url}/s/" in text, "the plain text has no link")
        self.score_link = links[SCORE].replace("&amp;", "&")
        return "It has eleven buttons, a plain-text part, a stable Message-ID and one-click unsubscribing."

    def open_link(self) -> str:
        page = self.survey = self.customer.get(self.score_link)
        expect(page.status == 200, f"the survey page answers {page.status}")
        form = page.form_with("score")
        if form is None:
            raise Missed("the survey page has no score to choose")
        expect(form.fields.get("score") == str(SCORE), f"the tapped {SCORE} is not preselected")
        recorded, visits = self._count("responses_response"), self._count("responses_linkvisit")
        expect(recorded == 0, "opening the link recorded a score")
        expect(visits == 1, f"opening the link left {visits} visits instead of 1")
        return f"The button opens the survey with {SCORE} chosen; the visit is on record, a score is not."

    def answer(self) -> str:
        page = self._send(self.survey, "score")
        expect(self._count("responses_response") == 1, "submitting the score recorded nothing")
        thanks = self._send(page, "comment", comment=COMMENT)
        rows = self._rows("SELECT score, category, comment FROM responses_response")
        expect(rows == [(SCORE, "detractor", COMMENT)], f"the answer is kept as {rows}")
        expect(thanks.form_with("comment") is None, "there is no page that thanks")
        return f"Score {SCORE} and the comment are recorded as a detractor's; the last page thanks."

    def find_followup(self) -> str:
        self._log_in(self.agent, self.facts["agent"])
        ending = re.compile(r"/inbox/\d+/(\?|$)")

        def in_inbox() -> str | None:
            links = [link.href for link in self.agent.get("/inbox/").links if ending.search(link.href)]
            return links[0] if links else None

        self.followup = until("a follow-up in the inbox", in_inbox, meanwhile=self._nudge_later)
        page = self.agent.get(self.followup)
        expect(COMMENT.split("&")[0].strip() in page.text, "the follow-up does not show the comment")
        count = self._count("followups_followup")
        expect(count == 1, f"there are {count} follow-ups instead of 1")
        return f"{self.facts['agent']}, the deal's manager, finds one follow-up in the inbox, with the comment."

    def work_followup(self) -> str:
        page = self.agent.get(self.followup)
        page = self._act(page, "/notes/", kind="call", text="Called Ona and apologised.")
        root_cause = next(value for value in self._form(page, "/closure/").choices["root_cause"] if value)
        self._act(page, "/closure/", root_cause=root_cause, resolution="A new date is agreed and kept.")
        rows = self._rows("SELECT status, root_cause FROM followups_followup")
        expect(rows == [("resolved", root_cause)], f"the follow-up is kept as {rows}")
        return f"The call is noted and the follow-up resolved (root cause: {root_cause})."

    def read_dashboard(self) -> str:
        manager = self._browser()
        self._log_in(manager, self.facts["manager"])

        def counted() -> str | None:
            page = manager.get("/dashboard/")
            expect(page.status == 200, f"the dashboard answers {page.status}")
            return page.html if 'data-answers="1"' in page.html and COMMENT[:20] in page.text else None

        until("the dashboard to count the answer", counted, meanwhile=self._nudge_later)
        return f"{self.facts['manager']} sees one answer counted, and its comment, on the dashboard."

    def ask_by_text(self) -> str:
        self._put("contacts", "K-2", first_name="Mykola", last_name="Bondar", phone=PHONE, language="en")
        self._put("deals", "D-2", **self._deal("won") | {"contact": "K-2", "company": ""})
        until("a second invitation", lambda: self._count("surveys_invitation") == 2, meanwhile=self._nudge)
        self.stack.manage("advance_clock", "--days", "10", "--minutes", "1")
        (text,) = until("the text message", self._texts, meanwhile=self._nudge_for_texts)
        self.text = text
        expect(text["to"] == PHONE, f"the text went to {text['to']}")
        link = re.search(r"https?://\S+", text["text"])
        expect(link is not None, f"the text has no link: {text['text']}")
        page = self.customer.get(link[0]) if link else None
        expect(page is not None and page.form_with("score") is not None, "the link of the text opens no survey")
        return f"Who has a phone only got a text of {len(text['text'])} characters, whose link opens the survey."

    def answer_by_text(self) -> str:
        self._write_back("9 Always in time")
        given = "SELECT score, comment FROM responses_response WHERE score = 9"
        rows = until("the answer by text", lambda: self._rows(given), meanwhile=self._nudge_for_texts)
        expect(rows == [(9, "Always in time")], f"the answer is kept as {rows}")
        delivered = "SELECT id FROM delivery_message WHERE medium = 'sms' AND status = 'delivered'"
        until("the receipt of the text", lambda: self._rows(delivered), meanwhile=self._nudge_for_texts)
        return "A 9 with words, texted back, is the answer; the receipt says that the text was delivered."

    def stop_by_text(self) -> str:
        self._write_back("СТОП")
        no = f"SELECT do_not_contact_reason FROM crm_contact WHERE phone = '{PHONE}' AND do_not_contact_reason <> ''"  # noqa: S608
        until("the no", lambda: self._rows(no), meanwhile=self._nudge_for_texts)
        return "СТОП, texted back, ends all letters and texts to that customer."

    def open_chat(self) -> str:
        self.stack.manage("shell", "--command", f"from demo.chats import connect; connect({self.stack.chat_url!r})")
        self._put("contacts", "K-3", first_name="Rasa", last_name="Kazlauskė", language="en")
        self._put("deals", "D-3", **self._deal("won") | {"contact": "K-3", "company": ""})
        ((contact,),) = self._rows("SELECT id FROM crm_contact WHERE external_id = 'K-3'")
        page = self.agent.get(f"/contacts/{contact}/")
        links = [link.href for link in page.links if "/t.me/" in link.href]
        expect(len(links) == 1, f"the page of the contact has {len(links)} links to a chat instead of 1")
        self.people.start(links[0], "Rasa")
        until("a word of welcome", lambda: self._said("Hello! Here Alder & Co"), meanwhile=self._nudge_for_chats)
        return "The page of a contact without any address has the link to the bot's chat; Start joins, and is greeted."

    def answer_in_chat(self) -> str:
        until("a third invitation", lambda: self._count("surveys_invitation") == 3, meanwhile=self._nudge)
        self.stack.manage("advance_clock", "--days", "5", "--minutes", "1")
        self._press("9")
        self._press("Done")
        until("the thanks", lambda: self._said("You chose 9."), meanwhile=self._nudge_for_chats)
        self.people.write(self._chat, "Always in time")
        until("a word about the words", lambda: self._said("Your words stand"), meanwhile=self._nudge_for_chats)
        kept = self._rows(
            """SELECT m.medium, r.score, r.comment FROM responses_response r
            JOIN surveys_invitationmessage s USING (invitation_id) JOIN delivery_message m ON m.id = s.message_id
            WHERE m.medium = 'telegram'"""
        )
        expect(kept == [("telegram", 9, "Always in time")], f"the answer is kept as {kept}")
        return "Asked there, 9 and Done are pressed and words written: the answer is kept, and the chat thanks."

    def stop_in_chat(self) -> str:
        self.people.write(self._chat, "/stop")
        no = "SELECT id FROM crm_contact WHERE external_id = 'K-3' AND do_not_contact_reason <> ''"
        until("the no", lambda: self._rows(no), meanwhile=self._nudge_for_chats)
        until("a word about it", lambda: self._said("You get no more messages"), meanwhile=self._nudge_for_chats)
        return "/stop ends all messages to that customer, and the chat says so."

    @property
    def _chat(self) -> dict[str, Any]:
        return self.people.chats()[0]

    def _said(self, words: str) -> bool:
        return any(words in message["text"] for message in self._chat["messages"] if message["from_bot"])

    def _press(self, label: str) -> None:
        until(f"a button {label}", lambda: button(self._chat, label), meanwhile=self._nudge_for_chats)
        self.people.press(self._chat, label)

    def _texts(self) -> list[dict[str, Any]]:
        found: Any = self.api.get(f"{self.stack.text_url}/texts", timeout=15).json()
        return list(found)

    def _write_back(self, words: str) -> None:
        form = {"id": self.text["id"], "text": words}
        answer = self.api.post(f"{self.stack.text_url}/answer", data=form, timeout=15, allow_redirects=False)
        expect(answer.status_code == 303, f"the phone could not answer: {answer.status_code}")

    def _nudge_for_texts(self) -> None:
        self._run_soon(NUDGED_FOR_TEXTS)
        self._send_soon("sms")

    def _nudge_for_chats(self) -> None:
        self._run_soon(NUDGED_FOR_CHATS)
        self._send_soon("telegram")

    def _send_soon(self, medium: str) -> None:
        if time.monotonic() - self._sending_nudged_at > NUDGE_EVERY:
            self._sending_nudged_at = time.monotonic()
            self._broker.send_task("delivery.send_messages", kwargs={"medium": medium}, ignore_result=True)

    def _browser(self) -> Browser:
        return Browser(self.stack.web_url, authorities=self.stack.authorities)

    def _deal(self, status: str) -> dict[str, str]:
        return {
            "contact": "K-1",
            "company": "C-1",
            "product": "P-1",
            "channel": "web",
            "manager": self.facts["agent"],
            "title": "Forty desks",
            "amount": "29600.00",
            "currency": "EUR",
            "status": status,
        }

    def _put(self, kind: str, external_id: str, **content: str) -> dict[str, Any]:
        address = f"{self.stack.web_url}/api/v1/{kind}/{external_id}/"
        answer = self.api.put(address, json=content, headers={"Idempotency-Key": str(uuid.uuid4())}, timeout=15)
        expect(answer.status_code in {200, 201}, f"PUT {kind} answers {answer.status_code}: {answer.text[:300]}")
        return dict(answer.json())

    def _get_json(self, address: str) -> dict[str, Any]:
        return dict(self.api.get(address, timeout=15).json())

    def _mails(self) -> list[dict[str, Any]]:
        found = self._get_json(f"{self.stack.mail_url}/messages?to={CUSTOMER}")
        return list(found["messages"])

    def _log_in(self, browser: Browser, email: str) -> None:
        page = browser.get("/accounts/login/")
        form = page.form_with("login", "password")
        if form is None:
            raise Missed("the login page has no form")
        inside = browser.submit(page, form, login=email, password=self.facts["password"])
        expect(inside.form_with("password") is None, f"{email} cannot log in: {inside.text[:300]}")

    def _send(self, page: Page | None, field: str, **answers: str) -> Page:
        form = page.form_with(field) if page else None
        if page is None or form is None:
            raise Missed(f"the survey page does not ask for the {field}")
        return self.customer.submit(page, form, **answers)

    def _form(self, page: Page, ending: str) -> Any:
        form = page.form_to(ending)
        if form is None:
            raise Missed(f"{page.url} has no form that goes to …{ending}")
        return form

    def _act(self, page: Page, ending: str, **answers: str) -> Page:
        after = self.agent.submit(page, self._form(page, ending), **answers)
        expect(after.status == 200, f"…{ending} answers {after.status}")
        return after

    def _nudge(self) -> None:
        self._run_soon(NUDGED)

    def _nudge_later(self) -> None:
        self._run_soon(NUDGED_LATER)

    def _run_soon(self, tasks: tuple[str, ...]) -> None:
        """Ask the worker for what beat asks it every half minute, so that the walk is short."""
        self.stack.check()
        if time.monotonic() - self._nudged_at > NUDGE_EVERY:
            self._nudged_at = time.monotonic()
            for task in tasks:
                self._broker.send_task(task, kwargs=ARGUMENTS.get(task, {}), ignore_result=True)

    def _count(self, table: str) -> int:
        ((count,),) = self._rows(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own names
        return int(count)

    def _rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = psycopg2.connect(self.stack.settings["DATABASE_URL"])
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return list(cursor.fetchall())
        finally:
            connection.close()
