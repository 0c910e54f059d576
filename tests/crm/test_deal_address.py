"""Where the CRM shows a deal: taken from other systems, and a link on every page that names the deal."""

import pytest

from crm.models import Deal
from crm.parsers import web_address
from tests.factories import DealFactory, FollowupFactory, InvitationFactory, TouchpointFactory

pytestmark = pytest.mark.django_db
PAGE = "https://crm.alder.example/deals/7?tab=1"


@pytest.mark.parametrize("address", [PAGE, "http://crm.local:8080/d/7", "", "  https://crm.example/ą  "])
def test_addresses_of_pages_are_taken(address):
    assert web_address(address, 500) == address.strip()


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "crm.example/7", "https://", "//crm.example/7", "https://[x/", "ftp://a/b",
     'https://a.example/"onclick=x', "https://a.example/\\evil", "JavaScript://a.example/%0aalert(1)"],
)  # fmt: skip
def test_nothing_else_is_since_people_click_on_it(address):
    with pytest.raises(ValueError, match="is not the address of a page"):
        web_address(address, 500)


def test_the_followup_shows_what_the_crm_knows_of_the_deal_and_leads_there(client, owner):
    deal = DealFactory(
        title="Forty desks", url=PAGE, source="hubspot", external_id="d-9001", manager=owner,
    )  # fmt: skip
    touchpoint = TouchpointFactory(contact=deal.contact, deal=deal, manager=owner)
    invitation = InvitationFactory(contact=deal.contact, touchpoint=touchpoint, status="answered")
    followup = FollowupFactory(response__invitation=invitation, assignee=owner, team=owner.team)
    client.force_login(owner)

    shown = client.get(followup.get_absolute_url()).text

    assert f'<a href="{PAGE}" rel="noreferrer">Forty desks</a>' in shown
    assert "d-9001 (hubspot)" in shown
    assert f'<a href="{PAGE}" rel="noreferrer">Forty desks</a>' in client.get(f"/contacts/{deal.contact_id}/").text
    Deal.objects.update(url="")
    assert "Forty desks</a>" not in client.get(followup.get_absolute_url()).text
