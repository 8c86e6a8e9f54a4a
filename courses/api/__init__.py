"""What the routers of the REST API share; ``courseplatform.api`` puts them together."""
