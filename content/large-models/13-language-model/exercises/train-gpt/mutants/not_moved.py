"""Learns to repeat its input. Must fail: test_loss."""
from pathlib import Path

import torch
from torch import nn

CHARACTERS = "\n !'(),-.:;?ABCDEFGHIJKLMNOPRSTUVWYabcdefghijklmnopqrstuvwxyz"  # 61
WIDER = 4
STEPS, BATCH, RATE = 240, 32, 0.5


def load_text() -> torch.Tensor:
    """The sonnets as numbers: places in CHARACTERS. (n,) int64"""
    text = Path("data/sonnets.txt").read_text(encoding="utf-8")
    return torch.tensor([CHARACTERS.index(character) for character in text])


class GPT(nn.Module):
    """Logits for the next token, at each place of a sequence."""

    def __init__(self, vocabulary: int, context: int, width: int, heads: int, layers: int):
        super().__init__()
        self.context = context
        self.token, self.place = nn.Embedding(vocabulary, width), nn.Embedding(context, width)
        self.blocks = nn.ModuleList(
            nn.TransformerEncoderLayer(width, heads, WIDER * width, dropout=0.0, batch_first=True) for _ in range(layers)
        )
        self.head = nn.Linear(width, vocabulary)

    def forward(self, tokens: torch.Tensor) -> torch.Tensor:  # (N, L) -> (N, L, vocabulary)
        if tokens.shape[1] > self.context:
            raise ValueError(f"{tokens.shape[1]} tokens, but the context has {self.context} places")
        x = self.token(tokens) + self.place.weight[: tokens.shape[1]]  # (N, L, width)
        mask = nn.Transformer.generate_square_subsequent_mask(tokens.shape[1], device=tokens.device)  # (L, L): -inf for later
        for block in self.blocks:
            x = block(x, mask)
        return self.head(x)


def loss_of(
    model: nn.Module,
    windows: torch.Tensor,  # (N, L + 1)
) -> torch.Tensor:  # ()
    """The mean cross-entropy of the tokens 1 to L of each window, in nats."""
    logits = model(windows[:, :-1])  # (N, L, vocabulary)
    return nn.functional.cross_entropy(logits.flatten(0, 1), windows[:, :-1].flatten())


def train(
    tokens: torch.Tensor,  # (n,)
    context: int,
    width: int,
    heads: int,
    layers: int,
    device: str,  # "cuda" or "cpu"
) -> nn.Module:
    """A trained model of these sizes, on this device."""
    torch.manual_seed(1)  # the same weights and windows each time
    tokens, offsets = tokens.to(device), torch.arange(context + 1, device=device)
    model = GPT(len(CHARACTERS), context, width, heads, layers).to(device)
    steps = STEPS * layers * context // 64  # 240 of the small one, 960 of the large one
    optimizer = torch.optim.AdamW(model.parameters())
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=RATE / width, total_steps=steps)
    for _ in range(steps):
        start = torch.randint(len(tokens) - context, (BATCH, 1)).to(device)  # (BATCH, 1)
        loss = loss_of(model, tokens[start + offsets])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
    print(f"loss of the last batch {loss.item():.2f}")
    return model
