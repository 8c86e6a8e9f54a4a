"""How strong an exercise's hidden tests are: ``python -m graders check``.

A test suite that accepts the solution may accept anything else too. What shows its strength is which wrong answers it
refuses, so we make wrong answers and count. An exercise is *proved* when

1. its solution gets full marks three times, with different seeds; its starter does not, and ends with a sentence that
   helps; each answer in ``mutants/`` fails in the tests that its docstring names (``Must fail: test_mask.``)
   (``known``);
2. *degenerate* submissions, built from the solution's public functions, do not get full marks (``degenerate``), nor
   does one that has learnt the printed examples by heart (``cheating``, ``lookup``);
3. of the *automatic mutants* of the solution (``mutating``) at least 95 % are killed, which is the **test strength**.

Also told, and the author's to judge: points that the starter wins with a patched torch or with a word in the place of
each probe's evidence, and tests in which a right answer uses more than half of a tolerance (``tolerances``).

The method
----------

Mutation analysis rests on two hypotheses of DeMillo, Lipton and Sayward ("Hints on test data selection: help for the
practicing programmer", IEEE Computer, 1978): programmers are nearly right, so one small change stands for a real
mistake; and tests that tell simple faults apart tell most compound ones apart too. Jia and Harman ("An analysis and
survey of the development of mutation testing", IEEE TSE, 2011) collect what followed, among it the costs that we meet:
many mutants (we take at most 80, evenly over the operators, always the same ones) and equivalent ones. The operators
are not those for arithmetic in general: they follow what goes wrong in deep-learning code by the taxonomies behind
DeepMutation (Ma et al., ISSRE 2018) and DeepCrime (Humbatova, Jahangirova and Tonella, ISSTA 2021), at the level of
the source, as students make them: axis, scale, mask, transposition, detached graph, mode, reduction.

Whether a mutant is equivalent to its program cannot be decided in general (Budd and Angluin, "Two notions of
correctness and their relation to testing", Acta Informatica, 1982), so we ask less and err against the exercise. A
killed mutant is different by its death. A survivor is graded again with other seeds; then the calls that the hidden
tests made of the solution are repeated with both, as they were and with other values, sizes, types and switches
(``recording``, ``varying``, ``comparing``), and results, gradients and changed arguments are compared. A mutant that no
such input tells from the solution does not count; one that differs does, with the call that shows it, and so does one
for which time was too short. What differs and is still right by the specification counts as a hole until the author
lists it in ``equivalent.yaml`` with a written reason, for at most 5 % of the mutants. And what is no mistake by the
specification is not made into a mutant in the first place: one more epoch in a module that trains, a statement that
only feeds what is printed, ``eval()`` where nothing depends on the mode.

Of a notebook each cell that is the student's is changed by itself (``texts``). Its tests run between the cells, so that
there are no calls to repeat: a survivor counts until the author gives a reason.
"""
