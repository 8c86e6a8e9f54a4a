"""Students on accelerators: one at a time on a device, and nothing of one is left for the next.

Theory of operation
===================

A *slot* is a CUDA device, or a MIG slice of one, and belongs to one submission at a time. Its life is a circle::

    leaving ──────► scrubbing ──────► clean ──────► held ──────► leaving …
    NVML shows no   a trusted         perhaps with  one
    process of      program over-     a context     submission
    before          writes what is    that waits
                    free

``finding``    which slots this machine has: names, sizes, device files
``watching``   NVML: whose processes are on a slot, how much they use, which faults (Xid) it had
``scrubber``   the program that overwrites a slot's free memory, in a process and with a context of its own
``slot``       one slot's life, and what is learnt from it about a submission
``slots``      all of them: who gets which

A student's context is made by the student's own process, behind its whole sandbox (``graders.inside.device``). One may
wait on a clean slot; it is asked for a small operation before it is used, and thrown away after a fault. None is made
beside a running student: what the driver gave it could have been that student's memory a moment before. The zygote
has no context, since no child could use it.

Whose fault it is that a device had no memory left: the student's, unless somebody else's process held what the slot
promises; NVML says so, never the student. What is a fault of the hardware is nobody's who submits.

Nothing here imports torch, and nothing touches a device but through its driver: NVML, and the scrubber's own process.
"""
