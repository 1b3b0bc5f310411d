"""Decisions about what is sold."""
