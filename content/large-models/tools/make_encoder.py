"""Pretrain the encoder of chapter 11 on poetry without labels, by filling gaps.

    npm pack chinese-poetry@2.0.1
    python content/large-models/tools/make_encoder.py chinese-poetry-2.0.1.tgz

The texts are the paragraphs of `make_poems.py`, lyrics and arias together and without saying which is which. Every author of whom
the chapter's test or the graders' hidden part has a text is left out. One core needs some ten minutes. See DATA.md.
"""
import json
import sys
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np
import torch
from make_poems import CHAPTER as TEXT
from make_poems import EXERCISE as CLASSIFIER
from make_poems import paragraphs, read
from torch import nn

CHAPTER = Path(__file__).resolve().parent.parent / "11-pretrained-models"
PAD, UNKNOWN, BEGIN, MASK, SPECIAL = 0, 1, 2, 3, 4
CHARACTERS, WIDTH, HEADS, LAYERS, PLACES = 2500, 64, 4, 2, 64
STEPS, BATCH, RATE, SHARE = 12000, 64, 2e-3, 0.2


class Encoder(nn.Module):
    """Token and place, then pre-norm Transformer layers; the listing of the chapter has the same parts."""

    def __init__(self, size: int):
        super().__init__()
        self.token = nn.Embedding(size, WIDTH, padding_idx=PAD)
        self.place = nn.Embedding(PLACES, WIDTH)
        nn.init.normal_(self.token.weight, std=0.02)
        nn.init.normal_(self.place.weight, std=0.02)
        layer = nn.TransformerEncoderLayer(WIDTH, HEADS, 4 * WIDTH, 0.0, "gelu", batch_first=True, norm_first=True)
        self.layers = nn.TransformerEncoder(layer, LAYERS, nn.LayerNorm(WIDTH), enable_nested_tensor=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:  # (N, L) -> (N, L, WIDTH)
        x = self.token(ids) + self.place(torch.arange(ids.shape[1]))  # (N, L, WIDTH)
        return self.layers(x, src_key_padding_mask=ids == PAD)


def corpus(archive: Path) -> list[str]:
    """All fitting paragraphs of authors who are in neither test."""
    kept = set(json.loads((TEXT / "poems.json").read_text(encoding="utf-8"))["test_texts"])
    kept |= set(json.loads((CLASSIFIER / "hidden" / "poems.json").read_text(encoding="utf-8"))["texts"])
    texts = []
    with tarfile.open(archive) as package:
        for pattern in (r"package/dist/songci/ci\.song\.\d+\.json", r"package/dist/yuanqu/yuanqu\.json"):
            found = paragraphs(read(package, pattern))
            texts += [text for own in found.values() if not kept & set(own) for text in own]
    return sorted(set(texts) - kept)


def hide(ids: torch.Tensor, size: int) -> tuple[torch.Tensor, torch.Tensor]:
    """What the network sees, and what it has to say: -100 where nothing."""
    chosen, die = (torch.rand(ids.shape) < SHARE) & (ids >= SPECIAL), torch.rand(ids.shape)
    seen = torch.where(chosen & (die < 0.8), MASK, ids)
    seen = torch.where(chosen & (die > 0.9), torch.randint(SPECIAL, size, ids.shape), seen)
    return seen, torch.where(chosen, ids, -100)


def pretrain(rows: list[torch.Tensor], size: int) -> Encoder:
    model, rows = Encoder(size), sorted(rows, key=len)
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, STEPS)
    loss_sum = 0.0
    for step in range(1, STEPS + 1):
        first = int(torch.randint(len(rows) - BATCH, ()))  # neighbours have nearly the same length
        ids = nn.utils.rnn.pad_sequence(rows[first : first + BATCH], batch_first=True)  # (N, L)
        seen, labels = hide(ids, size)
        asked = labels != -100
        logits = model(seen)[asked] @ model.token.weight.T  # (K, size): the embeddings are the last layer too
        loss = nn.functional.cross_entropy(logits, labels[asked])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        loss_sum += loss.item()
        if step % 500 == 0:
            print(f"step {step}: loss {loss_sum / 500:.3f}", flush=True)
            loss_sum = 0.0
    return model


def main() -> None:
    torch.manual_seed(11)
    texts = corpus(Path(sys.argv[1]))
    counts = Counter("".join(texts))
    characters = "".join(sorted(counts, key=lambda c: (-counts[c], c))[:CHARACTERS])
    number = {character: n for n, character in enumerate(characters, SPECIAL)}
    rows = [torch.tensor([BEGIN, *(number.get(c, UNKNOWN) for c in text)]) for text in texts]
    print(f"{len(texts)} texts, {sum(map(len, rows))} tokens, {len(counts)} characters")
    model = pretrain(rows, SPECIAL + len(characters))
    arrays = {name: value.numpy().astype(np.float16) for name, value in model.state_dict().items()}
    CHAPTER.mkdir(exist_ok=True)
    np.savez_compressed(CHAPTER / "encoder.npz", characters=np.array(characters), **arrays)


if __name__ == "__main__":
    main()
