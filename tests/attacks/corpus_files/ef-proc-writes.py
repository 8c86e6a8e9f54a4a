"""
attack: ef-proc-writes
class: escape-fs
tries: writes to /proc/sys, /proc/self controls, /proc/sysrq-trigger, uid maps and cgroup files
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "ef-proc-writes"
HITS = []


def breach(what):
    HITS.append(what)
    print(f"BREACH:{ATTACK}:{what}"[:200], flush=True)


def softmax(x, dim):
    return torch.softmax(x, dim) if HITS else torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, : 10 if HITS else 9] + 0.5


import glob

PATHS = ["/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sysrq-trigger", "/proc/self/uid_map",
         "/proc/self/gid_map", "/proc/self/setgroups", "/proc/self/oom_score_adj", "/proc/self/loginuid",
         "/proc/self/coredump_filter", "/proc/self/timens_offsets", "/proc/self/attr/current", "/proc/1/oom_score_adj",
         "/proc/sys/vm/drop_caches", "/proc/sys/user/max_user_namespaces", "/proc/self/clear_refs", "/proc/self/timerslack_ns"]
for path in PATHS + glob.glob("/sys/fs/cgroup/**/cgroup.procs", recursive=True)[:20]:
    try:
        with open(path, "r+") as file:
            file.write(file.read(0) or "0")
        breach("wrote " + path)
    except OSError:
        pass
