"""Whether a release's tests are strong: what ``python -m graders check`` finds, graded by the pools."""
