"""What Meta tells of a customer, as its manual shows it."""

import itertools

PHONE = "+380501112233"
_numbers = itertools.count(1)


def message(kind, about=None, *, phone=PHONE, at=None, name=None, answers=None, **more):
    told = {"from": phone.removeprefix("+"), "id": name or f"wamid.in{next(_numbers)}", "type": kind, **more}
    if at is not None:
        told["timestamp"] = str(int(at.timestamp()))
    if about is not None:
        told[kind] = about
    if answers:
        told["context"] = {"from": "380441234567", "id": answers}
    return told


def text(body, **more):
    return message("text", {"body": body}, **more)


def button(payload, label="No more messages", **more):
    return message("button", {"payload": payload, "text": label}, **more)


def reply(said, title="9", **more):
    return message("interactive", {"type": "button_reply", "button_reply": {"id": said, "title": title}}, **more)


def row(said, title="Price", **more):
    chosen = {"id": said, "title": title, "description": title}
    return message("interactive", {"type": "list_reply", "list_reply": chosen}, **more)


def preference(value, *, phone=PHONE):
    who = phone.removeprefix("+")
    return {"type": "preference", "from": who, "id": f"preference-{who}-1-{value}", "timestamp": "1", "value": value}
