"""Django's SQLite backend, with writers that wait in line. See ``base``, which Django looks for by that name."""
