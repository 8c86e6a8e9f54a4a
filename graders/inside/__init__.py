"""What runs inside the sandbox: loads the submission, then answers the examiner's calls.

Everything here shares a process with hostile code and can be turned against itself by it. That costs the student's own
answers and nothing else: points are counted on the other side of the border. What this side owes is good manners: clear
errors for honest students, exact copies, no call answered by a forked child.

``serve``       the loop: one request, one reply
``loading``     writes the files, imports the submission
``forbidding``  names that an exercise asks to do without
``objects``     objects that stay here and are known outside by number
``probes``      the author's probes and library names, as sent
``changes``     which arguments the student's code changed
``failures``    exceptions as plain data
``cells``       the cells of a notebook
``device``      a student's accelerator
``track``       ``from gradus import track``; ``bars`` for tqdm, ``figures`` for matplotlib;
                ``shown`` for IPython.display
``warm``        what the zygote computes once, before it forks
"""
