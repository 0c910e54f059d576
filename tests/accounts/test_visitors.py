import pytest
from django.test import RequestFactory

from accounts.visitors import address, family, network

DIRECT = "192.0.2.77"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("", ""),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36", "Chrome"),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605.1 (KHTML, like Gecko) Version/19.0 Mobile Safari/604.1", "Safari"),
        ("Mozilla/5.0 (iPhone) AppleWebKit/605.1 CriOS/156.0 Mobile Safari/604.1", "Chrome"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156.0 Safari/537.36 Edg/156.0", "Edge"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/156 Safari/537.36 OneOutlook/1.2", "Outlook"),
        ("Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "bot"),
        ("Mozilla/5.0 HeadlessChrome/156.0 Safari/537.36", "bot"),
        ("python-requests/2.32", "script"),
        ("NCSA Mosaic/2.0", "other"),
    ],
)
def test_browser_is_known_by_its_family(header, name):
    assert family(header) == name


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_address_is_kept_as_a_network_only(address, expected):
    assert network(address) == expected


def seen(forwarded=None, remote=DIRECT):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=remote))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, DIRECT),
        (0, "198.51.100.1", DIRECT),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.1, 203.0.113.9, 10.0.0.5", "203.0.113.9"),
        (2, "203.0.113.9, 10.0.0.5", "203.0.113.9"),
        (2, "10.0.0.5", "10.0.0.5"),
        (3, "1.1.1.1,2.2.2.2,203.0.113.9,10.0.0.5,10.0.0.6", "203.0.113.9"),
        (1, None, DIRECT),
        (1, "", DIRECT),
    ],
)
def test_the_client_is_whom_the_outermost_of_our_proxies_saw(settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies

    assert seen(forwarded) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:DB8:0:0::1]:443", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:51234", "203.0.113.9"),
        (' "203.0.113.9" ', "203.0.113.9"),
        ("unknown", ""),
        ("_hidden", ""),
        ("203.0.113.999", ""),
        ("203.0.113.9; DROP TABLE", ""),
        ("fe80::1%eth0", ""),
        ("1" * 5000, ""),
        ("\u0661.1.1.1", ""),
    ],
)
def test_an_address_is_read_as_proxies_write_it_and_garbage_is_none(settings, written, expected):
    settings.TRUSTED_PROXIES = 1

    assert seen(f"198.51.100.1, {written}") == expected


@pytest.mark.parametrize("remote", ["", "unix:", "@"])
def test_a_connection_without_an_address_has_none(remote):
    assert seen(remote=remote) == ""


def test_what_a_client_claims_never_makes_it_somebody_else(settings):
    settings.TRUSTED_PROXIES = 1

    claims = [f"10.1.2.{number}, 203.0.113.9" for number in range(20)]

    assert {seen(claim) for claim in claims} == {"203.0.113.9"}
