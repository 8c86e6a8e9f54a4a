"""The grading engine: student code against hidden tests that it cannot see.

Theory of operation
===================

A submission is code of a stranger, and everything that it produces is hostile. The tests, the expected values and the
hidden data are secrets. So they never share a process: the tests run in an *examiner*, the submission in a *sandboxed
student*, and only plain values and tensors travel between the two.

Processes, and whose word they are
----------------------------------

=========== ========= ==================================================================================================
process     trusted   what it does
=========== ========= ==================================================================================================
worker      yes       the program that holds an ``Engine`` (``engine``, ``grading``). Never imports torch, never runs
                      tests or student code.
zygote      yes       two per runtime (``zygote``): one that students descend from, one that examiners descend from,
                      exec'd apart. Imports the runtime once, gathers its memory into huge pages, so that a fork has
                      little to copy, then forks. Lives in a jail (``sandbox.jail``) as its pid 1: its end is the end of
                      all its descendants. Never holds tests, submissions or tokens.
template    with the  one per exercise in use (``examiner.template``): forked from the examiners' zygote, sandboxed; has
            answers   collected the exercise's tests; forks an examiner for each submission, one ahead.
examiner    with the  runs the tests of one submission; calls the student through the ``student`` fixture; decodes its
            answers   replies by hand, bounded (``wire``). An author's code is not ours: it cannot reach the machine.
scrubber    yes       overwrites what is free on an accelerator between two students (``accelerators``). The only
                      process of ours besides students that ever has a context there.
init        yes       pid 1 of each sandbox (``sandbox.init``): mounts, reaps, watches, tells how the student ended.
student     **no**    forked from the students' zygote, confined (``sandbox.box``), warmed; waits ready; gets one
                      submission (``inside``), answers calls, ends. Each is used once.
=========== ========= ==================================================================================================

What each descriptor carries
----------------------------

* control (worker–zygote, packets): "fork a sandbox", with the descriptors that it will have.
* status (worker–init, packets): *hello*, *init* (with the pids, told by the kernel), *ready*, *ended*. The student does
  not have it.
* call (examiner–student, a stream of ``wire`` frames): the worker writes the first frame, the submission itself; then
  the examiner asks and the student answers, one request at a time. While it works on one it may send numbers for the
  page's curves, each frame of which is answered before the next, and may ask for what the test has lent it by number
  (``examiner.lending``): then the examiner does it, perhaps asks again, and answers. Anything else on it ends the
  student. A tensor that has a graph leaves it with the student, under a number; ``backward()`` in a test is a request,
  whose answer brings gradients home (``examiner.graphs``, ``examiner.leaves``, ``inside.graphs``).
* output (student → worker): what it prints. Bounded, cleaned, divided into what the student may see and what not.
* report (examiner–worker, packets): which test starts, how it ended; "I need another student"; figures, made anew.
* data: sealed, read-only memfds, one per file. No directory descriptor ever crosses.

Objects
-------

What is no plain value stays where it is. Of the student's, a stand-in is here; ``examiner.operating`` has the rule of
what may be believed of it. Of the test's, a number is there; ``examiner.lending`` has the rule of what may be asked of
it. ``examiner.listening`` says what else of a test the student's side is told: that its output is listened to, and
which functions of libraries the test has replaced. All three cost nothing where a test does not use them.

Modes
-----

A ``module`` is imported by the student, whom the examiner then calls. A ``notebook`` goes to the examiner as a sealed
file: it sends the cells to a student one by one, and runs the tests at their place between them. A table of
``predictions`` goes to the examiner alone, and nobody is seated: no code of a student's runs.

Accelerators
------------

Students on a GPU descend from a zygote of their own, the only one in whose jail its device files are. The whole sandbox
stands before the student makes its context. One submission at a time has a device or MIG slice, and gets it clean:
``accelerators`` says how. Tensors cross the border on the CPU with a note of where they lay. A student without a GPU
has the filter, the rules and the files that it always had.

Who decides what
----------------

Points: the exercise, by the test's outcome in the examiner. Outcomes of a test: pytest in the examiner. How a student
ended, and whether memory, processes or disk ran out: the kernel and the init, never the student's exit status. Time:
the examiner's and the worker's monotonic clocks, from the moment the student got the code. The student decides nothing.

What is left: timing side channels between students on one processor are out of scope; a bug in the kernel is a hole.
"""
