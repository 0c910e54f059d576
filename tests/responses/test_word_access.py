"""Critics' words are hidden from whoever they rate, wherever words are shown, searched or taken along."""

import io
import re
import zipfile
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import Organisation
from responses.models import Response
from responses.word_access import ANYBODY, EVERYTHING, NOBODY, WordAccess
from tests.access_world import MANAGER, OWNER, SUPERUSER, build, models_of_the_admin
from tests.analytics.answers import answer, version_of
from tests.crm.conftest import client_of
from tests.factories import FollowupFactory, InvitationFactory, SurveyFactory, UserFactory
from tests.test_access import NAMED, path

pytestmark = pytest.mark.django_db

WORD, BEFORE = "Zebrafinch", "Quagmires"
# Where the words of this answer stand while nothing is hidden: a page that stops showing them leaves the list.
SHOWN_AT = {
    "answer", "answers", "answers_csv", "answers_xlsx", "company", "contact", "dashboard", "followup", "inbox",
    "invitation", "mine", "responses.Response change",
}  # fmt: skip

# It opens to the customer's own link alone, which no member of staff has.
OF_THE_CUSTOMER = {"quote"}
SEARCHES = {"answers": {}, "inbox": {"tab": "all"}, "admin:responses_response_changelist": {}}


def hide(is_hidden=True):
    Organisation.objects.update_or_create(pk=1, defaults={"hides_critics_words": is_hidden})


@pytest.fixture
def world():
    """The superuser, who may open every page, is the one whom the answer of the world rates."""
    made = build()
    rated = made.people[SUPERUSER]
    rated.team = made.people[OWNER].team
    rated.save()
    said = Response.objects.get(pk=made.parts["answer_id"])
    trail = [{"at": said.answered_at.isoformat(), "score": 2, "comment": BEFORE}]
    Response.objects.filter(pk=said.pk).update(manager=rated, comment=f"{WORD} was rude", trail=trail)
    return made


def addresses(world):
    found = {name: path(world, name, route) for name, route in NAMED.items() if not name.startswith("api")}
    found = {name: address for name, address in found.items() if name not in OF_THE_CUSTOMER}
    for label, model in models_of_the_admin().items():
        beginning = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        found[f"{label} list"] = reverse(f"{beginning}_changelist")
        if (row := model._default_manager.first()) is not None:
            found[f"{label} change"] = reverse(f"{beginning}_change", args=[row.pk])
    return found


def read(client, address):
    """Return everything that an address sends, files unpacked; what reading does is undone."""
    with transaction.atomic():
        answered = client.get(address)
        sent = b"".join(answered.streaming_content) if answered.streaming else answered.content
        transaction.set_rollback(True)
    if sent.startswith(b"PK"):
        book = zipfile.ZipFile(io.BytesIO(sent))
        sent = b"".join(book.read(name) for name in book.namelist())
    return sent.decode(errors="replace")


def walk(world, who, names=None):
    client = Client()
    client.force_login(world.people[who])
    return {
        name
        for name, address in addresses(world).items()
        if (names is None or name in names) and tells(read(client, address))
    }


def tells(text):
    """Say whether a text holds one of the words, as it was written or as it is searched."""
    return any(word.casefold() in text.casefold() for word in (WORD, BEFORE))


def test_no_page_and_no_file_shows_hidden_words_to_the_person_rated(world):
    shown = walk(world, SUPERUSER, SHOWN_AT)
    hide()

    assert shown == SHOWN_AT
    assert walk(world, SUPERUSER) == set()


def test_whoever_else_has_reach_reads_them(world):
    before = walk(world, MANAGER, SHOWN_AT)
    hide()

    assert {"answer", "answers", "followup", "inbox", "dashboard"} <= before
    assert walk(world, MANAGER, SHOWN_AT) == before


@pytest.mark.parametrize("word", [WORD, WORD[:5], BEFORE])
def test_no_search_tells_that_hidden_words_are_there(world, word):
    hide()
    client = Client()
    client.force_login(world.people[SUPERUSER])
    person = Response.objects.get(pk=world.parts["answer_id"]).contact.last_name
    for name, more in SEARCHES.items():
        assert person not in read(client, f"{reverse(name)}?{urlencode({'q': word, **more})}"), name


def test_the_words_are_found_while_they_are_not_hidden(world):
    client = Client()
    client.force_login(world.people[SUPERUSER])
    person = Response.objects.get(pk=world.parts["answer_id"]).contact.last_name
    for name, more in SEARCHES.items():
        assert person in read(client, f"{reverse(name)}?{urlencode({'q': WORD, **more})}"), name


def test_no_count_of_a_crossing_tells_it_either(world):
    client = Client()
    client.force_login(world.people[SUPERUSER])

    def counted():
        return client.get(f"{reverse('crossed')}?q={WORD}").context["table"].whole.figures.n

    assert counted() == 1
    hide()
    assert counted() == 0


def test_not_even_by_leaving_a_word_out(world):
    hide()
    client = Client()
    client.force_login(world.people[SUPERUSER])

    assert client.get(f"{reverse('answers')}?q=-elsewhere").context["all"] == 0


