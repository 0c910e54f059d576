"""Asking again after recovery: whether who was won back says so."""
