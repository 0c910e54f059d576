"""Each reason for which nobody is asked is said, and what is to be mended first comes first."""

from datetime import UTC, datetime, timedelta

import pytest

from onboarding import asking_line, hindrances
from onboarding.askers import AskerState, Lack, SurveyState
from onboarding.circumstances import Circumstances, Upcoming
from onboarding.figures import MOST, Passed, Queue
from onboarding.hindrances import Gravity
from onboarding.machinery import Machinery

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
WEEK = NOW - timedelta(days=6)
TRIGGER = AskerState("trigger", 3, "After the deal")
TRIGGER_PAGE = "/admin/surveys/trigger/3/change/"
ASKING = SurveyState(1, "Deals", asker=TRIGGER, touchpoint_kinds=frozenset({"deal_won"}))


def circumstances(**known):
    usual = {"now": NOW, "week": WEEK, "surveys": [ASKING], "touchpoint_kinds": frozenset({"deal_won"})}
    return Circumstances(**usual | known)


def lacking(*lacks, **more):
    return SurveyState(1, "Deals", lacks=lacks, asker=TRIGGER, draft=7, **more)


def first(**known):
    return hindrances.find(circumstances(**known))[0]


def test_nothing_is_in_the_way_where_all_is_well():
    assert hindrances.find(circumstances()) == []


def test_without_a_survey_asking_is_off():
    found = first(surveys=[], machinery=Machinery.NO_WORKER)

    assert (found.gravity, found.sentence) == (Gravity.OFF, "There is no survey yet.")
    assert found.way.url == "/admin/surveys/survey/add/"


@pytest.mark.parametrize(
    ("lack", "sentence", "url"),
    [
        (Lack.WORDING, "The wording of “Deals” is not published.", "/admin/surveys/surveyversion/7/change/"),
        (Lack.ASKER_OFF, "“After the deal” of “Deals” is not switched on.", TRIGGER_PAGE),
        (Lack.WAVE_PAUSED, "The wave “After the deal” of “Deals” is paused.", TRIGGER_PAGE),
        (Lack.NOBODY_SHARED, "The share of contacts that “After the deal” asks is 0.", TRIGGER_PAGE),
        (Lack.NO_MEDIUM, "“After the deal” writes by media that are not set up here.", TRIGGER_PAGE),
        (Lack.NEVER_OPENS, "The hours in which “After the deal” may send never come.", TRIGGER_PAGE),
        (Lack.NOT_STARTED, "The wave “After the deal” has not started yet.", TRIGGER_PAGE),
        (Lack.PAUSED, "“Deals” is paused.", "/admin/surveys/survey/1/change/"),
        (Lack.DRAFT, "“Deals” is a draft and not active.", "/admin/surveys/survey/1/change/"),
    ],
)
def test_each_lack_of_the_only_survey_switches_asking_off(lack, sentence, url):
    found = first(surveys=[lacking(lack)])

    assert (found.gravity, found.sentence, found.way.url) == (Gravity.OFF, sentence, url)


def test_every_lack_has_a_sentence():
    assert len({first(surveys=[lacking(lack)]).sentence for lack in Lack}) == len(Lack)


def test_a_survey_without_trigger_is_offered_one():
    found = first(surveys=[SurveyState(1, "Deals", lacks=(Lack.NO_ASKER,))])

    assert found.gravity is Gravity.OFF
    assert found.way.url == "/admin/surveys/trigger/add/?survey=1"


def test_without_a_draft_the_wording_is_begun_on_the_page_of_the_survey():
    assert first(surveys=[SurveyState(1, "Deals", lacks=(Lack.WORDING,))]).way.url == "/admin/surveys/survey/1/change/"


def test_the_survey_nearest_to_asking_is_spoken_of():
    far = SurveyState(2, "Far", lacks=(Lack.WORDING, Lack.NO_ASKER, Lack.DRAFT), is_wanted=False)

    found = hindrances.find(circumstances(surveys=[far, lacking(Lack.WORDING, Lack.DRAFT, is_wanted=False)]))

    assert [one.sentence for one in found] == [
        "The wording of “Deals” is not published.",
        "“Deals” is a draft and not active.",
    ]


