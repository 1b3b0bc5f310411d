"""The four deployables. None imports another; what two of them need lies in shared."""
