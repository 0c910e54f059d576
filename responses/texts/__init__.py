"""What customers send back to a question that came as a text message."""
