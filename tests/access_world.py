"""One small company for trying every address as everybody: whose rows they are, and who looks."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import admin

from accounts import clock, letters, roles, tokens
from accounts.access import loginaddress
from accounts.models import Absence, BrandLogo, CustomerLanguage, StaffSession
from analytics.models import Alarm, Goal, SavedView, Wallboard, WatchedSeries, WordProposal
from crm import merges
from crm.models import ImportRun
from delivery.models import IncomingLetter
from followups.mailings import letters as offers
from followups.models import (
    BulkDeed,
    ClosingLetter,
    CustomerCall,
    CustomerLetter,
    Improvement,
    Mailing,
    MailingRecipient,
    Playbook,
    QuotePolicy,
    ReferralProgramme,
    ReferralReward,
    RootCause,
    SavedQueue,
    StaffNotice,
    Testimonial,
    WorkState,
)
from followups.referrals import codes
from onboarding.models import Trial
from responses import remarks
from responses.kiosks import pairing
from responses.models import Introduction, Remark, Topic
from surveys.models import CustomerSegment, ReviewLink
from tests.conftest import person
from tests.factories import (
    ArmFactory,
    BrandFactory,
    CompanyFactory,
    ContactFactory,
    DealFactory,
    ExperimentFactory,
    FollowupFactory,
    InvitationFactory,
    KioskFactory,
    MessageFactory,
    OpenLinkFactory,
    TeamFactory,
    TouchpointFactory,
    TriggerFactory,
    UserFactory,
    WaveFactory,
    WebWidgetFactory,
)

NOBODY, OWNER, TEAMMATE, MANAGER, OTHER, RIVAL, ADMINISTRATOR, SUPERUSER = (
    "nobody", "owner", "teammate", "manager", "other", "rival", "administrator", "superuser",
)  # fmt: skip
# The owner's rows are looked at. Teammate and manager share the owner's team; another agent and another manager, the
# rival, belong to another team.
EVERYBODY = (NOBODY, OWNER, TEAMMATE, MANAGER, OTHER, RIVAL, ADMINISTRATOR, SUPERUSER)

# The addresses of an improvement, which belongs to the owner's team and was proposed by them.
OF_IMPROVEMENT = (
    "improvement", "improvement_change", "improvement_votes", "improvement_comments", "improvement_state",
    "improvement_answers", "improvement_letters",
)  # fmt: skip


@dataclass
class World:
    people: dict[str, Any]
    # What the parts of addresses are filled with, by name of the part, or by "address.part" for one address.
    parts: dict[str, Any] = field(default_factory=dict)

    def part(self, address: str, name: str) -> Any:
        return self.parts.get(f"{address}.{name}", self.parts.get(name))


def build() -> World:
    north, south = TeamFactory(name="North"), TeamFactory(name="South")
    people = {
        NOBODY: None,
        OWNER: person(roles.AGENTS, team=north, email="owner@plumb.example"),
        TEAMMATE: person(roles.AGENTS, team=north),
        MANAGER: person(roles.MANAGERS, team=north),
        OTHER: person(roles.AGENTS, team=south),
        RIVAL: person(roles.MANAGERS, team=south),
        ADMINISTRATOR: person(roles.ADMINISTRATORS, is_staff=True),
        SUPERUSER: UserFactory(is_staff=True, is_superuser=True),
    }
    view = SavedView.objects.create(owner=people[MANAGER], name="Slow")
    word = WordProposal.objects.create(
        topic=Topic.objects.get(slug="price"), language="en", pattern="worth*", comments=9, of_topic=8, z=3.5
    )
    series = WatchedSeries.objects.create(metric="nps", team=north)
    alarm = Alarm.objects.create(
        series=series,
        start=date(2026, 7, 6),
        granularity="week",
        direction="worse",
        baseline=40,
        points=-9,
        statistic=-4,
    )
    goal = Goal.objects.create(
        team=north, metric="nps", span="year", start=date(2099, 1, 1), target=40, set_by=people[ADMINISTRATOR]
    )
    board = Wallboard(name="7", team=north, made_by=people[ADMINISTRATOR])
    token = board.draw_token()
    board.save()
    queue = SavedQueue.objects.create(owner=people[OWNER], name="Critics", query="tab=mine")
    deed = BulkDeed.objects.create(key=uuid4(), by=people[OWNER], kind="note")
    segment = CustomerSegment.objects.create(owner=people[OWNER], name="7", conditions={"answered": "detractor"})
    mailing = Mailing.objects.create(
        name="7", by=people[ADMINISTRATOR], segment=segment, brand=BrandFactory(name="7", languages=["uk"]),
        texts={"uk": {"subject": "Новини", "text": "Вітаємо"}},
    )  # fmt: skip
    recipient = MailingRecipient.objects.create(
        mailing=mailing, contact=ContactFactory(), status="written", message=MessageFactory()
    )
    MailingRecipient.objects.filter(pk=recipient.pk).update(token_hash=tokens.digest(offers.token_of(recipient.pk)))
    of_mailing = ("mailing", "mailing_draft", "mailing_sending", "mailing_deletion")
    own = {
        "segment.pk": segment.pk, "segment_deletion.pk": segment.pk,
        **{f"{address}.pk": mailing.pk for address in of_mailing},
        "offers_end.token": offers.token_of(recipient.pk),
        "inbox_queue.pk": queue.pk, "inbox_queue_deletion.pk": queue.pk, "inbox_deed_reversal.pk": deed.pk,
        "wallboard.token": token, "wallboard_revocation.pk": board.pk,
        "answers_view_deletion.pk": view.pk, "word_proposal.pk": word.pk, "words_of_topic.pk": word.topic_id,
        "alarms_stop.pk": series.pk, "alarm_seen.pk": alarm.pk, "goal_withdrawal.pk": goal.pk,
    }  # fmt: skip
    rows = _rows_of(people[OWNER], north)
    trial = Trial.objects.create(
        asker=people[SUPERUSER],
        version_id=rows["version_id"],
        language="uk",
        expires_at=mailing.created_at + Trial.OPEN_FOR,
    )
    trial.seal()
    pages = ("trial_survey", "trial_decoy", "trial_unsubscribe")
    own |= {"trial_result.pk": trial.pk, **{f"{page}.token": trial.token for page in pages}}
    return World(people, rows | own)


def _rows_of(owner: Any, team: Any) -> dict[str, Any]:
    company = CompanyFactory(name="Baltic Foods")
    contact = ContactFactory(company=company, email="ona@shop.example")
    deal = DealFactory(contact=contact, company=company, manager=owner)
    touchpoint = TouchpointFactory(contact=contact, deal=deal, manager=owner)
    invitation = InvitationFactory(
        status="answered", contact=contact, touchpoint=touchpoint, manager=owner, team=team, company=company
    )
    followup = FollowupFactory(
        assignee=owner, team=team, response__invitation=invitation, response__manager=owner, response__team=team
    )
    twin, absorbed = (ContactFactory(company=company, email="ona@shop.example") for _number in range(2))
    DealFactory(contact=twin, manager=owner)
    done = merges.merge(contact, absorbed)
    letter = CustomerLetter.objects.create(
        letter=IncomingLetter.objects.create(digest=b"1", at=invitation.asked_at, text="Call me."), contact=contact
    )
    improvement = Improvement.objects.create(title="7", why="7", team=team, proposed_by=owner)
    closing = ClosingLetter.objects.create(
        key=uuid4(), followup=followup, subject="What we did", words="We repaid you.", language="en",
        expires_at=invitation.asked_at + timedelta(days=3650),
    )  # fmt: skip
    closing.seal()
    experiment = ExperimentFactory(survey=invitation.survey, name="7")
    for number in ("1", "2"):
        ArmFactory(experiment=experiment, name=number)
    brand = invitation.survey.brand
    place = ReviewLink.objects.create(brand=brand, name="Google", url="https://g.page/r/a/review")
    QuotePolicy.objects.create(brand=brand, is_feed_on=True, is_feed_open=True)
    told = Testimonial.objects.create(
        response=followup.response, contact=contact, brand=brand, text=followup.response.comment, language="en",
        name_shown="none", given_at=invitation.asked_at,
    )  # fmt: skip
    code = codes.code_of(contact, ReferralProgramme.objects.create(brand=brand, is_active=True))
    won = DealFactory(status="won", closed_at=invitation.asked_at, team=team, manager=owner, referral_code=code.code)
    reward = ReferralReward.objects.create(code=code, deal=won)
    change = loginaddress.ask(owner, "new@plumb.example", now=invitation.asked_at)
    draft = ImportRun.objects.create(status="draft", headers={"7.csv": ["id"]})
    added = CustomerLanguage.objects.create(tag="pl")
    open_link = OpenLinkFactory(name="7", code="77777777", version=invitation.version, manager=owner, team=team)
    kiosk = KioskFactory(name="7", version=invitation.version, manager=owner, team=team)
    widget = WebWidgetFactory(name="7", version=invitation.version, manager=owner, team=team)
    told_who = Introduction.objects.create(
        response=followup.response, email="ona@shop.example", agreed_to="7", agreed_at=invitation.asked_at,
        asked_at=invitation.asked_at + timedelta(days=3650),
    )  # fmt: skip
    Introduction.objects.filter(pk=told_who.pk).update(token_hash=tokens.digest(told_who.token))
    remark = remarks.write_down(Remark(source="visit", text="7", by=owner, key=uuid4()))
    of_remark = {"remark.pk": remark.pk, "remark_topics.pk": remark.pk}
    pages = ("check", "drop", "mapping", "match", "refused", "start", "undo")
    return {
        **{f"admin:crm_importrun_{page}.pk": draft.pk for page in pages},
        "place": 0, "kind": "company",
        "contact.pk": contact.pk, "contact_asking.pk": contact.pk, "contact_asks.pk": contact.pk,
        "contact_ask.pk": contact.pk, "call_claim.pk": invitation.pk, **of_remark,
        "call_tries.pk": CustomerCall.objects.create(invitation=invitation, contact=contact).pk,
        "contact_consents.pk": contact.pk, "letter_closure.pk": letter.pk, "letter_score.pk": letter.pk,
        "letter_refusal.pk": letter.pk,
        "contact_merges.pk": contact.pk, "twin": twin.pk, "merge_reversal.pk": done.pk,
        **{
            f"admin:followups_{model._meta.model_name}_{deed}.pk": key_of_some(model)
            for model in (RootCause, WorkState)
            for deed in ("up", "down", "usual")
        },
        "table": "managers",
        "absence_end.pk": Absence.objects.create(
            person=owner, first_day=date(2099, 1, 1), last_day=date(2099, 1, 9), entered_by=owner
        ).pk,
        "notice_reading.pk": StaffNotice.objects.create(person=owner, followup=followup, kind="new").pk,
        "silence_csv.table": "segments", "silence_xlsx.table": "segments",
        "planner_csv.table": "segments", "planner_xlsx.table": "segments",
        "casework_csv.table": "teams", "casework_xlsx.table": "teams",
        "compensations_csv.table": "teams", "compensations_xlsx.table": "teams",
        "closing_decoy.token": closing.token,
        "closing_question.token": closing.token,
        "money_csv.table": "ways", "money_xlsx.table": "ways",
        "name": "manager",
        **{f"admin:accounts_customerlanguage_{page}.pk": added.pk for page in ("file", "words")},
        "company.pk": company.pk, "invitation.pk": invitation.pk, "pk": followup.pk, "followup_id": followup.pk,
        "answer.pk": followup.response_id, "answer_label.pk": followup.response_id,
        "answer_topics.pk": followup.response_id, "answer_improvements.pk": followup.response_id,
        **{f"{address}.pk": improvement.pk for address in OF_IMPROVEMENT},
        "experiment.pk": experiment.pk, "experiment_csv.pk": experiment.pk, "experiment_xlsx.pk": experiment.pk,
        "response_id": followup.response_id, "answer_id": followup.response_id,
        "version_id": invitation.version_id, "survey_id": invitation.survey_id, "colour": "155e75",
        "survey-logo.name": BrandLogo.objects.create(brand=BrandFactory(), name=f"{'0' * 32}-10x10", png=b"png").name,
        "token": invitation.token, "external_id": "x-1", "trigger_id": TriggerFactory(survey=invitation.survey).pk,
        "setup_trigger.pk": TriggerFactory(survey=invitation.survey).pk,
        "wave_id": WaveFactory(survey=invitation.survey).pk,
        "confirm_address.token": tokens.stamp(letters.CONFIRM, change.pk),
        "object_to_address.token": tokens.stamp(letters.OBJECT, change.pk),
        "session_id": StaffSession.objects.create(person=owner, session_key="theirs").pk, "app_label": "surveys",
        "person_id": owner.pk, "id": owner.pk, "playbook_id": Playbook.objects.earliest("pk").pk,
        "testimonial_approval.pk": told.pk, "testimonial_hiding.pk": told.pk, "quotes_feed.brand": told.brand.slug,
        "open_link.code": open_link.code, "open_link_card.code": open_link.code, "open_link_card.language": "en",
        "kiosk_pairing.token": pairing.begin(kiosk, by=owner, now=clock.now()),
        "admin:responses_kiosk_tablet.pk": kiosk.pk,
        "admin:responses_webwidget_secret.pk": widget.pk,
        **{f"widget_{door}.key": widget.key for door in ("rules", "may_show", "shown", "seen", "answers")},
        "open_link_code.pk": open_link.pk, "open_link_code.kind": "svg",
        "open_link_sheet.pk": open_link.pk, "open_link_sheet.size": "a4",
        "open_link_confirm.token": Introduction.objects.get(pk=told_who.pk).token,
        "survey-review.link_id": place.pk, "referral.code": code.code, "referral_reward.pk": reward.pk,
        "content_type_id": 1, "object_id": 1, "uidb36": "1", "key": "no-such-key",
    }  # fmt: skip


def models_of_the_admin() -> dict[str, Any]:
    return {model._meta.label: model for model in admin.site._registry}


def key_of_some(model: Any) -> Any:
    """Return the primary key of some row; 0, of none, will do, since rights are asked for before the row is."""
    return model._default_manager.values_list("pk", flat=True).first() or 0
