"""The records of DNS by which other mail servers know letters of the sender's domain as ours. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from onboarding.mail import machine

MAIL_HOST = "mail.example.org"


class RecordPurpose(StrEnum):
    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    REVERSE_NAME = "reverse_name"


@dataclass(frozen=True)
class DomainRecord:
    """`kind`: TXT or PTR; `host` and `value`: what to enter; `explained`: what it is for."""

    purpose: RecordPurpose
    name: str
    kind: str
    host: str
    value: str
    explained: str


def of(domain: str, mail_host: str, selector: str) -> Iterator[DomainRecord]:
    """Yield the records for letters of `domain`, signed with the key named `selector`.

    `mail_host`: the name or the address that letters leave by; "" stands for one that is not known.
    """
    name = mail_host if machine.is_named(mail_host) else MAIL_HOST
    yield DomainRecord(
        RecordPurpose.SPF, "SPF", "TXT", domain, f"v=spf1 {_word(mail_host or MAIL_HOST)} ~all",
        _(
            "Says which machines may send for the domain. Where there is one already, add the a:… to it, before its"
            " end: a domain has one alone. A provider names its own include:… for this."
        ),
    )  # fmt: skip
    yield DomainRecord(
        RecordPurpose.DKIM, "DKIM", "TXT", f"{selector}._domainkey.{domain}", "v=DKIM1; k=rsa; p=…",
        _(
            "The signature of each letter, made by your mail server or provider: it shows the exact name and key to"
            " enter. Let it sign List-Unsubscribe and List-Unsubscribe-Post too."
        ),
    )  # fmt: skip
    yield DomainRecord(
        RecordPurpose.DMARC, "DMARC", "TXT", f"_dmarc.{domain}", f"v=DMARC1; p=none; rua=mailto:postmaster@{domain}",
        _(
            "What becomes of letters that are neither. Begin with p=none and read the reports for some weeks; then"
            " p=quarantine."
        ),
    )  # fmt: skip
    yield DomainRecord(
        RecordPurpose.REVERSE_NAME, _("Reverse name"), "PTR",
        _("the address of the mail server, at your hosting"), name,
        _("The name of the machine that sends, by its address; without one many servers refuse its letters."),
    )  # fmt: skip


def _word(host: str) -> str:
    """Return the word by which SPF names a machine."""
    if not machine.is_address(host):
        return f"a:{host}"
    return f"ip6:{host}" if ":" in host else f"ip4:{host}"
