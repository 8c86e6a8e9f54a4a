def test_three(student):
    assert student.squares(3) == [1, 4, 9]
