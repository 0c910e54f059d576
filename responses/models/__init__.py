from responses.models.relabelling import Relabelling
from responses.models.response import Category, Response
from responses.models.topic import ResponseTopic, Topic
from responses.models.visit import LinkVisit
from responses.models.watch import Watch

__all__ = ["Category", "LinkVisit", "Relabelling", "Response", "ResponseTopic", "Topic", "Watch"]
