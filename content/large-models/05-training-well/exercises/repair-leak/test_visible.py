"""What Run runs: the experiment on noise, and the example of the statement."""
import torch


def test_noise_stays_noise(student):
    x, y, groups = torch.randn(60, 2000), torch.arange(60) % 2, torch.arange(60)
    found = [student.experiment(x, y, groups, 20, seed=seed) for seed in range(10)]
    print("accuracy on noise:", round(sum(found) / 10, 2))
    assert sum(found) / 10 < 0.7


def test_the_groups_of_the_statement(student):
    groups = torch.tensor([3, 3, 7, 7, 9, 9])
    train, validation = student.split(groups, 0.3)
    assert len(train) == 4 and len(validation) == 2
    assert len(set(groups[validation].tolist())) == 1


def test_the_value_of_the_statement(student):
    x = torch.tensor([[1.0], [1.0], [3.0], [3.0], [6.0]])
    _, validation = student.prepare(x, torch.tensor([0, 0, 1, 1, 1]), torch.arange(4), torch.tensor([4]), 1)
    torch.testing.assert_close(validation, torch.tensor([[3.4641]]), atol=1e-3, rtol=0)
