"""The JSON that notifications speaks: to vendors under /v1, to its siblings under /internal."""
