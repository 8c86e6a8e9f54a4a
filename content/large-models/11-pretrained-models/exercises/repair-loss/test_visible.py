"""What Run runs: one step returns a number, and predictions can be repeated."""
import torch


def one_step(submission, tokens, labels):
    model = submission.TinyClassifier(20, 8, 3)
    return submission.step(model, submission.torch.optim.SGD(model.parameters(), lr=0.1), tokens, labels)


def test_a_step_returns_a_number(student):
    loss = student.run(one_step, torch.randint(1, 20, (4, 6)), torch.tensor([0, 1, 2, 0]))
    print(f"loss {loss:.3f}")
    assert 0 < loss < 10


def test_the_same_answer_twice(student):
    model, tokens = student.TinyClassifier(20, 8, 3), torch.randint(1, 20, (30, 6))
    assert torch.equal(student.predict(model, tokens), student.predict(model, tokens))
