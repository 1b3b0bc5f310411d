"""What programs may ask of notifications: vendors under /v1, siblings under /internal."""
