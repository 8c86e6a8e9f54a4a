"""How a machine becomes a grading node: a one-time code from the pools' page, exchanged for a broker user of its own.

An administrator asks for a code; it is shown once, kept as a hash, and good for one machine within half an hour. On the
machine ``make node`` sends it to ``/nodes/join/`` and is answered with the address of the broker, in which stand the
node's own user and password. After that the machine speaks to the broker only.
"""
