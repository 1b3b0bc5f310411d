"""Writes of auth's tables: load, ask a rule, save, record the event."""
