"""Colleagues who are taken in several at once."""
