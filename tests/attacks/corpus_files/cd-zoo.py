"""
attack: cd-zoo
class: codec
tries: returns quantized, nested, sparse, conjugated, negated, zero-stride, complex-half and float8 tensors
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import warnings

warnings.simplefilter("ignore")


def zoo(x):
    yield lambda: torch.quantize_per_tensor(x, 0.1, 0, torch.qint8)
    yield lambda: torch.nested.nested_tensor([x, x], layout=torch.jagged)
    yield lambda: x.to_sparse_csr() if x.dim() == 2 else x.to_sparse()
    yield lambda: torch.complex(x, x).conj().imag
    yield lambda: torch.empty(1).expand(2**15, 2**15)
    yield lambda: torch.zeros(3, dtype=torch.complex32)
    yield lambda: torch.zeros(3).to(torch.float8_e4m3fn)
    yield lambda: torch.zeros(3, dtype=torch.uint16)
    yield lambda: torch.zeros(0, 2**31)
    yield lambda: torch.zeros([1] * 20)
    yield lambda: torch.empty(3, device="meta").to_mkldnn()
    yield lambda: torch.ones(3).to_mkldnn()
    yield lambda: torch.zeros(3, dtype=torch.bits8)


turn = [0]


def softmax(x, dim):
    turn[0] += 3
    return list(zoo(x))[turn[0] % 13]()


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        turn[0] += 1
        return list(zoo(x[0, 0]))[turn[0] % 13]()
