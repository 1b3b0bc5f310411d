"""What the invoices service does: load, ask the rule, save, record the event."""
