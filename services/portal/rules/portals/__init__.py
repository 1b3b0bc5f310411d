"""Decisions about portals."""
