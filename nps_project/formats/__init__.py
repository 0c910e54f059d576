"""How dates, times and numbers are written in each language, in the letters of Django's date filter.

Every language has one way to write a day and one to write a moment; what Django knows beyond that stays as it is.
Names that Django does not know are asked for like its own: `{{ day|date:"WEEKDAY_FORMAT" }}`.
"""
