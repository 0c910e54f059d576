"""From an empty installation to asking: a module for each step, pure over what was read of the installation."""
