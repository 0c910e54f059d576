"""Customers chosen by conditions: what may be chosen, who is meant, and segments kept under a name."""
