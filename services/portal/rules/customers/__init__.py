"""Decisions about customers."""
