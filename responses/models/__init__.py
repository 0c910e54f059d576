from responses.models.response import Response
from responses.models.topic import ResponseTopic, Topic
from responses.models.visit import LinkVisit

__all__ = ["LinkVisit", "Response", "ResponseTopic", "Topic"]
