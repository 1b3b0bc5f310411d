"""The console's pages about access: people, keys and what they asked for, secrets, customers' ways in.

They work without scripts.
"""

from services.auth.pages.console.account import blueprint as account
from services.auth.pages.console.checker import blueprint as checker
from services.auth.pages.console.chosen import blueprint as chosen
from services.auth.pages.console.company import blueprint as company
from services.auth.pages.console.customers import blueprint as customers
from services.auth.pages.console.home import blueprint as home
from services.auth.pages.console.keys import blueprint as keys
from services.auth.pages.console.people import blueprint as people
from services.auth.pages.console.refusals import blueprint as refusals
from services.auth.pages.console.requests import blueprint as requests
from services.auth.pages.console.secrets import blueprint as secrets
from services.auth.pages.console.shell import ask_here
from services.auth.pages.console.siblings import blueprint as siblings
from services.auth.pages.console.ways import blueprint as ways

__all__ = ["BLUEPRINTS", "ask_here", "siblings"]

BLUEPRINTS = (home, chosen, customers, people, company, account, keys, secrets, checker, ways, refusals, requests)
