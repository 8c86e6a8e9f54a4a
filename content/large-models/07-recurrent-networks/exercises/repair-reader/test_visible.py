"""What Run runs: what the reader promises, on small batches."""
import torch


def test_the_shape(student):
    assert student.Reader(3, 4, 5)(torch.randn(6, 7, 3), torch.tensor([7, 2, 3, 1, 7, 5])).shape == (6, 5)


def test_the_companions_do_not_matter(student):
    reader, x = student.Reader(3, 4, 5), torch.randn(4, 6, 3)
    lengths = torch.full((4,), 6)
    torch.testing.assert_close(reader(x, lengths)[2:], reader(x[2:], lengths[2:]), rtol=1e-4, atol=1e-5)


def test_the_padding_does_not_matter(student):
    reader, x = student.Reader(3, 4, 5), torch.randn(2, 6, 3)
    other = x.clone()
    other[0, 4:] = 9.0
    lengths = torch.tensor([4, 6])
    torch.testing.assert_close(reader(other, lengths), reader(x, lengths), rtol=1e-4, atol=1e-5)
