"""Hidden tests for the engine, none of ours."""

collect_ignore = ["exercises"]
