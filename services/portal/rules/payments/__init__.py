"""Decisions about payments."""