def test_a_paused_survey_beside_one_that_asks_is_noted_and_a_draft_is_not():
    draft = SurveyState(3, "Idea", lacks=(Lack.DRAFT,), is_wanted=False)

    found = hindrances.find(circumstances(surveys=[ASKING, draft, SurveyState(2, "Waves", lacks=(Lack.PAUSED,))]))

    assert [(one.gravity, one.sentence) for one in found] == [(Gravity.NOTED, "“Waves” is paused.")]


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ({"company_budget": 0}, "The asking policy allows 0 asks per company."),
        ({"days_late": 0}, "By the asking policy no ask may be a day late, so that each comes too late."),
    ],
)
def test_a_policy_that_lets_nobody_through_switches_asking_off(known, sentence):
    found = first(**known)

    assert (found.gravity, found.sentence) == (Gravity.OFF, sentence)
    assert found.way.url == "/admin/surveys/askingpolicy/1/change/"


@pytest.mark.parametrize(
    ("machinery", "sentence", "command"),
    [
        (Machinery.NO_WORKER, "No worker answers: nobody plans, judges or sends.", "celery -A nps_project worker"),
        (
            Machinery.BEAT_SILENT,
            "Workers run, but beat is silent: nobody tells them to look.",
            "celery -A nps_project beat",
        ),
        (Machinery.BROKER_AWAY, "The broker cannot be reached: workers are told nothing.", "REDIS_URL"),
    ],
)
def test_machinery_that_stands_still_halts_asking_before_what_follows_from_it(machinery, sentence, command):
    put_off = Queue(2, NOW - timedelta(hours=1))

    found = first(machinery=machinery, put_off=put_off, error="refused", unjudged=Queue(9, NOW))

    assert (found.gravity, found.sentence, found.command) == (Gravity.HALTED, sentence, command)


def test_what_halts_asking_comes_before_what_is_only_noted():
    paused = SurveyState(2, "Waves", lacks=(Lack.PAUSED,))

    found = hindrances.find(circumstances(surveys=[ASKING, paused], machinery=Machinery.NO_WORKER))

    assert [one.gravity for one in found] == [Gravity.HALTED, Gravity.NOTED]


def test_no_touchpoint_of_the_kind_that_is_waited_for_halts_asking():
    found = first(touchpoint_kinds=frozenset({"deal_lost"}))

    assert (found.gravity, found.way.url) == (Gravity.HALTED, "/admin/crm/importrun/add/")


def test_a_wave_needs_no_touchpoints():
    survey = SurveyState(1, "Deals", touchpoint_kinds=frozenset({"deal_won"}), has_wave=True)

    assert hindrances.find(circumstances(surveys=[survey], touchpoint_kinds=frozenset())) == []


def test_what_is_due_and_not_judged_halts_asking():
    found = first(unjudged=Queue(1, NOW - timedelta(hours=1)))

    assert (found.gravity, found.sentence) == (Gravity.HALTED, "1 invitation is due and not judged.")


def test_more_than_are_counted_are_called_so():
    assert first(unjudged=Queue(MOST + 1, NOW)).sentence == "More than 1000 invitations are due and not judged."


def test_everybody_refused_halts_asking_with_the_most_frequent_reason():
    found = first(refused={"floor": Passed(0, 2), "refused": Passed(3, 5)})

    assert found.gravity is Gravity.HALTED
    assert found.sentence.endswith("Most often: Somebody said no at this address.")
    assert "status__exact=suppressed&reason=refused&judged_at__gte=2026-11-20" in found.way.url


def test_some_refused_among_those_asked_is_how_it_should_be():
    assert hindrances.find(circumstances(refused={"floor": Passed(0, 9)}, allowed=Passed(0, 1))) == []


@pytest.mark.parametrize(
    ("last", "gravity"),
    [
        (None, Gravity.HALTED),
        (NOW - timedelta(hours=3), Gravity.HALTED),
        (NOW - timedelta(hours=1), Gravity.NOTED),
    ],
)
def test_letters_put_off_halt_asking_unless_others_went_out_since(last, gravity):
    put_off = Queue(2, NOW - timedelta(hours=2))

    found = first(put_off=put_off, error="Connection refused", last_handed_over=last)

    assert (found.gravity, found.command) == (gravity, "EMAIL_URL")
    assert found.sentence == "2 letters were tried and wait for another try: Connection refused"


