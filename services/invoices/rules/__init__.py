"""What the invoices service decides, a line a file.

agreement     does what the portal charged add up
finalization  may an invoice be issued for a payment, and what it says for ever
numbering     the next number of a series, gapless
"""
