"""SPF against a real name server; the zone of example.com is that of RFC 7208, appendix A."""

import pytest

from onboarding.mail import spf
from onboarding.mail.lookup import Lookup
from onboarding.mail.spf import SpfVerdict
from tests.onboarding import nameserver

PASSED, FAILED, NEUTRAL = SpfVerdict.PASSED, SpfVerdict.FAILED, SpfVerdict.NEUTRAL
BROKEN, COSTLY = SpfVerdict.BROKEN, SpfVerdict.COSTLY


@pytest.fixture
def server():
    with nameserver.serving() as running:
        running.add("example.com", "A", "192.0.2.10", "192.0.2.11")
        running.add("example.com", "MX", "10 mail-a.example.com.", "20 mail-b.example.com.")
        running.add("amy.example.com", "A", "192.0.2.65")
        running.add("mail-a.example.com", "A", "192.0.2.129")
        running.add("mail-b.example.com", "A", "192.0.2.130")
        running.add("mail-c.example.org", "A", "192.0.2.140")
        running.add("example.org", "MX", "10 mail-c.example.org.")
        running.add("six.example.com", "AAAA", "2001:db8::7")
        running.add("10.2.0.192.in-addr.arpa", "PTR", "example.com.")
        running.add("65.2.0.192.in-addr.arpa", "PTR", "amy.example.com.")
        running.add("140.2.0.192.in-addr.arpa", "PTR", "mail-c.example.org.")
        yield running


def verdict(server, record, address):
    server.zone.pop(("example.com", "TXT"), None)
    server.text("example.com", "some other text", record)
    return spf.check(Lookup(), address, "example.com")


@pytest.mark.parametrize(
    ("record", "passing", "failing"),
    [
        ("v=spf1 +all", ["192.0.2.129", "203.0.113.1"], []),
        ("v=spf1 a -all", ["192.0.2.10", "192.0.2.11"], ["192.0.2.65"]),
        ("v=spf1 a:example.org -all", [], ["192.0.2.10", "192.0.2.140"]),
        ("v=spf1 mx -all", ["192.0.2.129", "192.0.2.130"], ["192.0.2.10"]),
        ("v=spf1 mx:example.org -all", ["192.0.2.140"], ["192.0.2.130"]),
        ("v=spf1 mx mx:example.org -all", ["192.0.2.130", "192.0.2.140"], ["192.0.2.10"]),
        ("v=spf1 mx/30 mx:example.org/30 -all", ["192.0.2.131", "192.0.2.143"], ["192.0.2.132", "192.0.2.144"]),
        ("v=spf1 ptr -all", ["192.0.2.10", "192.0.2.65"], ["192.0.2.140", "192.0.2.130"]),
        ("v=spf1 ip4:192.0.2.128/28 -all", ["192.0.2.129", "192.0.2.143"], ["192.0.2.65", "192.0.2.144"]),
        ("V=SPF1 IP4:192.0.2.65 -ALL", ["192.0.2.65"], ["192.0.2.66"]),
        ("v=spf1 a:six.example.com//64 -all", ["2001:db8::1"], ["2001:db9::1", "192.0.2.10"]),
        ("v=spf1 ip6:2001:db8::/32 -all", ["2001:db8:1::"], ["2001:db9::", "192.0.2.10"]),
        ("v=spf1 exists:amy.example.com -all", ["192.0.2.1"], []),
        ("v=spf1 -ip4:192.0.2.10 a -all exp=why.example.com", ["192.0.2.11"], ["192.0.2.10"]),
    ],
)
def test_machines_are_let_send_and_refused_as_the_standard_says(server, record, passing, failing):
    assert {address: verdict(server, record, address) for address in passing} == dict.fromkeys(passing, PASSED)
    assert {address: verdict(server, record, address) for address in failing} == dict.fromkeys(failing, FAILED)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        ("v=spf1 ~all", SpfVerdict.SOFTLY_FAILED),
        ("v=spf1 ?all", NEUTRAL),
        ("v=spf1", NEUTRAL),
        ("v=spf1 a:%{d} all", SpfVerdict.OPEN),
        ("v=spf1 a:example.org ipv4:192.0.2.1", BROKEN),
        ("v=spf1 all ipv4:192.0.2.1", BROKEN),
        ("v=spf1 ip4:192.0.2.300", BROKEN),
        ("v=spf1 ip4:192.0.2.0/40 all", BROKEN),
        ("v=spf1 include:nobody.example all", BROKEN),
        ("v=spf1 redirect=nobody.example", BROKEN),
        ("v=spf1 " + "mx:example.org " * 11 + "all", COSTLY),
        ("v=spf1 a:no.example.com a:nor.example.com all", PASSED),
        ("v=spf1 a:no.example.com mx:nor.example.com exists:never.example.com all", COSTLY),
        ("v=spf1 exists:six.example.com -all", FAILED),
        ("v=spf1 exists:%{l/}.example.com -all", SpfVerdict.OPEN),
    ],
)
def test_what_is_no_yes_is_none(server, record, said):
    assert verdict(server, record, "203.0.113.1") is said


