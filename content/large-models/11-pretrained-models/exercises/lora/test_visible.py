"""What Run runs: shapes, and that nothing has changed in the beginning."""
import torch



def wrapped(submission):
    layer = submission.nn.Linear(6, 4)
    return layer, submission.LoRALinear(layer, 2, 4.0)


def test_shapes(student):
    _, lora = student.run(wrapped)
    state = lora.state_dict()
    assert state["a"].shape == (2, 6) and state["b"].shape == (4, 2)


def test_nothing_has_changed_in_the_beginning(student):
    layer, lora = student.run(wrapped)
    x = torch.randn(5, 6)
    torch.testing.assert_close(lora(x), layer(x))
