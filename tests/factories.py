"""The smallest valid objects."""

from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from accounts import clock, tokens
from crm import address_book
from responses.kiosks import pins


class TeamFactory(DjangoModelFactory):
    class Meta:
        model = "accounts.Team"

    name = factory.Sequence(lambda n: f"Team {n}")


class UserFactory(DjangoModelFactory):
    class Meta:
        model = "accounts.User"
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@plumb.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    # A chief administrator may administer.
    is_staff = factory.LazyAttribute(lambda person: getattr(person, "is_superuser", False))


class ClientKeyFactory(DjangoModelFactory):
    class Meta:
        model = "accounts.ClientKey"

    name = "Other CRM"
    source = "othercrm"
    scopes = ["write"]
    prefix = factory.Sequence(lambda n: f"plumb_{n:06}")
    secret_hash = factory.Sequence(lambda n: tokens.digest(f"secret-{n}"))


class CompanyFactory(DjangoModelFactory):
    class Meta:
        model = "crm.Company"

    name = factory.Sequence(lambda n: f"Company {n}")


class ContactFactory(DjangoModelFactory):
    """A contact whose addresses are written down; `email` and `phone` are the preferred ones."""

    class Meta:
        model = "crm.Contact"
        skip_postgeneration_save = True

    first_name = "Ona"
    last_name = factory.Sequence(lambda n: f"Petraitė {n}")
    email = factory.Sequence(lambda n: f"customer{n}@shop.example")
    language = "en"
    timezone = "Europe/Vilnius"

    @factory.post_generation
    def written_down(self, create, extracted, **kwargs):
        if create:
            updated_at = self.updated_at
            emails, phones = kwargs.get("emails", [self.email]), kwargs.get("phones", [self.phone])
            address_book.set_addresses(self, emails=emails, phones=phones)
            type(self).objects.filter(pk=self.pk).update(updated_at=updated_at)
            self.updated_at = updated_at


class ProductFactory(DjangoModelFactory):
    class Meta:
        model = "crm.Product"

    name = factory.Sequence(lambda n: f"Product {n}")


class ChannelFactory(DjangoModelFactory):
    class Meta:
        model = "crm.Channel"

    name = factory.Sequence(lambda n: f"Channel {n}")


class DealFactory(DjangoModelFactory):
    class Meta:
        model = "crm.Deal"

    contact = factory.SubFactory(ContactFactory)


class TouchpointFactory(DjangoModelFactory):
    class Meta:
        model = "crm.Touchpoint"

    kind = "deal_won"
    contact = factory.SubFactory(ContactFactory)
    occurred_at = factory.LazyFunction(clock.now)
    manager = None
    team = factory.LazyAttribute(lambda o: o.manager.team if o.manager else None)
    amount = None
    amount_base = factory.LazyAttribute(lambda o: o.amount)


class MessageFactory(DjangoModelFactory):
    """A message that is due; the template "test" is written by tests/delivery/conftest.py."""

    class Meta:
        model = "delivery.Message"

    medium = "email"
    purpose = "staff"
    to_address = factory.Sequence(lambda n: f"customer{n}@shop.example")
    language = "en"
    template = "test"
    idempotency_key = factory.Sequence(lambda n: f"test-{n}")


class BrandFactory(DjangoModelFactory):
    class Meta:
        model = "accounts.Brand"

    slug = factory.Sequence(lambda n: f"brand-{n}")
    name = "Ąžuolas & Co"


class SurveyFactory(DjangoModelFactory):
    class Meta:
        model = "surveys.Survey"

    name = factory.Sequence(lambda n: f"Survey {n}")
    brand = factory.SubFactory(BrandFactory)
    status = "active"


class SurveyVersionFactory(DjangoModelFactory):
    """A published version with the standard texts."""

    class Meta:
        model = "surveys.SurveyVersion"

    survey = factory.SubFactory(SurveyFactory)
    number = factory.Sequence(lambda n: n + 1)
    published_at = factory.LazyFunction(clock.now)

    @factory.lazy_attribute
    def texts(self):
        from surveys.wording.texts import STANDARD

        return STANDARD[self.survey.metric]


class TriggerFactory(DjangoModelFactory):
    class Meta:
        model = "surveys.Trigger"

    survey = factory.SubFactory(SurveyFactory)
    name = factory.Sequence(lambda n: f"Trigger {n}")
    asks_since = factory.LazyFunction(lambda: clock.now() - timedelta(days=365))
    is_active = True


