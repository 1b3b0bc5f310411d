"""Pages of the invoices service."""
