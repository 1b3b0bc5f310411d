"""The customer's pages: what they have, canceling and undoing it, their invoices."""
