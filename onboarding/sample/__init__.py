"""Invented customers by which an empty installation is looked around in, and from which they go without a trace."""
