"""One believable record of each kind, for the documentation of the API."""

from typing import Any

from crm.models import Facts

ROWS: dict[str, list[dict[str, Any]]] = {
    "companies": [
        {"external_id": "c-17", "name": "Ąžuolas UAB", "domain": "azuolas.example", "size_band": "50-249"},
        {"external_id": "c-18", "name": "Beržas UAB", "region": "LT", "timezone": "Europe/Vilnius"},
    ],
    "contacts": [
        {
            "external_id": "p-301", "company": "c-17", "first_name": "Ona", "last_name": "Petraitė",
            "email": "ona@azuolas.example", "phone": "+370 600 00000", "language": "lt",
            "consent": {"email": "given"}, "marketing_consent": {"email": "given", "sms": "objected"},
            "marketing_consent_at": "2026-05-04T16:12:40+03:00",
            "marketing_consent_evidence": "Order form, wording of 2026-03: “Send me offers and news by e-mail.”",
        },
        {"external_id": "p-302", "first_name": "Ivan", "email": "ivan@shop.example", "do_not_contact": True},
    ],
    "products": [{"external_id": "gtx", "name": "GTX Pro"}, {"external_id": "mg", "name": "MG Special"}],
    "channels": [{"external_id": "web", "name": "Web shop"}, {"external_id": "phone", "name": "Phone"}],
    "deals": [
        {
            "external_id": "d-9001", "contact": "p-301", "company": "c-17", "manager": "olena@plumb.example",
            "product": "gtx", "channel": "web", "amount": "1250.00", "currency": "EUR",
            "status": "won", "closed_at": "2026-05-04T16:30:00+03:00",
        },
        {"external_id": "d-9002", "contact": "p-302", "status": "open"},
    ],
    "touchpoints": [
        {
            "external_id": "t-55", "kind": "ticket_solved", "contact": "p-301",
            "occurred_at": "2026-05-04T16:30:00+03:00",
        },
        {"external_id": "t-56", "kind": "order_delivered", "deal": "d-9001", "occurred_at": "2026-05-06T09:00:00Z"},
    ],
}  # fmt: skip

KEPT = {"created_at": "2026-05-04T13:30:02Z", "updated_at": "2026-05-04T13:30:02Z"}
NO_FACTS = {**dict.fromkeys(Facts.TOLD), "campaign": "", "team": None, "amount_base": None}

ANSWERS: dict[str, dict[str, Any]] = {
    "companies": {
        "name": "Ąžuolas UAB", "domain": "azuolas.example", "industry": "", "size_band": "50-249", "region": "",
        "timezone": "",
    },
    "contacts": {
        "company": "c-17", "first_name": "Ona", "last_name": "Petraitė", "email": "ona@azuolas.example",
        "emails": ["ona@azuolas.example"], "phone": "+37060000000", "phones": ["+37060000000"], "job_title": "",
        "language": "lt", "timezone": "", "region": "", "customer_since": None, "birth_year": None,
        "lifecycle": "",
        "do_not_contact": False, "do_not_contact_at": None, "do_not_contact_reason": "",
        "consent": {"email": "given"}, "marketing_consent": {"email": "given", "sms": "objected"},
        "email_bounced_at": None, "latest_scores": None,
    },
    "products": {"name": "GTX Pro", "is_active": True},
    "channels": {"name": "Web shop", "is_active": True},
    "deals": {
        "contact": "p-301", "company": "c-17", "manager": "olena@plumb.example", "product": "gtx", "channel": "web",
        "brand": None, "team": "Sales North", "campaign": "", "amount": "1250.00", "amount_base": "1250.00",
        "currency": "EUR", "title": "", "url": "", "referral_code": "", "opened_at": None, "status": "won",
        "closed_at": "2026-05-04T13:30:00Z",
    },
    "touchpoints": {
        **NO_FACTS, "company": "c-17", "kind": "ticket_solved", "occurred_at": "2026-05-04T13:30:00Z", "deal": None,
        "contact": "p-301", "currency": "", "cancelled_at": None,
    },
}  # fmt: skip
ANSWERS = {
    many: {"id": 42, "source": "hubspot", "external_id": ROWS[many][0]["external_id"], **answer, **KEPT}
    for many, answer in ANSWERS.items()
}
