"""What Run runs: shapes, the number of weights, and what a block without weights does."""
import torch


def test_shapes(student):
    assert student.InvertedResidual(8, 16, stride=2)(torch.randn(5, 8, 14, 14)).shape == (5, 16, 7, 7)
    assert student.InvertedResidual(8, 8)(torch.randn(2, 8, 9, 11)).shape == (2, 8, 9, 11)


def test_the_number_of_weights(student):
    state = student.InvertedResidual(8, 16, stride=2).state_dict()
    assert sum(value.numel() for name, value in state.items() if "norm" not in name) == 1056


def test_a_block_without_weights_is_its_shortcut(student):
    block = student.InvertedResidual(4, 4)
    state = {name: torch.zeros_like(value) for name, value in block.state_dict().items()}
    state |= {name: torch.ones_like(value) for name, value in state.items() if name.endswith("running_var")}
    block.load_state_dict(state)
    x = torch.randn(2, 4, 5, 5)
    torch.testing.assert_close(block.eval()(x), x)
