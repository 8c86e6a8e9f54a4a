"""A course folder, read and rendered without Django: folder → ``Course`` tree, or every mistake at its line.

``folder`` finds the parts, ``schema`` says what their YAML may hold, ``markdown`` (with ``directives``, ``formulas``,
``highlight``, ``cjk`` and ``sanitise``) turns their texts into HTML, ``places`` resolves what they link to, and
``tree`` is what comes out.
"""
