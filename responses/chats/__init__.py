"""Answers in chats: what a press does, what the chat shows then, and what is said to whoever writes there."""