def test_programs_read_hidden_words_only_with_a_scope_of_their_own(world):
    hide()
    plain, entitled = (client_of(scopes=["all_answers", "personal", *more]) for more in ([], ["hidden_words"]))
    pk = world.parts["answer_id"]

    assert [api.get(f"/api/v1/responses/{pk}/").json()["comment"] for api in (plain, entitled)] == [
        "", f"{WORD} was rude",
    ]  # fmt: skip
    assert [len(api.get("/api/v1/responses/", {"q": WORD}).json()["results"]) for api in (plain, entitled)] == [0, 1]
    hide(False)
    assert plain.get(f"/api/v1/responses/{pk}/").json()["comment"] == f"{WORD} was rude"


def test_an_answer_that_rates_nobody_hides_nothing_from_programs(world):
    hide()
    Response.objects.filter(pk=world.parts["answer_id"]).update(manager=None)

    api = client_of(scopes=["all_answers", "personal"])

    assert WORD in api.get(f"/api/v1/responses/{world.parts['answer_id']}/").json()["comment"]


def test_one_answer_and_many_are_judged_alike():
    rated, other = UserFactory(), UserFactory()
    for metric in ("nps", "csat", "ces"):
        version = version_of(SurveyFactory(metric=metric))
        for manager in (rated, other, None):
            answer(version, range(1, 6), manager=manager, metric=metric, comment="So")
    later = Response.objects.get(metric="nps", score=5, manager=rated)
    Response.objects.filter(pk=later.pk).update(score=10, frozen_score=5, frozen_at=later.answered_at)

    (worse,) = answer(version_of(), [2], manager=rated, comment="So")
    Response.objects.filter(pk=worse.pk).update(frozen_score=10, frozen_at=worse.answered_at)

    for earlier in (("So", 2), ("Else", 2), ("So", 9)):
        (kinder,) = answer(version_of(), [8], manager=rated, comment="So")
        trail = [{"skipped": 1}, {"at": kinder.answered_at.isoformat(), "score": earlier[1], "comment": earlier[0]}]
        Response.objects.filter(pk=kinder.pk).update(trail=trail)

    for access in (WordAccess(rated.pk), WordAccess(ANYBODY), WordAccess(NOBODY)):
        by_one = {one.pk for one in Response.objects.all() if not access.hides(one)}
        assert {one.pk for one in access.readable(Response.objects.all())} == by_one
        told = dict(Response.objects.annotate(told=access.comment).values_list("pk", "told"))
        assert {pk for pk, words in told.items() if words} == by_one
    hidden = set(Response.objects.all()) - set(WordAccess(rated.pk).readable(Response.objects.all()))
    assert {one.manager_id for one in hidden} == {rated.pk}
    assert sorted((one.metric, one.score) for one in hidden) == [
        *(("ces", score) for score in (1, 2, 3)),
        *(("csat", score) for score in (1, 2)),
        *(("nps", score) for score in (1, 2, 2, 3, 4, 8, 10)),
    ]


def test_who_was_a_critic_once_keeps_those_words_hidden(owner):
    hide()
    said = FollowupFactory(response__invitation=InvitationFactory(status="answered")).response
    said.manager, said.score, said.comment = owner, 10, "Solved"
    access = WordAccess.of(owner)
    said.frozen_score = said.counted_score = 10

    assert access.said(said).text == "Solved"
    assert access.said_before(said, 3, "Broken").is_hidden
    assert not EVERYTHING.said_before(said, 3, "Broken").is_hidden


def test_words_that_a_critic_lets_stand_with_a_better_score_stay_hidden(world):
    said = Response.objects.get(pk=world.parts["answer_id"])
    trail = [{"at": said.answered_at.isoformat(), "score": 2, "comment": said.comment}]
    Response.objects.filter(pk=said.pk).update(score=9, trail=trail)
    hide()

    assert walk(world, SUPERUSER, SHOWN_AT) == set()
    assert WordAccess(said.manager_id).said_before(said, 9, f"{WORD} was rude").is_hidden


@pytest.mark.parametrize(
    "asked",
    [
        {"comment__startswith": WORD[:3]},
        {"folded_comment__contains": WORD[:3].lower()},
        {"trail__icontains": BEFORE[:3]},
        {"trail__0__comment__startswith": BEFORE[:3]},
    ],
    ids=str,
)
def test_the_administration_filters_by_no_words_that_are_hidden(world, asked):
    client = Client()
    client.force_login(world.people[SUPERUSER])
    person = Response.objects.get(pk=world.parts["answer_id"]).contact.last_name
    address = f"{reverse('admin:responses_response_changelist')}?{urlencode(asked)}"

    assert person in read(client, address)
    hide()
    assert client.get(address).status_code == 400


def test_templates_take_words_from_the_one_door_only():
    """A page that prints the words of an answer itself would print hidden ones too."""
    own = re.compile(r"\{[{%](?!\s*comment)[^}]*(?:response|subject|answer|each)\.comment\b")
    staff = [
        page
        for page in (settings.BASE_DIR / "templates").rglob("*")
        if page.suffix in (".html", ".txt") and page.parts[-2] not in ("survey", "surveys")
    ]

    assert len(staff) > 100
    assert [str(page) for page in staff if own.search(page.read_text())] == []
