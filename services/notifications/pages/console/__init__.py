"""Notifications' part of the vendors' console: the log of mails, and their texts."""
