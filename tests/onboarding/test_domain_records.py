"""The records of the sender's domain looked up against a real name server, and told in words."""

import base64
import re

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from onboarding.mail import lookup
from onboarding.mail.findings import DomainSender, look_up
from onboarding.mail.records import RecordPurpose
from tests.factories import BrandFactory
from tests.onboarding import nameserver

MAIL = "/setup/mail/"
SPF, DKIM, DMARC, REVERSE_NAME = RecordPurpose
# Of 512 bits, which no library makes any more.
SHORT_KEY = (
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKEiaeF3jygWH+J9RD6b4/uaq6AKFESkw7lEGT"
    "hA/TQVdCSJVW5CwWioKeb7bMlhhQmCZtxUvJUy1mOErY1/6jcCAwEAAQ=="
)
# A key of another kind than its record says: of the curve P-256, where rsa is meant.
ELLIPTIC = base64.b64encode(
    ec.derive_private_key(7, ec.SECP256R1()).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()


@pytest.fixture
def server():
    with nameserver.serving() as running:
        running.add("mx.alder.example", "A", "192.0.2.25")
        yield running


@pytest.fixture(scope="module")
def key():
    return of_bits(2048)


def of_bits(bits):
    public = rsa.generate_private_key(65537, bits).public_key()
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def found(purpose, *, domain="alder.example", selector="plumb", host="mx.alder.example"):
    return look_up(DomainSender(domain, selector, host))[purpose]


def test_what_is_there_is_good(server, key):
    server.text("alder.example", "v=spf1 a:mx.alder.example ~all")
    server.text("plumb._domainkey.alder.example", f"v=DKIM1; k=rsa; p={key}")
    server.text("_dmarc.alder.example", "v=DMARC1; p=quarantine")
    server.add("25.2.0.192.in-addr.arpa", "PTR", "MX.alder.example.")

    findings = look_up(DomainSender("alder.example", "plumb", "mx.alder.example"))

    assert {purpose: finding.is_good for purpose, finding in findings.items()} == dict.fromkeys(RecordPurpose, True)
    assert findings[SPF].sentence == "It lets mx.alder.example send."
    assert findings[DMARC].sentence == "That of alder.example counts; policy: quarantine."
    assert findings[DKIM].found == (f"v=DKIM1; k=rsa; p={key}",)
    assert findings[REVERSE_NAME].found == ("192.0.2.25 → mx.alder.example",)


def test_what_is_missing_is_told(server):
    findings = look_up(DomainSender("alder.example", "s1", "mx.alder.example"))

    assert {purpose: finding.is_good for purpose, finding in findings.items()} == dict.fromkeys(RecordPurpose, False)
    assert "“s1”" in findings[DKIM].sentence
    assert findings[REVERSE_NAME].sentence == "No name leads back to 192.0.2.25."


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (["v=spf1 ip4:203.0.113.0/24 ~all"], "It does not name mx.alder.example (192.0.2.25)"),
        (["v=spf1 a ~all", "v=spf1 mx ~all"], "more than one"),
        (["v=spf1 +alles"], "count it as none: “+alles” is wrong"),
        (["v=spf1 a:mx.alder.example ip4:192.0.2.256 ~all"], "“ip4:192.0.2.256” is wrong"),
        (["v=spf1 include:nobody.example ~all"], "leads to a record that is missing"),
        (["v=spf1 " + "mx:alder.example " * 11 + "~all"], "more than ten further lookups"),
        (["v=spf1 a:mx.alder.example +all"], "every machine of the world"),
    ],
)
def test_an_spf_that_does_not_help_says_why(server, texts, said):
    server.text("alder.example", *texts)

    assert found(SPF).is_good is False
    assert said in found(SPF).sentence


def test_without_a_known_machine_spf_is_shown_and_not_judged(server):
    server.text("alder.example", "v=spf1 include:provider.example ~all")

    assert found(SPF, host="").is_good is None
    assert found(SPF, host="").found == ("v=spf1 include:provider.example ~all",)
    assert found(REVERSE_NAME, host="").is_good is None


def test_a_wrong_word_is_told_without_a_known_machine_too(server):
    server.text("alder.example", "v=spf1 include: ~all")

    assert found(SPF, host="").is_good is False
    assert "“include:” is wrong" in found(SPF, host="").sentence


