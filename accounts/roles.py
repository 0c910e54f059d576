"""The three roles. They are Groups, made once by a migration; administrators may change them afterwards."""

AGENTS = "Agents"
MANAGERS = "Managers"
ADMINISTRATORS = "Administrators"

APPS_OF_ADMINISTRATORS = ["accounts", "crm", "delivery", "surveys", "responses", "followups", "analytics"]
PERMISSIONS_OF_MANAGERS = ["analytics.view_dashboard"]
