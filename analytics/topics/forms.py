from analytics.dashboard.forms import DashboardForm


class TopicsForm(DashboardForm):
    """The filters of the dashboard, but for another period: nothing is compared with one here."""

    unused = ("compare",)
