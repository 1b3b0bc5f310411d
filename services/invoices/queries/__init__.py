"""What is asked of the invoices service's tables. Answers are frozen views, never rows."""
