"""What other systems may say about companies, contacts, deals…: fields, limits and how each is read, in one place."""
