"""Invoices: what was sold, numbered, printed and never changed again.

Owns: series, invoices, their lines, issued documents, archives of them.
Publishes: invoice.issued.
Listens to: vendor.registered, vendor.updated, payment.succeeded, customer.erased.
"""