class WaveFactory(DjangoModelFactory):
    """A wave that asks every day of the week; its survey has a published wording."""

    class Meta:
        model = "surveys.Wave"

    survey = factory.LazyFunction(lambda: SurveyVersionFactory(survey__kind="relational").survey)
    name = factory.Sequence(lambda n: f"Wave {n}")
    window_weekdays = [1, 2, 3, 4, 5, 6, 7]
    is_active = True


class ExperimentFactory(DjangoModelFactory):
    class Meta:
        model = "surveys.Experiment"

    survey = factory.SubFactory(SurveyFactory)
    name = factory.Sequence(lambda n: f"Experiment {n}")
    starts_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=1))
    ends_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=30))


class ArmFactory(DjangoModelFactory):
    class Meta:
        model = "surveys.ExperimentArm"

    experiment = factory.SubFactory(ExperimentFactory)
    name = factory.Sequence(lambda n: f"Arm {n}")
    share = 50


class InvitationFactory(DjangoModelFactory):
    """An invitation that was sent and may be answered."""

    class Meta:
        model = "surveys.Invitation"
        skip_postgeneration_save = True

    version = factory.SubFactory(SurveyVersionFactory)
    survey = factory.SelfAttribute("version.survey")
    brand = factory.SelfAttribute("survey.brand")
    metric = factory.SelfAttribute("survey.metric")
    contact = factory.SubFactory(ContactFactory)
    kind = "transactional"
    language = "en"
    medium = "email"
    status = "sent"
    # Replaced by the digest of the real token as soon as the row has an id.
    token_hash = factory.Sequence(lambda n: tokens.digest(f"invitation-{n}"))
    due_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=1))
    # Handed over and not come back: what never left asked nobody.
    asked_at = factory.LazyAttribute(
        lambda o: clock.now() - timedelta(days=1) if o.status in ("sent", "delivered", "answered", "expired") else None
    )
    queued_at = factory.LazyAttribute(lambda o: o.asked_at or clock.now() - timedelta(days=1))
    sent_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=1))
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=29))

    @factory.post_generation
    def real_token(self, create, extracted, **kwargs):
        if create and self.token_hash is not None:
            self.token_hash = tokens.digest(tokens.derive("invitation", self.pk))
            self.save(update_fields=["token_hash"])


class EntryFactory(DjangoModelFactory):
    class Meta:
        model = "responses.Entry"

    kind = "open_link"
    origin = "open_link"


class ResponseFactory(DjangoModelFactory):
    class Meta:
        model = "responses.Response"

    invitation = factory.SubFactory(InvitationFactory, status="answered")
    survey = factory.SelfAttribute("invitation.survey")
    version = factory.SelfAttribute("invitation.version")
    contact = factory.SelfAttribute("invitation.contact")
    brand = factory.SelfAttribute("survey.brand")
    kind = "transactional"
    language = "en"
    score = 9


class OpenLinkFactory(DjangoModelFactory):
    """A link whose survey has a published wording."""

    class Meta:
        model = "responses.OpenLink"

    class Params:
        version = factory.SubFactory(SurveyVersionFactory)

    name = "Till 2"
    survey = factory.SelfAttribute("version.survey")

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        return model_class.objects.open(**kwargs)


class KioskFactory(OpenLinkFactory):
    """A kiosk with the PIN 4821, whose hash is quick to try."""

    class Meta:
        model = "responses.Kiosk"

    name = "Hall"
    pin_hash = factory.LazyFunction(lambda: pins.kept("4821", rounds=10))


class WebWidgetFactory(OpenLinkFactory):
    """A widget on one site that asks everybody at once, and knows who is signed in."""

    class Meta:
        model = "responses.WebWidget"

    name = "Shop"
    origins = factory.List(["https://shop.example"])
    delay_seconds = 0
    secret = "a-secret-of-the-site-that-is-long-enough-for-another-algorithm-too"


class PlaybookFactory(DjangoModelFactory):
    class Meta:
        model = "followups.Playbook"

    # The playbooks for all surveys are there already, by migration.
    survey = factory.SubFactory(SurveyFactory)
    category = "detractor"


class FollowupFactory(DjangoModelFactory):
    class Meta:
        model = "followups.Followup"

    response = factory.SubFactory(ResponseFactory, score=3)
    first_contact_due_at = factory.LazyFunction(lambda: clock.now() + timedelta(hours=8))
    resolve_due_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=5))
    next_due_at = factory.SelfAttribute("first_contact_due_at")
