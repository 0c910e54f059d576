"""The formulas that more than one page asks for: counts and numbers in, numbers out.

Pure: standard library only, no database, no clock, no chance. Shares are 0 … 1 and NPS is in points (−100 … 100) unless
a docstring says otherwise; a variance is that of one answer worth +1, 0 or −1. What cannot be told is None, never 0.
Reference values stand in `tests/oracle/`.
"""
