"""What notifications decides, a line a file.

messages: which mails there are, for whom, may they be switched off, and which one makes an older one pointless
reasons: in which words is a declined charge told
delivery: is a mail done, tried again (when), or given up
suppression: may an address be written to, and which answer says that nobody is there
"""
