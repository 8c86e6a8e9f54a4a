"""What Run runs: six points on a line, as in the statement."""
import torch

POINTS = torch.tensor([[1.0], [2.0], [3.0], [8.0], [9.0], [10.0]])  # (6, 1)
START = torch.tensor([[1.0], [2.0]])  # (2, 1)


def test_first_labels_as_in_the_statement(student):
    assert student.assign(POINTS, START).tolist() == [0, 1, 1, 1, 1, 1]


def test_first_update_as_in_the_statement(student):
    centres = student.update(POINTS, torch.tensor([0, 1, 1, 1, 1, 1]), START)
    torch.testing.assert_close(centres, torch.tensor([[1.0], [6.4]]))


def test_the_sum_falls_from_150_to_4(student):
    before = student.inertia(POINTS, torch.tensor([0, 1, 1, 1, 1, 1]), START)
    after = student.inertia(POINTS, torch.tensor([0, 0, 0, 1, 1, 1]), torch.tensor([[2.0], [9.0]]))
    assert (before.item(), after.item()) == (150.0, 4.0)


def test_an_empty_group_keeps_its_centre(student):
    centres = student.update(POINTS[:2], torch.tensor([0, 0]), torch.tensor([[5.0], [7.0]]))
    torch.testing.assert_close(centres, torch.tensor([[1.5], [7.0]]))


def test_both_groups_are_found(student):
    centres, labels = student.k_means(POINTS, START)
    torch.testing.assert_close(centres, torch.tensor([[2.0], [9.0]]))
    assert labels.tolist() == [0, 0, 0, 1, 1, 1]
