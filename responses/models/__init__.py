from responses.models.dictionary import TopicDictionary
from responses.models.entry import Entry
from responses.models.introduction import Introduction
from responses.models.open_link import OpenLink
from responses.models.relabelling import Relabelling
from responses.models.response import Response
from responses.models.topic import ResponseTopic, Topic, TopicLabel
from responses.models.visit import LinkVisit
from responses.models.watch import Watch

__all__ = [
    "Entry",
    "Introduction",
    "LinkVisit",
    "OpenLink",
    "Relabelling",
    "Response",
    "ResponseTopic",
    "Topic",
    "TopicDictionary",
    "TopicLabel",
    "Watch",
]
