import pytest

from responses.models import Topic
from responses.page import offers

STANDARD = ["quality", "price", "delivery", "support", "product", "website", "staff", "paperwork"]


def test_standard_topics_are_named_in_four_languages(db):
    found = Topic.objects.order_by("position")

    assert [topic.slug for topic in found] == STANDARD
    for topic in found:
        assert set(topic.names) == {"en", "uk", "ru", "lt"}
        assert all(topic.names.values())


@pytest.mark.parametrize(
    ("language", "names"), [("en", ["Quality", "Price"]), ("uk", ["Якість", "Ціна"]), ("lt", ["Kokybė", "Kaina"])]
)
def test_topics_are_offered_in_order_in_the_language(db, language, names):
    assert [name for _pk, name in offers.offered(language)][:2] == names


def test_topic_that_is_not_offered_is_neither_shown_nor_taken(client, invitation):
    hidden = Topic.objects.get(slug="price")
    Topic.objects.filter(pk=hidden.pk).update(is_offered=False)
    text = client.post(invitation.path, {"step": "score", "score": "5"}).content.decode()

    client.post(invitation.path, {"step": "why", "topic": [hidden.pk]})

    assert "Price" not in text
    assert not invitation.response.response_topics.exists()
