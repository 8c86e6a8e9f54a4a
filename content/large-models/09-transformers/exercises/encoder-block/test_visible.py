"""What Run runs: cases whose answer is known without calculating much."""
import torch


def zeros(width, hidden):
    """Parameters of a block that adds nothing."""
    shapes = {**dict.fromkeys("qkvo", (width, width)), "up": (hidden, width), "down": (width, hidden)}
    made = {f"{name}.weight": torch.zeros(shape) for name, shape in shapes.items()}
    made |= {f"{name}.bias": torch.zeros(shape[0]) for name, shape in shapes.items()}
    for name in ("norm1", "norm2"):
        made |= {f"{name}.weight": torch.ones(width), f"{name}.bias": torch.zeros(width)}
    return made


def test_the_norm_of_the_statement(student):
    x = torch.tensor([[1.0, 2.0, 3.0, 6.0]])
    result = student.layer_norm(x, torch.ones(4), torch.zeros(4))
    torch.testing.assert_close(result, torch.tensor([[-1.0690, -0.5345, 0.0, 1.6036]]), atol=1e-3, rtol=0)


def test_a_block_that_adds_nothing_returns_its_input(student):
    x = torch.randn(2, 5, 6)
    torch.testing.assert_close(student.encoder_block(x, zeros(6, 24), heads=3), x)


def test_a_bias_of_the_mlp_arrives_everywhere(student):
    x, parameters = torch.randn(2, 5, 6), zeros(6, 24)
    parameters["down.bias"] = torch.ones(6)
    torch.testing.assert_close(student.encoder_block(x, parameters, heads=2), x + 1)


def test_equal_tokens_stay_equal(student):
    x = torch.randn(1, 1, 8).expand(1, 4, 8)
    parameters = {name: torch.randn_like(value) for name, value in zeros(8, 16).items()}
    result = student.encoder_block(x, parameters, heads=2)
    torch.testing.assert_close(result, result[:, :1].expand(1, 4, 8))


def test_the_count_of_the_statement(student):
    assert student.parameter_count(4, 16) == 244
