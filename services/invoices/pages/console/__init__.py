"""The invoices service's part of the vendors' console: documents, number series, archives."""
