"""A course's files in the browser: read, changed, previewed as one types, and made into a release."""
