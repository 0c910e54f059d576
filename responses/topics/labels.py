"""The word of staff on what an answer is about."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts import clock
from accounts.models import User
from responses.models import Response, ResponseTopic, TopicDictionary, TopicLabel

Source = ResponseTopic.Source


@transaction.atomic
def correct(*, response_id: int, topic_ids: Collection[int], by: User, now: datetime | None = None) -> None:
    """Say that an answer is about exactly these topics; each is kept as a label, and so is what it is not about.

    From then on no dictionary and no tap changes what was said of a topic. Saying it again changes nothing.
    """
    now = now or clock.now()
    # Reading all comments anew holds the dictionary meanwhile: nothing is found between our look and our word.
    TopicDictionary.objects.select_for_update(no_key=True).filter(pk=TopicDictionary.newest().pk).first()
    response = Response.objects.select_for_update(no_key=True).get(pk=response_id)
    present = dict(response.response_topics.values_list("topic_id", "source"))
    labels = [
        TopicLabel(response=response, topic_id=topic_id, is_about=topic_id in topic_ids, by=by, at=now)
        for topic_id in sorted({*topic_ids, *present})
    ]
    TopicLabel.objects.bulk_create(
        labels,
        update_conflicts=True,
        unique_fields=["response", "topic"],
        update_fields=["is_about", "by", "at"],
    )
    response.response_topics.exclude(topic_id__in=topic_ids).delete()
    response.response_topics.filter(source=Source.AUTO).update(source=Source.MANUAL, version=None)
    ResponseTopic.objects.bulk_create(
        ResponseTopic(response=response, topic_id=topic_id, source=Source.MANUAL)
        for topic_id in sorted({*topic_ids} - present.keys())
    )
