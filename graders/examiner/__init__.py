"""What runs the hidden tests: trusted with the answers, and nothing the student's process says is trusted here.

Authors write ``from graders.examiner import check, feedback, measure, on, score``.

``template``    one process per exercise: collects the tests once, forks an examiner per submission
``examining``   one examiner: runs the tests of one submission, reports to the engine
``running``     one test: its time, its seeds, its outcome and findings
``telling``     what may be said of a test that did not pass
``session``     the call socket to one live student
``student``     the ``student`` fixture
``remote``      objects that stay in the student's process
``placing``     on which device an argument is to lie
``sending``     arguments: what may cross, library names, probes, changes copied back
``failures``    the student's exceptions, rebuilt here
``check``       comparisons that say what is wrong without saying what is right
``explaining``  what torch means by its exceptions, without their words
``context``     what the running test has found so far
``notebook``    mode notebook: cells run one by one, tests at their place; ``namespace`` for tests that are cells,
              ``sameness`` for what ``is`` asks in them
``predictions`` mode predictions: tables and labels; ``absent`` where no student is
``competition`` entries of competitions: scikit-learn's metrics, or an author's function, over two parts
``laptop``      the same border for authors: ``pytest --submission FILE``; ``rehearsing`` for notebooks and tables
"""

from graders.examiner import check
from graders.examiner.context import feedback, measure, score
from graders.examiner.failures import AuthorMistake, StudentError, StudentGone
from graders.examiner.placing import on

__all__ = ["AuthorMistake", "StudentError", "StudentGone", "check", "feedback", "measure", "on", "score"]
