"""Notebooks as files: read and bounded (``reading``), put into the order of the exercise's own (``planning``), and
whose names are whose in a test that is a cell (``ownership``). Nothing here runs a cell."""
