"""Running the business: the action log, imports."""
