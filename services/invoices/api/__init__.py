"""The public API of the invoices service."""
