"""What crosses between the platform and a node: frozen values with strict parsers.

Both sides may be broken, and a node may be hostile, so each parser refuses unknown keys, wrong types and whatever is
out of bounds. Reports have their own: ``graders.report.Report.from_dict``.
"""

from __future__ import annotations

#: How long a worker may be silent before its tries are taken from it; it ends its students at two thirds of that.
LEASE_SECONDS = 15.0