@pytest.mark.parametrize(
    ("known", "sentence", "url"),
    [
        ({"failed": 1}, "1 letter failed.", "/admin/delivery/message/?status__exact=failed&failed_at__gte=2026-11-20"),
        (
            {"bounced": 2},
            "2 letters came back: there are no such addresses.",
            "/admin/delivery/message/?status__exact=bounced",
        ),
        (
            {"unknown": Queue(1, NOW)},
            "Of 1 message nobody knows whether it was sent.",
            "/admin/delivery/message/?status__exact=unknown",
        ),
        (
            {"local_sender": "a@localhost"},
            "Letters leave as a@localhost, which mail servers elsewhere refuse.",
            "/admin/accounts/brand/",
        ),
        ({"aside": {"judging": 2}}, "2 rows failed and are set aside.", "/admin/accounts/setasiderow/?batch=judging"),
        ({"untaken": Queue(1, NOW)}, "1 letter of a customer is not taken up.", "/admin/delivery/incomingletter/"),
        ({"unsettled": Queue(1, NOW)}, "1 answer is not settled.", "/admin/responses/response/"),
        ({"unrouted": Queue(2, NOW)}, "2 answers are not routed.", "/admin/responses/response/"),
    ],
)
def test_what_goes_wrong_beside_is_noted_with_the_way_to_mend_it(known, sentence, url):
    (found,) = hindrances.find(circumstances(**known))

    assert (found.gravity, found.sentence) == (Gravity.NOTED, sentence)
    assert found.way.url.startswith(url)


def test_a_mailbox_that_cannot_be_read_is_noted_with_its_setting():
    (found,) = hindrances.find(circumstances(mailbox="login failed"))

    assert (found.gravity, found.command) == (Gravity.NOTED, "BOUNCE_IMAP_URL")
    assert found.sentence.endswith("login failed")


def test_a_language_without_texts_is_noted_by_its_name():
    survey = SurveyState(1, "Deals", untranslated=("lt",), touchpoint_kinds=frozenset({"deal_won"}))

    (found,) = hindrances.find(circumstances(surveys=[survey]))

    assert found.gravity is Gravity.NOTED
    assert found.sentence == "The wording of “Deals” lacks texts in: Lithuanian. Another language stands in."


def test_the_line_says_off_and_what_to_mend_first():
    line = asking_line.of(circumstances(surveys=[lacking(Lack.WORDING)]))

    assert (line.sentence, line.because.sentence) == (
        "Asking is OFF.",
        "The wording of “Deals” is not published.",
    )
    assert not line.is_on
    assert str(line.way.label) == "Read the draft and publish it"


def test_the_line_says_what_halts_asking():
    line = asking_line.of(circumstances(machinery=Machinery.NO_WORKER))

    assert line.sentence == "Asking is ON, but stands still."
    assert line.because.sentence.startswith("No worker answers")


def test_the_line_says_when_the_next_are_asked():
    line = asking_line.of(circumstances(upcoming=Upcoming(datetime(2026, 12, 1, 10, tzinfo=UTC), 3), failed=2))

    assert line.is_on
    assert line.sentence == "Asking is ON: next ask Tue 1 Dec 2026, 10:00, 3 people on that day."
    assert line.way is None


@pytest.mark.parametrize(
    ("people", "said"), [(1, "1 person"), (MOST, "1000 people"), (MOST + 1, "more than 1000 people")]
)
def test_the_line_counts_people(people, said):
    upcoming = Upcoming(datetime(2026, 12, 1, 10, tzinfo=UTC), people)

    assert f", {said} on that day." in asking_line.of(circumstances(upcoming=upcoming)).sentence


def test_a_turn_that_has_come_is_now():
    upcoming = Upcoming(NOW - timedelta(minutes=1), 1)

    assert "next ask Thu 26 Nov 2026, 09:00" in asking_line.of(circumstances(upcoming=upcoming)).sentence


def test_the_line_says_that_nobody_is_planned():
    assert asking_line.of(circumstances()).sentence.startswith("Asking is ON. Nobody's turn is planned yet")


@pytest.mark.parametrize(("another_asks", "gravity"), [(True, Gravity.NOTED), (False, Gravity.HALTED)])
def test_a_paused_sending_domain_is_named_with_the_reason(another_asks, gravity):
    paused = [("shop.example", "too many letters came back")]

    found = first(paused_domains=paused, any_domain_asks=another_asks)

    assert found.sentence == "Asking by mail from shop.example is paused: too many letters came back."
    assert (found.gravity, found.way.url) == (gravity, "/admin/delivery/sendingdomain/")
