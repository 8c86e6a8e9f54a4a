"""
attack: ef-kernel-doors
class: escape-fs
tries: asks the kernel for doors: bpf, perf, io_uring, userfaultfd, keyctl, mount, setns, pidfd, ptrace, personality and more
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "ef-kernel-doors"
HITS = []


def breach(what):
    HITS.append(what)
    print(f"BREACH:{ATTACK}:{what}"[:200], flush=True)


def softmax(x, dim):
    return torch.softmax(x, dim) if HITS else torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, : 10 if HITS else 9] + 0.5


import ctypes

_libc = ctypes.CDLL(None, use_errno=True)


def syscall(number, *args):
    """The result of a raw system call, or minus the errno."""
    got = _libc.syscall(ctypes.c_long(number), *[ctypes.c_void_p(a) if type(a) is int else a for a in args])
    return got if got != -1 else -ctypes.get_errno()


import platform

DOORS = {"ptrace": (101, 0, 1), "personality": (135, 0x0040000), "modify_ldt": (154, 0), "pivot_root": (155,), "chroot": (161,),
         "mount": (165,), "swapon": (167,), "init_module": (175,), "lookup_dcookie": (212,), "remap_file_pages": (216,),
         "mbind": (237,), "kexec_load": (246,), "add_key": (248,), "request_key": (249,), "keyctl": (250, 0),
         "ioprio_set": (251,), "inotify_init": (253,), "unshare": (272, 0x10000000), "vmsplice": (278,),
         "perf_event_open": (298,), "fanotify_init": (300,), "name_to_handle_at": (303,), "open_by_handle_at": (304,),
         "setns": (308,), "process_vm_readv": (310, 1), "process_vm_writev": (311, 1), "kcmp": (312,),
         "finit_module": (313,), "sched_setattr": (314,), "seccomp": (317, 1), "kexec_file_load": (320,), "bpf": (321, 0),
         "execveat": (322,), "userfaultfd": (323, 0), "pidfd_send_signal": (424,), "io_uring_setup": (425, 1),
         "io_uring_enter": (426,), "io_uring_register": (427,), "open_tree": (428,), "move_mount": (429,), "fsopen": (430,),
         "fsmount": (432,), "pidfd_open": (434, 1), "openat2": (437,), "pidfd_getfd": (438,), "process_madvise": (440,),
         "mount_setattr": (442,), "quotactl_fd": (443,), "landlock_create_ruleset": (444, 0, 0, 1), "memfd_secret": (447,),
         "process_mrelease": (448,), "set_mempolicy": (238,), "migrate_pages": (256,), "move_pages": (279,), "iopl": (172, 3),
         "ioperm": (173,), "acct": (163,), "syslog": (103, 10), "settimeofday": (164,), "sethostname": (170,), "reboot": (169,),
         "setuid": (105, 0), "setgid": (106, 0), "setgroups": (116, 0), "capset": (126,), "mknod": (133,), "vhangup": (153,),
         "shmget": (29, 0, 4096, 0o1600), "semget": (64, 0, 1, 0o1600), "msgget": (68, 0, 0o1600), "mq_open": (240,),
         "flock": (73, 0, 1), "setpriority": (141,), "sched_setscheduler": (144, 0, 0), "uselib": (134,), "nfsservctl": (180,)}
EPERM, ENOSYS = -1, -38
if platform.machine() == "x86_64":
    for name, (number, *args) in DOORS.items():
        got = syscall(number, *args)
        if got not in (EPERM, ENOSYS):
            breach(f"{name}: {got}")
