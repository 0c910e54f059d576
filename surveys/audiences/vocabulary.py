"""What customers may be chosen by, as it occurs in this installation."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from accounts.models import Team, User
from crm.models import Channel, Company, Product, Profile
from crm.models.profile import label_of_lifecycle
from surveys.metrics import SCALES, Metric
from surveys.models import Survey

Choices = list[tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class SegmentVocabulary:
    """The choices of each condition. `topics`: None where nobody here knows their names, and any slug will do."""

    metrics: tuple[str, ...] = tuple(SCALES)
    products: Choices = field(default_factory=list)
    channels: Choices = field(default_factory=list)
    teams: Choices = field(default_factory=list)
    managers: Choices = field(default_factory=list)
    regions: Choices = field(default_factory=list)
    industries: Choices = field(default_factory=list)
    sizes: Choices = field(default_factory=list)
    lifecycles: Choices = field(default_factory=list)
    topics: Choices | None = None

    @classmethod
    def fetch(cls, user: User | None = None, *, topics: Choices | None = None) -> Self:
        """Return what there is, of colleagues only those whom `user` may look at (all without one); six queries."""
        used = set(Survey.objects.values_list("metric", flat=True).distinct()) or {Metric.NPS.value}
        people, teams = User.objects.filter(is_active=True), Team.objects.all()
        if user is not None and not user.sees_all_teams:
            people, teams = people.filter(team=user.team_id or 0), teams.filter(pk=user.team_id or 0)
        profiles = list(Profile.objects.values_list("region", "industry", "size_band", "lifecycle"))
        regions, industries, sizes, lifecycles = map(set, zip(*profiles, strict=True)) if profiles else [set()] * 4
        return cls(
            metrics=tuple(name for name in SCALES if name in used),
            products=list(Product.objects.order_by("name").values_list("pk", "name")),
            channels=list(Channel.objects.order_by("name").values_list("pk", "name")),
            teams=[(team.pk, str(team)) for team in teams.order_by("name")],
            managers=[(person.pk, str(person)) for person in people.order_by("name", "pk")],
            regions=_as_they_are(regions),
            industries=_as_they_are(industries),
            sizes=[(code, label) for code, label in Company.SizeBand.choices if code in sizes],
            lifecycles=[(code, label_of_lifecycle(code)) for code in sorted(lifecycles - {""})],
            topics=topics,
        )


def _as_they_are(values: Iterable[str]) -> Choices:
    return [(value, value) for value in sorted(values) if value]
