"""Decisions about running the business: imports."""
