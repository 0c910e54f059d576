"""What customers said without a score: written down by staff, and read for topics by the dictionary of comments."""

from collections.abc import Collection

from django.db import IntegrityError, transaction

from responses.models import Remark, Topic, TopicDictionary
from responses.topics.upkeep import tagger_of

# So many are read anew by one transaction.
PART = 500
# What makes a remark another one.
SAID = ("text", "source", "contact_id", "by_id")


class RemarkSentBefore(Exception):
    """Something else was written down with the same form before, such as by who went back in the browser."""


def write_down(remark: Remark) -> Remark:
    """Save an unsaved remark with the topics that it names; the same key again is the same remark.

    Raises RemarkSentBefore where other words were written down with its key.
    """
    try:
        return _kept(remark)
    except IntegrityError:
        # The same form, sent twice at once.
        return _kept(remark)


@transaction.atomic
def _kept(remark: Remark) -> Remark:
    if known := Remark.objects.filter(key=remark.key).first():
        if any(getattr(known, name) != getattr(remark, name) for name in SAID):
            raise RemarkSentBefore(known.pk)
        return known
    if remark.manager:
        remark.team = remark.manager.team
    remark.team = remark.team or remark.by.team
    remark.save(force_insert=True)
    remark.refresh_from_db(fields=["folded_text"])
    _tag([remark])
    return remark


@transaction.atomic
def correct(remark: Remark, topic_ids: Collection[int]) -> None:
    """Say that a remark is about exactly these topics; no dictionary changes that."""
    remark.topics.set(Topic.objects.filter(pk__in=topic_ids))
    remark.tagged_by = None
    remark.save(update_fields=["tagged_by"])


def retag() -> int:
    """Read by the newest dictionary what was read by an earlier one, and return how many; what staff said stays."""
    read = 0
    while part := _retag_part():
        read += part
    return read


@transaction.atomic
def _retag_part() -> int:
    newest = TopicDictionary.newest().number
    old = Remark.objects.exclude(tagged_by=None).exclude(tagged_by=newest).order_by("pk")
    found = list(old.select_for_update(skip_locked=True, no_key=True, of=("self",))[:PART])
    _tag(found)
    return len(found)


def _tag(remarks: Collection[Remark]) -> None:
    if not remarks:
        return
    dictionary = TopicDictionary.newest()
    tagger, keys = tagger_of(dictionary.pk), dict(Topic.objects.values_list("slug", "pk"))
    for remark in remarks:
        remark.topics.set([keys[slug] for slug in tagger.topics(remark.folded_text) if slug in keys])
        remark.tagged_by = dictionary.number
    Remark.objects.bulk_update(remarks, ["tagged_by"])
