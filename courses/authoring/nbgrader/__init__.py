"""nbgrader's course folders as ours. Read, never executed here: nothing of it runs in the platform's process.

``cells``      a notebook of nbgrader's, with its metadata (schemas 1 to 3), refused with cell and reason
``settings``   nbgrader_config.py, read as text
``regions``    what lies between ``### BEGIN`` and ``### END``
``autotests``  ``### AUTOTEST`` lines, and the tests that they become once the solution has said its values
``nose``       tests of old courses, whose assertions come from a package that is no more
``helpers``    what of the author's own code the tests need on their side of the border
``books``      one notebook as an exercise: starter, solution, hidden tests, points
``shaping``    small changes to the text of cells, and their names
``files``      what lies beside a notebook
``tasks``      the text of a notebook as a statement
``folders``    the assignments of a folder, with what was handed in
``beside``     a notebook with its tests in one process, in the sandbox
``trying``     every test both ways, and which of them differ
``leaking``    what students could read of it and should not
``writing``    the course as a folder of ours, and what there is to say about it
``gradebook``  the class in gradebook.db: people, dates, grades
``configured`` the class in nbgrader_config.py, where there is no database

The format: nbgrader's documentation (https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html).
"""
