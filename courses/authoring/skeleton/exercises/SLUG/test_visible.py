"""What Run runs, and students may read: the example of the statement."""
import torch


def test_the_example(student):
    average = student.weighted_average(torch.tensor([1.0, 2.0, 6.0]), torch.tensor([1.0, 1.0, 2.0]))
    torch.testing.assert_close(average, torch.tensor(3.75))
