"""Which claims about GPUs hold on this machine. No network, no platform, no root is needed.

    python3 scripts/gpu_check.py [--output var/gpu-check.json]

Prints one JSON object and writes it; each claim says "ran on: device, date", "FAILED on: device, date", or "not run",
with what was found. Any Python from 3.11 with torch, NumPy, pytest, pydantic, PyYAML, SciPy, scikit-learn, matplotlib,
pillow and nvidia-ml-py will do; what is missing is named.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent

#: What needs torch and a device alone.
PLAIN = {
    "torch sees a CUDA device": "assert torch.cuda.is_available()",
    "a matrix product on the device equals the one on the CPU": (
        "a = torch.randn(256, 256, dtype=torch.float64); torch.testing.assert_close((a.cuda() @ a.cuda()).cpu(), a @ a)"
    ),
    "a training step runs on the device": (
        "m = torch.nn.Linear(8, 2).cuda(); m(torch.randn(4, 8).cuda()).sum().backward(); "
        "torch.optim.SGD(m.parameters(), lr=0.1).step(); torch.cuda.synchronize()"
    ),
}


def python(code: str) -> subprocess.CompletedProcess[str]:
    """Each of these in a process of its own, so that a broken context spoils no other."""
    return subprocess.run(
        [sys.executable, "-c", f"import torch; {code}"], capture_output=True, text=True, check=False, timeout=180
    )


def plain(code: str) -> Callable[[], str]:
    def run() -> str:
        result = python(code)
        if result.returncode:
            raise AssertionError(" ".join(result.stderr.strip().splitlines()[-1:]))
        return ""

    return run


def claims_of_the_engine() -> Mapping[str, Callable[[], str]]:
    """What needs the engine. It is found by its name, since a bare machine may lack a package of it."""
    sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]
    claims: Mapping[str, Callable[[], str]] = importlib.import_module("gpu_claims").CLAIMS
    return claims


def check(claim: Callable[[], str], where: str) -> dict[str, Any]:
    """Try one claim."""
    begun = time.monotonic()
    try:
        found, result = claim(), f"ran on: {where}"
    except Exception as error:  # whatever fails in a claim is its result
        given_up = type(error).__name__ == "NotRun"
        found = "" if given_up else f"{type(error).__name__}: {error}"
        result = f"not run: {error}" if given_up else f"FAILED on: {where}"
    entry: dict[str, Any] = {"result": result, "seconds": round(time.monotonic() - begun, 2)}
    return {**entry, "found": found} if found else entry


def examine() -> dict[str, Any]:
    """Try all claims; none where there is no device."""
    result = python("print(torch.cuda.get_device_name(0) if torch.cuda.is_available() else '')")
    device = result.stdout.strip()
    why = "no CUDA device here" if result.returncode == 0 else " ".join(result.stderr.strip().splitlines()[-1:])
    claims: dict[str, Callable[[], str]] = {name: plain(code) for name, code in PLAIN.items()}
    try:
        claims |= claims_of_the_engine()
    except ImportError as error:
        claims["the engine can be tried"] = plain(f"raise SystemExit({str(error)!r})")
    if not device:
        return {"device": None, "claims": {name: {"result": f"not run: {why}"} for name in claims}}
    where = f"{device}, {datetime.date.today().isoformat()}"
    tried = {}
    for name, claim in claims.items():
        tried[name] = check(claim, where)
        print(f"{tried[name]['result']:<60} {name}", file=sys.stderr, flush=True)
    return {"device": device, "claims": tried}


def main() -> int:
    parser = argparse.ArgumentParser(description="Try every claim about GPUs on this machine.")
    parser.add_argument("--output", type=Path, default=ROOT / "var" / "gpu-check.json", help="where the report goes")
    given = parser.parse_args()
    report = examine()
    text = json.dumps(report, indent=2)
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_text(text + "\n")
    print(text)
    return 1 if any(claim["result"].startswith("FAILED") for claim in report["claims"].values()) else 0


if __name__ == "__main__":
    sys.exit(main())
