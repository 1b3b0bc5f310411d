"""What notifications decides, a line a file.

messages: which mails there are, for whom, and may they be switched off
delivery: is a mail done, tried again (when), or given up
"""
