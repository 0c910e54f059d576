from analytics.models.dashboard import Dashboard

__all__ = ["Dashboard"]
