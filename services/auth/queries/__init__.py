"""Reads of auth's tables; they return frozen views, never rows."""
