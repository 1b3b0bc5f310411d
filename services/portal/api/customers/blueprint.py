"""What the views of /v1/customers hang on."""

from shared.web import ApiBlueprint

blueprint = ApiBlueprint("customers", description="Who bought")
