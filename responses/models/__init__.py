from responses.models.response import Category, Response
from responses.models.topic import ResponseTopic, Topic
from responses.models.visit import LinkVisit

__all__ = ["Category", "LinkVisit", "Response", "ResponseTopic", "Topic"]
