"""What Run runs: the numbers of the statement."""
import torch


def test_the_worked_example(student):
    assert abs(student.exact_p_value(30, 22) - 0.3317) < 0.001


def test_four_examples(student):
    old, new, target = torch.tensor([0, 1, 2, 0]), torch.tensor([0, 2, 2, 1]), torch.tensor([0, 2, 1, 1])
    assert student.disagreements(old, new, target) == (2, 0)
    gains = student.resampled_gains(old, new, target, torch.tensor([[0, 1, 2, 3], [0, 0, 2, 2], [1, 1, 1, 3]]))
    assert gains.tolist() == [0.5, 0.0, 1.0]


def test_three_claims(student):
    assert student.holm([0.04, 0.01, 0.03]) == [False, True, False]
