"""Authoring in the browser: upload, look, publish, go back."""
