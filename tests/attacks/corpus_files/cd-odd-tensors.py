"""
attack: cd-odd-tensors
class: codec
tries: fake, functional, nested, named, sparse, mkldnn, float8, wrapped, batched and half-made tensors
must: score 0, verdict wrong|error|crash, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


from torch._subclasses.fake_tensor import FakeTensorMode


def make(x):
    yield lambda: FakeTensorMode().from_tensor(x)
    yield lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])
    yield lambda: torch.zeros(3, 10, names=("N", "C"))
    yield lambda: torch.zeros(2, 2).to_sparse_csr()
    yield lambda: torch.zeros(2, 2).to_mkldnn()
    yield lambda: torch.zeros(2, dtype=torch.float8_e5m2)
    yield lambda: torch._C._functorch._wrap_for_grad(x, 0)
    yield lambda: torch.empty(0).set_(torch.UntypedStorage(8), 0, (4,), (100,))
    yield lambda: torch.Tensor._make_subclass(torch.nn.Parameter, torch.zeros(2))
    yield lambda: torch.sym_int(3)


def softmax(x, dim):
    made = []
    for act in make(x):
        try:
            made.append(act())
        except Exception as error:
            made.append(type(error).__name__)
    return made


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return torch.empty(0).as_strided((3, 10), (0, 0)) if False else torch.zeros(1).as_strided((3, 10), (0, 0))
