from responses.models.dictionary import TopicDictionary
from responses.models.entry import Entry
from responses.models.further_answer import FurtherAnswer
from responses.models.introduction import Introduction
from responses.models.kiosk import Kiosk
from responses.models.open_link import OpenLink
from responses.models.relabelling import Relabelling
from responses.models.remark import Remark
from responses.models.response import Response
from responses.models.staff_entry import StaffEntry
from responses.models.tablet import KioskArrival, Tablet
from responses.models.telephone_door import TelephoneDoor
from responses.models.topic import ResponseTopic, Topic, TopicLabel
from responses.models.visit import LinkVisit
from responses.models.watch import Watch
from responses.models.way_in import WayIn
from responses.models.web_widget import WebWidget
from responses.models.widget_day import WidgetDay

__all__ = [
    "Entry",
    "FurtherAnswer",
    "Introduction",
    "Kiosk",
    "KioskArrival",
    "LinkVisit",
    "OpenLink",
    "Relabelling",
    "Remark",
    "Response",
    "ResponseTopic",
    "StaffEntry",
    "Tablet",
    "TelephoneDoor",
    "Topic",
    "TopicDictionary",
    "TopicLabel",
    "Watch",
    "WayIn",
    "WebWidget",
    "WidgetDay",
]
