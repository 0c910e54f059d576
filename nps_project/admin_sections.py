"""The front page of the administration, by what somebody wants to do and not by how the code is parted."""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

App = dict[str, Any]

SECTIONS: Sequence[tuple[str, Promise, Sequence[str]]] = (
    (
        "ask",
        _("Ask"),
        (
            "surveys.Survey",
            "surveys.SurveyVersion",
            "surveys.Trigger",
            "surveys.Wave",
            "responses.OpenLink",
            "responses.Kiosk",
            "responses.WebWidget",
            "responses.TelephoneDoor",
            "surveys.Experiment",
            "surveys.AskingPolicy",
            "surveys.WritingHours",
            "accounts.Brand",
            "accounts.CustomerLanguage",
        ),
    ),
    (
        "follow-up",
        _("Follow up"),
        (
            "followups.Playbook",
            "followups.RootCause",
            "followups.WorkState",
            "followups.ReplyTemplate",
            "followups.CodePool",
            "responses.Topic",
            "delivery.TeamHook",
        ),
    ),
    (
        "recommend",
        _("Let customers recommend us"),
        ("surveys.ReviewLink", "followups.ReferralProgramme", "followups.QuotePolicy"),
    ),
    (
        "people",
        _("People and access"),
        ("accounts.User", "accounts.Team", "auth.Group", "accounts.Organisation", "accounts.Holiday"),
    ),
    (
        "customers",
        _("Customers and deals"),
        ("crm.Company", "crm.Contact", "crm.Deal", "crm.Product", "crm.Channel", "crm.ExchangeRate"),
    ),
    ("read", _("Read the numbers"), ("analytics.Band", "analytics.Benchmark")),
    (
        "connect",
        _("Connect"),
        (
            "accounts.ClientKey",
            "crm.ImportRun",
            "delivery.SendingDomain",
            "surveys.MailDomain",
            "delivery.TextGateway",
            "delivery.TelegramBot",
            "delivery.WhatsAppNumber",
        ),
    ),
    (
        "logs",
        _("Logs"),
        (
            "surveys.Invitation",
            "delivery.Message",
            "delivery.IncomingLetter",
            "delivery.IncomingText",
            "responses.Response",
            "responses.Introduction",
            "responses.LinkVisit",
            "responses.Relabelling",
            "followups.Followup",
            "crm.Touchpoint",
            "crm.Merge",
            "crm.ImportFinding",
            "accounts.SetAsideRow",
            "accounts.SecurityEvent",
        ),
    ),
)
THE_REST = ("look-up", _("Look up"))


def sectioned(apps: Sequence[App]) -> list[App]:
    """Return the models of `apps`, as Django lists them, by section; what no section names comes last."""
    left = {model["model"]._meta.label: model for app in apps for model in app["models"]}
    found = [
        _section(key, name, [left.pop(label) for label in labels if label in left]) for key, name, labels in SECTIONS
    ]
    found.append(_section(*THE_REST, list(left.values())))
    return [section for section in found if section["models"]]


def _section(key: str, name: Promise, models: list[App]) -> App:
    return {"name": name, "app_label": key, "app_url": "", "has_module_perms": True, "models": models}
