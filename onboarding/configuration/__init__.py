"""The configuration as one file without secrets, and what such a file would change here."""
