"""What the zygote computes once, with one thread, so that no student pays for first times.

Sizes are those of a typical exercise. The random state afterwards does not matter: every child is seeded.
"""

from __future__ import annotations

import sys
from typing import Any

from graders.inside.objects import Objects
from graders.wire import Encoder, Tracked, decode


def warm_up() -> None:
    """A small network forward, backward and one optimizer step, then the codec."""
    torch: Any = sys.modules.get("torch")
    if torch is None:
        return
    functional = torch.nn.functional
    model = torch.nn.Sequential(torch.nn.Conv2d(1, 8, 3, padding=1), torch.nn.ReLU(), torch.nn.Flatten())
    head = torch.nn.Linear(8 * 28 * 28, 10)
    optimizer = torch.optim.Adam([*model.parameters(), *head.parameters()])
    images, labels = torch.rand(32, 1, 28, 28), torch.zeros(32, dtype=torch.long)
    for _ in range(2):
        optimizer.zero_grad()
        loss = functional.cross_entropy(head(functional.dropout(model(images))), labels)
        loss.backward()
        optimizer.step()
    q = torch.rand(2, 4, 8, requires_grad=True)
    (torch.softmax(q @ q.transpose(1, 2) / 8**0.5, -1) @ q).sum().backward()
    torch.testing.assert_close(torch.randn(2, 3), torch.zeros(2, 3), rtol=100, atol=100)  # what tests begin with
    bool(torch.isfinite(q).all())
    if "keras" in sys.modules:
        _warm_keras(torch)
    Objects().export(model)
    encoder = Encoder(track=True)
    encoder.put((1, "call", [1.0], {"images": images, "state": model.state_dict()}))
    tracked: list[Tracked] = []
    decode(encoder.out, tracked=tracked)


def _warm_keras(torch: Any) -> None:
    """A layer and one step of training, with what ``fit`` builds on its first call."""
    keras: Any = sys.modules["keras"]
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(4, activation="relu"), keras.layers.Dense(2)])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    model.fit(torch.rand(8, 8), torch.zeros(8), batch_size=4, verbose=0)
    model.predict(torch.rand(2, 8), verbose=0)
    keras.backend.clear_session()
