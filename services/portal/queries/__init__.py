"""Reads that return frozen views, never rows."""
