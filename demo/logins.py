"""Who can log in to the demo: role, e-mail address, password; and what each kind of user tries first."""

from typing import NamedTuple

PASSWORD = "plumb-demo"

LOGINS = [
    ("administrator", "admin@plumb.example", PASSWORD),
    ("head of all teams", "ceo@plumb.example", PASSWORD),
    ("manager", "olena@plumb.example", PASSWORD),
    ("agent", "jonas@plumb.example", PASSWORD),
]


MAIL, TEXTS, CHATS, SHOP = "mail", "texts", "chats", "shop"


class FirstStep(NamedTuple):
    """`path`: of Plumb, or where mail, texts or chats are caught, or the shop that asks in its pages."""

    role: str
    path: str
    words: str


FIRST_STEPS = [
    FirstStep("agent", "/inbox/", "open the first follow-up, say what you agreed on, resolve it"),
    FirstStep("manager", "/dashboard/", "see what changed, and press a number to read the answers behind it"),
    FirstStep("head of all teams", "/dashboard/", "see what to fix first, and whose customers it is about"),
    FirstStep("administrator", "/setup/try/", "send the survey to yourself and see what your answer becomes"),
    FirstStep("customer", MAIL, "open an invitation among the caught e-mail and press a score"),
    FirstStep("customer", TEXTS, "answer one of the caught texts with a number and a few words"),
    FirstStep("customer", CHATS, "press a score in one of the caught chats, or write 9 in WhatsApp, then say why"),
    FirstStep("customer", SHOP, "answer on a page of another site, as a visitor or signed in"),
]
