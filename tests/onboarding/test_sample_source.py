"""The source of the sample data is nobody else's, and nothing real is joined with them or asked in their place."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from accounts import clock
from accounts.models import ClientKey
from accounts.services import issue_client_key
from accounts.sources import SAMPLE
from crm import merges
from crm.imports import mapping
from crm.imports.mapping import BadMapping
from crm.merges import CannotMerge
from surveys.planning import waves
from tests.factories import ContactFactory, WaveFactory

TAKEN = "“sample” is the name of the sample data. Choose another one."


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["sample", "Sample"])
def test_no_client_key_writes_under_it(name):
    with pytest.raises(ValidationError, match="is the name of the sample data"):
        issue_client_key(name="CRM", source=name, scopes=["write"])
    with pytest.raises(CommandError, match="is the name of the sample data"):
        call_command("issue_client_key", name)
    assert not ClientKey.objects.exists()


@pytest.mark.django_db
def test_the_form_of_a_key_says_so_and_keeps_what_was_typed(client, administrator):
    client.force_login(administrator)

    page = client.post("/admin/accounts/clientkey/add/", {"name": "CRM", "source": "sample", "scopes": ["write"]})

    assert TAKEN in page.text
    assert 'value="sample"' in page.text


def test_no_mapping_of_an_import_names_it():
    text = 'source = "sample"\n[[table]]\nfile = "a.csv"\nkind = "company"\n[table.columns]\nid = "external_id"\n'

    with pytest.raises(BadMapping, match="is the name of the sample data"):
        mapping.read(text)


@pytest.mark.django_db
def test_no_wave_has_a_turn_for_somebody_invented():
    own, _invented = ContactFactory(), ContactFactory(source=SAMPLE, external_id="1")
    wave, now = WaveFactory(), clock.now()
    last = now.date() + timedelta(days=wave.cadence_days - 1)

    turns = waves.turns(wave, first=now.date(), last=last, most=9, now=now)

    assert [contact for contact, _at in turns] == [own.pk]


@pytest.mark.django_db
def test_a_real_record_and_an_invented_one_never_become_one():
    real, invented = ContactFactory(), ContactFactory(source=SAMPLE, external_id="1")

    for survivor, absorbed in ((real, invented), (invented, real)):
        with pytest.raises(CannotMerge):
            merges.merge(survivor, absorbed)
