"""By what answers can be told apart: the facts that were frozen with each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.customerlanguages import spoken
from accounts.media import OF_ANSWERS
from analytics.dashboard.filters import Lists
from analytics.explorer.forms import Vocabulary
from crm.models import Profile, Touchpoint
from surveys.models import Origin, Survey

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fact:
    """One of the facts of an answer. `name`: the filter of the answers that chooses a value; `path`: its column.

    `names`: what the values are called, those with an order of their own in it; what is not there is called as it is.
    """

    name: str
    label: str
    path: str
    names: Callable[[], Names] = dict
    is_ordered: bool = False

    @property
    def is_of_surveys(self) -> bool:
        """Whether a value of it means certain surveys."""
        return self.name in ("kind", "survey", "version")


def facts(lists: Lists, known: Vocabulary) -> dict[str, Fact]:
    """Return all facts by name, in the order in which they are offered."""
    each = [
        Fact("touchpoint", _("Touchpoint"), "touchpoint_kind", lambda: _beginning(Touchpoint.Kind.choices)),
        Fact("team", _("Team"), "team_id", lambda: _words(lists.teams)),
        Fact("manager", _("Manager"), "manager_id", lambda: _words(lists.managers)),
        Fact("channel", _("Channel"), "channel_id", lambda: _words(lists.channels)),
        Fact("product", _("Product"), "product_id", lambda: _words(lists.products)),
        Fact("campaign", _("Campaign"), "campaign"),
        Fact("brand", _("Brand"), "brand_id", lambda: _words(known.brands)),
        Fact("region", _("Region"), "profile__region"),
        Fact(
            "size_band", _("Size"), "profile__size_band", lambda: _words(known.profiles["size_band"]), is_ordered=True
        ),
        Fact("industry", _("Industry"), "profile__industry"),
        Fact(
            "tenure_band",
            _("Customer for"),
            "profile__tenure_band",
            lambda: _beginning(Profile.Tenure.choices),
            is_ordered=True,
        ),
        Fact("age_band", _("Age"), "profile__age_band", lambda: _beginning(Profile.Age.choices), is_ordered=True),
        Fact("lifecycle", _("Lifecycle"), "profile__lifecycle", lambda: _beginning(known.profiles["lifecycle"])),
        Fact("language", _("Language"), "language", lambda: _words(spoken.names().items())),
        Fact("medium", pgettext("of a message", "Medium"), "medium", lambda: _beginning(OF_ANSWERS)),
        Fact("kind", _("Kind"), "kind", lambda: _beginning(Survey.Kind.choices)),
        Fact("survey", _("Survey"), "survey_id", lambda: {str(one.pk): one.name for one in lists.surveys}),
        Fact("version", _("Survey version"), "version_id", lambda: _words(known.versions)),
        Fact("origin", _("Origin"), "origin", lambda: _beginning(Origin.choices)),
    ]
    return {fact.name: fact for fact in each}


def _words(choices: object) -> Names:
    return {str(value): str(label) for value, label in choices}  # type: ignore[attr-defined]


def _beginning(choices: object) -> Names:
    """Return the words of a choice as a table begins them: with a capital."""
    return {value: capfirst(label) for value, label in _words(choices).items()}