@pytest.mark.parametrize(
    "word",
    [
        "ip4:192.0.2.300", "ip4:192.0.2.0/33", "ip4:2001:db8::1", "ip4", "ip6:192.0.2.1", "ip6:2001:db8::/129",
        "ip6:fe80::1%eth0", "a:192.0.2.25", "a/33", "mx//129", "a:two..dots.example", f"a:{'x' * 64}.example",
        f"include:{'long.' * 60}example", "include", "include:localhost", "include:provider.example/24", "exists",
        "include:алдер.example", "all:example.com", "all/8", "exists:%i.example.com", "redirect=", "exp=",
        "redirect=a.example redirect=a.example", "ip4: 192.0.2.1", "all\tmx",
    ],
)  # fmt: skip
def test_a_wrong_word_breaks_the_record_wherever_it_stands(server, word):
    assert verdict(server, f"v=spf1 ip4:192.0.2.1 -all {word}", "192.0.2.1") is BROKEN


def test_a_host_of_version_4_alone_is_no_name_of_nothing_to_version_6(server):
    record = "v=spf1 a:mail-a.example.com a:mail-b.example.com a:mail-c.example.org a:six.example.com -all"

    assert verdict(server, record, "2001:db8::7") is PASSED
    assert verdict(server, record, "192.0.2.140") is PASSED


def test_each_question_is_asked_once(server):
    server.text("example.com", "v=spf1 a a:example.com mx ~all")
    lookup = Lookup()

    spf.check(lookup, "203.0.113.1", "example.com")
    spf.check(lookup, "203.0.113.2", "example.com")

    assert len(server.asked) == len(set(server.asked))


def test_includes_and_redirects_are_followed(server):
    server.text("_spf.provider.example", "v=spf1 ip4:198.51.100.0/24 -all")

    included = "v=spf1 include:_spf.provider.example ~all"
    assert verdict(server, included, "198.51.100.9") is PASSED
    assert verdict(server, included, "203.0.113.9") is SpfVerdict.SOFTLY_FAILED
    assert verdict(server, "v=spf1 redirect=_spf.provider.example", "203.0.113.9") is FAILED


def test_a_circle_ends(server):
    server.text("round.example", "v=spf1 include:example.com all")

    assert verdict(server, "v=spf1 include:round.example all", "203.0.113.9") is COSTLY


def test_two_records_count_as_none(server):
    server.text("_spf.provider.example", "v=spf1 all", "v=spf1 -all")

    assert verdict(server, "v=spf1 include:_spf.provider.example all", "203.0.113.9") is BROKEN


def test_a_domain_without_a_record_says_nothing(server):
    assert spf.check(Lookup(), "192.0.2.10", "example.org") is NEUTRAL
