"""The blueprint that the files of this package hang their views on."""

from shared.web import ApiBlueprint

blueprint = ApiBlueprint("subscriptions", description="What runs")
