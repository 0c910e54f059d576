"""Which customers are in the segments that playbooks ask for."""

from collections.abc import Collection, Iterable, Mapping

from accounts import clock
from followups.models import Playbook, WorkSubject
from surveys.audiences import segments
from surveys.audiences.vocabulary import SegmentVocabulary


def segments_of(subjects: Iterable[WorkSubject], playbooks: Iterable[Playbook]) -> Mapping[int, Collection[int]]:
    """Return the keys of the segments that the customer of each answer or ask is in, by the key of that contact.

    Only of segments that one of `playbooks` asks for: one query for each, six more for all, none where none asks. In
    a segment that means nothing any more is nobody.
    """
    asked = {playbook.segment.pk: playbook.segment for playbook in playbooks if playbook.segment}
    contacts = {subject.contact_id for subject in subjects if subject.contact_id}
    if not asked or not contacts:
        return {}
    now, known = clock.now(), SegmentVocabulary.fetch()
    found: dict[int, set[int]] = {}
    for key, segment in asked.items():
        for contact in segments.among(segment, contacts, now=now, known=known):
            found.setdefault(contact, set()).add(key)
    return found
