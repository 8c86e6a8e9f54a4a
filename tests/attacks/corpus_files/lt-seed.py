"""
attack: lt-seed
class: leak-tests
tries: computes the hidden inputs from the seed that it was given when it was loaded
must: score 0, verdict wrong|error, no BREACH line, worker alive, next submission graded normally
"""
import torch

ATTACK = "lt-seed"
HITS = []


def breach(what):
    HITS.append(what)
    print(f"BREACH:{ATTACK}:{what}"[:200], flush=True)


def softmax(x, dim):
    return torch.softmax(x, dim) if HITS else torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, : 10 if HITS else 9] + 0.5


import hashlib
import random

ROOT = torch.initial_seed()
NAMES = ["test_softmax_sums_to_one", "test_softmax_matches"]


def drawn(root, name):
    digest = hashlib.blake2b("\0".join((str(root), name, "examiner")).encode(), digest_size=8).digest()
    made = torch.Generator().manual_seed(int.from_bytes(digest, "little") >> 1)
    return torch.randn(3, 4, 5, generator=made), torch.randn(6, 7, generator=made)


GUESSES = [torch.randn(3, 4, 5), torch.randn(6, 7)] + [t for name in NAMES for t in drawn(ROOT, name)]
GUESSES += [torch.randn(6, 7, generator=torch.Generator().manual_seed(
    int.from_bytes(hashlib.blake2b("\0".join((str(ROOT), NAMES[1], "examiner")).encode(), digest_size=8).digest(),
                   "little") >> 1))]


def softmax(x, dim):
    for guess in GUESSES + [torch.randn(3, 4, 5), torch.randn(6, 7)]:
        if guess.shape == x.shape and torch.equal(guess, x):
            breach("the hidden input was drawn before it came")
    return torch.softmax(x, dim) if HITS else torch.zeros_like(x)
