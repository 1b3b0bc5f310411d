"""The JSON that auth speaks: to vendors under /v1, to the gateway and the siblings under /internal."""
