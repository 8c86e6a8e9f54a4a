"""Fixtures that every test may use. The cast: alice and bob learn, carol teaches, dave runs the pools."""
