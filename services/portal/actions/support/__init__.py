"""Helpdesks, tickets and what people approve in them. Import the modules one by one: approving calls all verbs."""
