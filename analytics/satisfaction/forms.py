from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analytics.dashboard.forms import DashboardForm


class SatisfactionForm(DashboardForm):
    """The filters of the dashboard, held to one metric whatever the address says."""

    def __init__(self, data: Mapping[str, Any], *, metric: str, **kwargs: Any) -> None:
        super().__init__({**{name: data[name] for name in data}, "metric": metric}, **kwargs)
        self.own_metric = metric

    @property
    def is_asked(self) -> bool:
        """Whether any survey asks for it."""
        return self.own_metric in self.lists.metrics

    @property
    def idle(self) -> set[str]:
        return {*super().idle, "metric"}
