"""Predicts while dropout is on. Must fail: test_each_text_by_itself."""
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn

PAD = 0


class Bert(nn.Module):
    """BERT's encoder; what it adds for the first of two sentences is in its table of places. It is right as it is."""

    def __init__(self, vocabulary: int, width: int, heads: int, layers: int, inner: int, places: int):
        super().__init__()
        self.token = nn.Embedding(vocabulary, width, padding_idx=PAD)
        self.place = nn.Embedding(places, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        layer = nn.TransformerEncoderLayer(width, heads, inner, 0.1, "gelu", layer_norm_eps=1e-12, batch_first=True)
        self.layers = nn.TransformerEncoder(layer, layers, enable_nested_tensor=False)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:  # (N, L) -> (N, L, width)
        places = torch.arange(ids.shape[1], device=ids.device)  # (L,)
        x = self.norm(self.token(ids) + self.place(places))  # (N, L, width)
        return self.layers(x, src_key_padding_mask=ids == PAD)


def load_bert() -> tuple[Bert, dict[str, int]]:
    """The encoder with its pretrained weights, and the id of each token of its vocabulary."""
    with np.load("data/bert.npz") as file:
        vocabulary = {token: number for number, token in enumerate(str(file["vocabulary"]).split("\n"))}
        bert = Bert(len(vocabulary), *(int(size) for size in file["sizes"]))
        names = [name for name in file.files if name not in ("vocabulary", "sizes")]
        bert.load_state_dict({name: torch.from_numpy(file[name]).float() for name in names})
    return bert, vocabulary


def load_poems() -> tuple[list[str], list[int]]:
    """80 texts and their labels: 0 is a Song lyric, 1 is a Yuan aria."""
    poems = json.loads(Path("data/poems.json").read_text(encoding="utf-8"))
    return poems["texts"], poems["labels"]


def to_ids(texts: list[str], vocabulary: dict[str, int], most: int = 48) -> torch.Tensor:  # (N, L) int64
    """[CLS], the id of each character, [SEP]; filled up with PAD."""
    rows = []
    for text in texts:
        inside = [vocabulary.get(character, vocabulary["[UNK]"]) for character in text.lower()[: most - 2]]
        rows.append(torch.tensor([vocabulary["[CLS]"], *inside, vocabulary["[SEP]"]]))
    return nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=PAD)


class Classifier(nn.Module):
    """BERT, and a linear layer on the vector of its first token."""

    def __init__(self, bert: Bert):
        super().__init__()
        self.bert = bert
        self.head = nn.Linear(bert.norm.normalized_shape[0], 2)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:  # (N, L) -> (N, 2)
        return self.head(self.bert(ids)[:, 0])


def train(texts: list[str], labels: list[int]) -> tuple[nn.Module, dict[str, int]]:
    """Any model that predict understands."""
    torch.manual_seed(0)
    bert, vocabulary = load_bert()
    model = Classifier(bert).train()
    ids, right = to_ids(texts, vocabulary), torch.tensor(labels)  # (N, L), (N,)
    groups = [{"params": bert.parameters(), "lr": 5e-5}, {"params": model.head.parameters(), "lr": 1e-3}]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01)
    for _ in range(4):
        for batch in torch.randperm(len(ids)).split(8):
            loss = nn.functional.cross_entropy(model(ids[batch]), right[batch])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
        print(f"loss {loss.item():.3f}")
    return model, vocabulary


@torch.no_grad()
def predict(model: tuple[nn.Module, dict[str, int]], texts: list[str]) -> torch.Tensor:  # (N,) float32
    """How probable it is that each text is an aria."""
    network, vocabulary = model
    return torch.cat([network(to_ids([text], vocabulary)).softmax(dim=1)[:, 1] for text in texts])