def test_a_provider_that_is_not_named_is_no_error(server):
    server.text("alder.example", "v=spf1 include:_spf.post.example ~all")
    server.text("_spf.post.example", "v=spf1 ip4:203.0.113.0/24 -all")
    server.add("smtp.post.example", "A", "192.0.2.99")

    assert found(SPF, host="smtp.post.example").is_good is None
    assert "provider may send by other machines" in found(SPF, host="smtp.post.example").sentence


def test_the_machine_may_be_named_by_its_address(server):
    server.text("alder.example", "v=spf1 ip4:192.0.2.25 ~all")
    server.add("25.2.0.192.in-addr.arpa", "PTR", "mx.alder.example.")

    assert found(SPF, host="192.0.2.25").is_good
    assert found(REVERSE_NAME, host="192.0.2.25").is_good


def test_of_a_machine_that_others_do_not_see_nothing_is_said(server):
    server.text("alder.example", "v=spf1 ip4:203.0.113.1 ~all")
    server.add("relay.alder.example", "A", "10.0.0.5")

    assert found(SPF, host="relay.alder.example").is_good is None
    assert found(REVERSE_NAME, host="relay.alder.example").is_good is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("v=DKIM1; p=", "withdrawn"),
        ("v=DKIM1; p=abc", "cannot be read"),
        (f"v=DKIM1; p={base64.b64encode(b'nothing').decode()}", "cannot be read"),
        ("v=DKIM2; p=abc", "no key of the name"),
        (f"v=DKIM1; k=ed25519; p={base64.b64encode(bytes(31)).decode()}", "cannot be read"),
        (f"v=DKIM1; k=dsa; p={base64.b64encode(bytes(32)).decode()}", "cannot be read"),
        (f"v=DKIM1; p={ELLIPTIC}", "cannot be read"),
    ],
)
def test_a_key_that_is_none_says_why(server, text, said):
    server.text("plumb._domainkey.alder.example", text)

    assert found(DKIM).is_good is False
    assert said in found(DKIM).sentence


def test_a_short_key_is_told_and_another_kind_is_taken(server):
    server.text("weak._domainkey.alder.example", f"p={SHORT_KEY}")
    server.text("curve._domainkey.alder.example", f"v=DKIM1; k=ed25519; p={base64.b64encode(bytes(32)).decode()}")

    assert "512 bits" in found(DKIM, selector="weak").sentence
    assert found(DKIM, selector="curve").is_good


def test_the_policy_of_a_domain_above_counts(server):
    server.text("_dmarc.alder.example", "v=DMARC1; p=reject; sp=none")

    assert found(DMARC, domain="news.post.alder.example").sentence == "That of alder.example counts; policy: none."


@pytest.mark.parametrize(
    "text", ["v=DMARC1 p=none", "v=dmarc1; p=none", "p=none; v=DMARC1", '"v=DMARC1; p=none"', "p=none"]
)
def test_a_policy_that_nobody_can_read_is_not_missing(server, text):
    server.add("_dmarc.alder.example", "TXT", '"' + text.replace('"', '\\"') + '"')

    assert found(DMARC).is_good is False
    assert "cannot read it" in found(DMARC).sentence
    assert found(DMARC).found == (text,)


def test_a_policy_that_says_nothing_is_told(server):
    server.text("_dmarc.alder.example", "v=DMARC1; p=maybe")

    assert found(DMARC).is_good is False


def test_a_name_that_does_not_lead_back_is_told(server):
    server.add("25.2.0.192.in-addr.arpa", "PTR", "host-25.hosting.example.")

    assert found(REVERSE_NAME).is_good is False
    assert found(REVERSE_NAME).found == ("192.0.2.25 → host-25.hosting.example",)


def test_a_broken_zone_is_no_missing_record(server):
    server.broken.add("_dmarc.alder.example")

    assert found(DMARC).is_good is None
    assert "_dmarc.alder.example" in found(DMARC).sentence
    assert found(SPF).is_good is False


def test_where_dns_is_silent_one_question_is_waited_for(server, monkeypatch):
    monkeypatch.setattr(lookup, "ONE", 0.2)
    server.is_silent = True

    findings = look_up(DomainSender("alder.example", "plumb", "mx.alder.example"))

    assert {finding.is_good for finding in findings.values()} == {None}
    assert "DNS does not answer from here" in findings[DMARC].sentence


