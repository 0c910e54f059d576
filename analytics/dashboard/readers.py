"""Who may read the pages of numbers."""

from django.contrib.auth.decorators import permission_required

managers_only = permission_required("analytics.view_dashboard", raise_exception=True)
