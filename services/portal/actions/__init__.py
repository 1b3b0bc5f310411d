"""Writes: load, ask a rule, save, record the event. Session first, the rest by keyword, `now` comes in."""
