"""The standard texts that a new survey starts with, one module per language."""
