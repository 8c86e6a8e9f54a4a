"""What Run runs: shapes, the first loss, and a small model trained on a twentieth of the text."""
import math


def test_the_text_is_there(student):
    tokens = student.load_text()
    assert tokens.dim() == 1 and len(tokens) > 80_000
    assert tokens.min() == 0 and tokens.max() == 60


def test_logits_for_each_token(student):
    windows = student.load_text()[:66].view(2, 33)
    model = student.GPT(61, 32, 64, 4, 2)
    assert model(windows[:, :-1]).shape == (2, 32, 61)
    assert model(windows[:, :5]).shape == (2, 5, 61)


def first_loss(submission, windows):
    return submission.loss_of(submission.GPT(61, 32, 64, 4, 2), windows).item()


def test_an_untrained_model_is_nearly_indifferent(student):
    loss = student.run(first_loss, student.load_text()[:330].view(10, 33))
    print(f"first loss {loss:.2f}, ln 61 = {math.log(61):.2f}")
    assert abs(loss - math.log(61)) < 1.5


def trained_loss(submission, windows, device):
    model = submission.train(submission.load_text()[:4000], 32, 32, 2, 1, device)
    return submission.loss_of(model, windows.to(device)).item()


def test_a_short_text_teaches_something(student, device):
    loss = student.run(trained_loss, student.load_text()[-330:].view(10, 33), device)
    print(f"loss {loss:.2f} on other lines, after training one small block on 4,000 characters")
    assert loss < 3.5
