"""The three roles. They are Groups, made once by a migration; administrators may change them afterwards."""

AGENTS = "Agents"
MANAGERS = "Managers"
ADMINISTRATORS = "Administrators"
