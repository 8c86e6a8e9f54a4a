import pytest


def test_state_stays_in_one_student(student):
    assert [student.count() for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize("case", range(4))
def test_a_fresh_student_knows_nothing(fresh_student, case):
    assert fresh_student.count() == 1
