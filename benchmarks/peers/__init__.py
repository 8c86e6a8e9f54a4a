"""The tools that we compare with, in an environment of their own (``requirements.txt``), never in the project's."""
