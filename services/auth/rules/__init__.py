"""What auth decides, a line a file.

- `address`: which stored address a typed one means, if any
- `api_key`: the form of a key, whether it is still good, what it may do and hand on
- `device`: what a browser calls itself, for a person to recognize
- `link`: whether a link or a code is still good
- `passport`: what a passport says of the caller
- `return_path`: where a sign-in may lead
- `session`: whether a session is still good
- `sign_in`: whether this attempt may go on, and whether a mail goes out
- `vendor`: whether a vendor's details may be kept and printed
- `ways_in`: what each way in proves
"""
