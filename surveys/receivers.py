"""News from below that this app reacts to; a sweep finds whatever a signal missed."""
