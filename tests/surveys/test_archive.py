"""What is archived is out of the way: lists, choices and filters name it only where it still has something to say."""

import re

import pytest
from django.urls import reverse

from analytics.dashboard.filters import metrics, surveys_with_numbers
from analytics.services import refresh_rollups
from onboarding import landing
from surveys.forms import TriggerForm
from surveys.models import Survey, SurveyVersion
from tests.factories import (
    ChannelFactory,
    ExperimentFactory,
    PlaybookFactory,
    ProductFactory,
    ResponseFactory,
    SurveyFactory,
    SurveyVersionFactory,
    TouchpointFactory,
    TriggerFactory,
    WaveFactory,
)

pytestmark = pytest.mark.django_db
OLD, NEW = "Fair of 2019", "After the deal"
LISTS = {
    "surveys_survey": None,
    "surveys_surveyversion": SurveyVersionFactory,
    "surveys_trigger": TriggerFactory,
    "surveys_wave": WaveFactory,
    "surveys_experiment": ExperimentFactory,
    "followups_playbook": PlaybookFactory,
}


@pytest.fixture
def page(client, administrator):
    client.force_login(administrator)
    return client


@pytest.fixture
def old():
    return SurveyFactory(name=OLD, status=Survey.Status.ARCHIVED)


@pytest.fixture
def new():
    return SurveyFactory(name=NEW)


def listed(page, of, **asked):
    """Return the surveys that the rows of a list speak of; some playbooks are of all."""
    rows = page.get(reverse(f"admin:{of}_changelist"), asked).context["cl"].queryset
    return {getattr(row, "survey", row) for row in rows} - {None}


def offered(page, address, name="survey"):
    select = re.search(rf'<select name="{name}".*?</select>', page.get(address).text, re.DOTALL)[0]
    return {option.strip() for option in re.findall(r"<option value=\"\d[^>]*>([^<]*)", select)}


@pytest.mark.parametrize(("of", "factory"), LISTS.items(), ids=LISTS)
def test_a_list_hides_what_is_archived_until_one_asks_for_it(page, old, new, of, factory):
    for survey in (old, new):
        if factory:
            factory(survey=survey)

    assert listed(page, of) == {new}
    assert listed(page, of, archived="yes") == {old}
    assert listed(page, of, archived="all") == {old, new}
    said = {"survey__id__exact": old.pk} if factory else {"status__exact": "archived"}
    assert listed(page, of, **said) == {old}


def test_a_search_finds_what_is_archived_too(page, old):
    assert listed(page, "surveys_survey", q="2019") == {old}


def test_the_filter_says_what_is_shown(page, old):
    def marked(**asked):
        shown = page.get(reverse("admin:surveys_survey_changelist"), asked).context["cl"]
        return [choice["display"] for choice in shown.filter_specs[0].choices(shown) if choice["selected"]]

    assert marked() == ["In use"]
    assert marked(archived="yes") == ["Archived only"]
    assert marked(status__exact="archived") == ["With what is archived"]


def test_a_playbook_of_all_surveys_is_never_hidden(page):
    playbook = PlaybookFactory(survey=None)

    assert playbook in page.get(reverse("admin:followups_playbook_changelist")).context["cl"].queryset


@pytest.mark.parametrize("of", ["surveys_trigger", "surveys_experiment", "followups_playbook"])
def test_nothing_new_is_set_up_for_an_archived_survey(page, old, new, of):
    assert offered(page, reverse(f"admin:{of}_add")) == {NEW}


def test_what_belongs_to_an_archived_survey_keeps_it(page, old, new):
    trigger = TriggerFactory(survey=old)

    assert offered(page, reverse("admin:surveys_trigger_change", args=[trigger.pk])) == {NEW, OLD}
    assert trigger.survey in TriggerForm(instance=trigger).fields["survey"].queryset


def test_a_wave_is_offered_relational_surveys_that_are_in_use(page, old):
    SurveyFactory(name="Every quarter", kind="relational")

    assert OLD not in offered(page, reverse("admin:surveys_wave_add"))


def test_texts_are_taken_from_surveys_in_use(page, old, new):
    for survey in (old, new):
        SurveyVersionFactory(survey=survey)
    draft = SurveyVersionFactory(survey__name="Draft", published_at=None)

    sources = offered(page, reverse("admin:surveys_surveyversion_change", args=[draft.pk]), "source")
    like = offered(page, reverse("admin:surveys_survey_add"), "like")

    assert OLD not in " ".join(sources | like)
    assert NEW in " ".join(sources)
    assert NEW in like
    assert SurveyVersion.objects.count() == 3


def test_filters_of_logs_name_what_is_archived_last_and_call_it_so(page, old, new):
    text = page.get(reverse("admin:surveys_invitation_changelist")).text

    assert text.index(NEW) < text.index(f"{OLD} (archived)")


def test_dashboards_offer_an_archived_survey_only_while_it_has_answers(page, old, new):
    never = SurveyFactory(name="Never asked", status=Survey.Status.ARCHIVED, metric="ces")
    ResponseFactory(invitation__version=SurveyVersionFactory(survey=old))
    refresh_rollups()

    assert list(surveys_with_numbers()) == [new, old]
    assert metrics() == ["nps"]
    names = [name for _key, name in page.get("/dashboard/").context["form"].fields["survey"].choices]
    assert names == ["All surveys", NEW, f"{OLD} (archived)"]
    assert never not in surveys_with_numbers()


def test_of_two_products_of_one_name_the_active_one_is_meant(page, new):
    ProductFactory(name="Chair", is_active=False)
    chair = ProductFactory(name="Chair")
    picked = TriggerForm(instance=TriggerFactory(survey=new)).fields["products"]

    assert list(picked.clean(["=chair"])) == [chair]


def test_who_archived_the_only_survey_begins_with_the_set_up_again(new):
    SurveyVersionFactory(survey=new)
    TriggerFactory(survey=new, is_active=True)
    assert landing.has_begun()

    Survey.objects.update(status=Survey.Status.ARCHIVED)

    assert not landing.has_begun()


def test_a_channel_that_is_not_active_is_shown_where_it_is_ticked_and_offered_to_nobody(page, new):
    shut, kept, shop = (ChannelFactory(name=name, is_active=name == "Shop") for name in ("Fax", "Fair", "Shop"))
    trigger = TriggerFactory(survey=new)
    trigger.channels.add(kept)

    text = page.get(reverse("admin:surveys_trigger_change", args=[trigger.pk])).text

    assert (kept.name in text, shop.name in text, shut.name in text) == (True, True, False)


@pytest.mark.parametrize("of", ["surveys_trigger", "crm_touchpoint"])
def test_lists_call_kinds_of_touchpoints_by_their_names_and_filter_by_them(page, of):
    make, field = {
        "surveys_trigger": (TriggerFactory, "touchpoint_kind"),
        "crm_touchpoint": (TouchpointFactory, "kind"),
    }[of]
    won, other = make(**{field: "deal_won"}), make(**{field: "site_visit"})

    whole = page.get(reverse(f"admin:{of}_changelist"))
    some = page.get(reverse(f"admin:{of}_changelist"), {field: "site_visit"})

    assert set(whole.context["cl"].queryset) == {won, other}
    assert list(some.context["cl"].queryset) == [other]
    assert "site visit" in whole.text
    assert ">deal_won<" not in whole.text
