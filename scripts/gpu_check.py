"""Which claims about GPUs hold on this machine. Prints one JSON object; each claim says where it ran, or "not run"."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys

CLAIMS = {
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
    """Each claim in a process of its own, so that a broken context spoils no other."""
    return subprocess.run(
        [sys.executable, "-c", f"import torch; {code}"], capture_output=True, text=True, check=False, timeout=120
    )


def main() -> int:
    device = python("print(torch.cuda.get_device_name(0) if torch.cuda.is_available() else '')").stdout.strip()
    if not device:
        print(json.dumps({"device": None, "claims": dict.fromkeys(CLAIMS, "not run: no CUDA device here")}, indent=2))
        return 0
    where = f"{device}, {datetime.date.today().isoformat()}"
    claims, failed = {}, False
    for claim, code in CLAIMS.items():
        result = python(code)
        failed |= result.returncode != 0
        words = result.stderr.strip().splitlines()
        claims[claim] = f"ran on: {where}" if result.returncode == 0 else f"FAILED on {where}: {words[-1:]}"
    print(json.dumps({"device": device, "claims": claims}, indent=2))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
