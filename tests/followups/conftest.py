import pytest

from tests.factories import (
    CompanyFactory,
    ContactFactory,
    DealFactory,
    FollowupFactory,
    InvitationFactory,
    ProductFactory,
    TouchpointFactory,
)


@pytest.fixture
def followup(owner, team):
    contact = ContactFactory(
        first_name="Ona", last_name="Petraitė", phone="+37060000000", company=CompanyFactory(name="Baltic Foods")
    )
    deal = DealFactory(contact=contact, title="Roof for Baltic Foods", manager=owner)
    touchpoint = TouchpointFactory(contact=contact, deal=deal, manager=owner)
    invitation = InvitationFactory(status="answered", contact=contact, touchpoint=touchpoint)
    return FollowupFactory(
        assignee=owner,
        team=team,
        instructions={"en": "Call today.", "uk": "Зателефонуйте сьогодні."},
        response__invitation=invitation,
        response__comment="Two weeks late.",
        response__product=ProductFactory(name="GTX Pro"),
        response__manager=owner,
        response__amount=1200,
        response__currency="EUR",
    )