def test_one_name_without_an_answer_leaves_the_others(server, monkeypatch):
    monkeypatch.setattr(lookup, "ONE", 0.5)
    server.text("alder.example", "v=spf1 include:slow.example ~all")
    server.text("_dmarc.alder.example", "v=DMARC1; p=none")
    server.slow.add("slow.example")

    findings = look_up(DomainSender("alder.example", "plumb", "mx.alder.example"))

    assert findings[SPF].is_good is None
    assert "about slow.example" in findings[SPF].sentence
    assert findings[DMARC].is_good


@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def reader(self, client, administrator, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "mx.alder.example"
        BrandFactory(sender_address="ask@alder.example")
        client.force_login(administrator)
        return client

    def test_looking_asks_nobody(self, reader, server):
        assert reader.get(MAIL).status_code == 200
        assert server.asked == []

    def test_what_dns_says_stands_with_each_record(self, reader, server):
        server.text("alder.example", "v=spf1 a:mx.alder.example <b>x</b> ~all")

        page = reader.post(MAIL, {"what": "records", "selector": "S1"})

        assert "“&lt;b&gt;x&lt;/b&gt;” is wrong" in page.text
        assert "&lt;b&gt;x&lt;/b&gt;" in page.text
        assert "<code>s1._domainkey.alder.example</code>" in page.text
        assert len(re.findall(r'notice notice--error[^>]*role="status"', page.text)) == 4

    def test_an_empty_name_of_the_key_is_ours(self, reader, server):
        reader.post(MAIL, {"what": "records", "selector": ""})

        assert ("plumb._domainkey.alder.example", "TXT") in server.asked

    @pytest.mark.parametrize("sender", ["ask@☃.example", "ask@xn--a.example", "ask@[192.0.2.1]", "ask@localhost"])
    def test_a_sender_of_no_domain_of_dns_has_no_records(self, reader, server, sender):
        BrandFactory._meta.model.objects.update(sender_address=sender)

        page = reader.post(MAIL, {"what": "records", "selector": ""})

        assert page.status_code == 200
        assert "of no domain that others can look up" in page.text
        assert server.asked == []

    @pytest.mark.parametrize(
        ("host", "word", "name"),
        [
            ("192.0.2.25", "ip4:192.0.2.25", "mail.example.org"),
            ("2001:db8::25", "ip6:2001:db8::25", "mail.example.org"),
            ("mx.alder.example", "a:mx.alder.example", "mx.alder.example"),
            ("postfix", "a:mail.example.org", "mail.example.org"),
            ("192.168.1.9", "a:mail.example.org", "mail.example.org"),
        ],
    )
    def test_the_record_to_enter_names_the_machine_as_it_is_known(self, reader, settings, host, word, name):
        settings.EMAIL_HOST = host

        page = reader.get(MAIL)

        assert f"<code>v=spf1 {word} ~all</code>" in page.text
        assert f"<code>{name}</code>" in page.text
        assert ("In place of mail.example.org write the name" in page.text) is (name != host)

    @pytest.mark.parametrize("written", ["s1._domainkey", " S1._domainkey.alder.example "])
    def test_the_whole_name_of_a_record_is_taken_too(self, reader, server, written):
        reader.post(MAIL, {"what": "records", "selector": written})

        assert ("s1._domainkey.alder.example", "TXT") in server.asked

    @pytest.mark.parametrize("written", ["a b", "..", "x" * 64, "a.b.c.d.e", "ключ", "ſ1"])
    def test_a_name_that_cannot_be_one_is_told_and_kept(self, reader, server, written):
        page = reader.post(MAIL, {"what": "records", "selector": written})

        assert page.context["form"].errors["selector"]
        assert server.asked == []

    def test_a_domain_of_letters_beyond_ascii_is_asked_for_as_it_goes_on_the_wire(self, reader, server):
        BrandFactory._meta.model.objects.update(sender_address="ask@алдер.example")

        reader.post(MAIL, {"what": "records", "selector": ""})

        assert ("_dmarc.xn--80aidw1a.example", "TXT") in server.asked
