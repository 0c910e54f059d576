def cut(text: str, limit: int) -> str:
    """Return text of at most `limit` characters; what was cut shows so."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
