"""What the invoices service decides, a line a file.

agreement     does what the portal charged add up
credit        how much of an invoice a credit note takes back, at which rate of tax
finalization  may an invoice be issued for a payment, and what it says for ever
numbering     the next number of a series, gapless
period        which days a month, a quarter, a year or a financial year has
statement     what was owed, charged and paid within a period, currency by currency
"""
