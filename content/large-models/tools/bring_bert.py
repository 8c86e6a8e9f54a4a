"""Make the exercise `fine-tune-bert` from the weights of a real BERT that lie on this machine.

    python content/large-models/tools/bring_bert.py MODEL EXERCISE --sha256 HEX

`MODEL` is a folder with `config.json`, `vocab.txt` and `model.safetensors`, as models of the BERT family are given out; its
vocabulary must know Chinese characters. `EXERCISE` is the folder to make, `.../exercises/fine-tune-bert` of a chapter. Nothing is
fetched, nothing is unpickled. `--sha256` names the weights that are meant; other ones are refused, and without it the
digest is printed, to be written down. See DATA.md.
"""
import argparse
import hashlib
import json
import shutil
import sys
from pathlib import Path

import numpy as np

TEMPLATE = Path(__file__).resolve().parent / "fine-tune-bert"
TEXTS = Path(__file__).resolve().parent.parent / "11-pretrained-models" / "exercises" / "fine-tune-encoder"
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
MOST_BYTES, MOST_KNOWN = 60 * 2**20, 0.9  # an exercise's grading files may have 64 MB; the share of characters to be known
LAYER = {  # our name: BERT's
    "self_attn.out_proj": "attention.output.dense",
    "linear1": "intermediate.dense",
    "linear2": "output.dense",
    "norm1": "attention.output.LayerNorm",
    "norm2": "output.LayerNorm",
}


class Unfit(Exception):
    """These weights cannot be used; the message says why."""


def read_safetensors(path: Path) -> dict[str, np.ndarray]:
    """All tensors as float32: eight bytes with the length of a JSON header, the header, the numbers."""
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    try:
        header = json.loads(content[8 : 8 + length])
        header.pop("__metadata__", None)
        found = {}
        for name, told in header.items():
            start, end = (8 + length + offset for offset in told["data_offsets"])
            part = content[start:end]
            if told["dtype"] == "BF16":  # the upper half of a float32
                values = (np.frombuffer(part, "<u2").astype(np.uint32) << 16).view(np.float32)
            elif told["dtype"] in ("F16", "F32"):
                values = np.frombuffer(part, "<f2" if told["dtype"] == "F16" else "<f4").astype(np.float32)
            else:
                continue  # numbers of places and the like
            found[name.removeprefix("bert.")] = values.reshape(told["shape"])
    except (ValueError, KeyError, TypeError) as error:
        raise Unfit(f"{path} is no safetensors file, or is not whole: {error}") from error
    return found


def ours(theirs: dict[str, np.ndarray], layers: int) -> dict[str, np.ndarray]:
    """BERT's tensors under the names of the exercise's `Bert`."""

    def take(name: str) -> np.ndarray:
        old = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
        if name not in theirs and old not in theirs:
            raise Unfit(f"the weights have no tensor {name}: is this a model of the BERT family?")
        return theirs.get(name, theirs.get(old))

    found = {"token.weight": take("embeddings.word_embeddings.weight")}
    found["place.weight"] = take("embeddings.position_embeddings.weight") + take("embeddings.token_type_embeddings.weight")[0]
    for part in ("weight", "bias"):
        found[f"norm.{part}"] = take(f"embeddings.LayerNorm.{part}")
        for n in range(layers):
            three = [take(f"encoder.layer.{n}.attention.self.{name}.{part}") for name in ("query", "key", "value")]
            found[f"layers.layers.{n}.self_attn.in_proj_{part}"] = np.concatenate(three)
            for name, bert in LAYER.items():
                found[f"layers.layers.{n}.{name}.{part}"] = take(f"encoder.layer.{n}.{bert}.{part}")
    return found


def converted(model: Path) -> dict[str, np.ndarray]:
    """What goes into `bert.npz`: weights as float16, the vocabulary, and the sizes that `Bert` takes."""
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    if config.get("model_type") != "bert" or config.get("hidden_act", "gelu") != "gelu":
        raise Unfit(f"config.json tells of {config.get('model_type')} with {config.get('hidden_act')}; wanted: bert with gelu")
    vocabulary = (model / "vocab.txt").read_text(encoding="utf-8").rstrip("\n").split("\n")
    if vocabulary[0] != "[PAD]" or not set(SPECIAL) <= set(vocabulary):
        raise Unfit(f"vocab.txt must begin with [PAD] and have {', '.join(SPECIAL)}")
    characters = set("".join(json.loads((TEXTS / "data" / "poems.json").read_text(encoding="utf-8"))["texts"]))
    known = len(characters & set(vocabulary)) / len(characters)
    if known < MOST_KNOWN:
        raise Unfit(f"vocab.txt knows {known:.0%} of the characters of the poems; wanted: {MOST_KNOWN:.0%}, a BERT for Chinese")
    layers = config["num_hidden_layers"]
    weights = ours(read_safetensors(model / "model.safetensors"), layers)
    if len(weights["token.weight"]) != len(vocabulary):
        raise Unfit(f"the weights know {len(weights['token.weight'])} tokens, vocab.txt has {len(vocabulary)}")
    inner, places = config["intermediate_size"], len(weights["place.weight"])
    sizes = [config["hidden_size"], config["num_attention_heads"], layers, inner, places]
    arrays = {name: value.astype(np.float16) for name, value in weights.items()}
    if sum(value.nbytes for value in arrays.values()) > MOST_BYTES:
        raise Unfit("the weights need more than 60 MB as float16, which is more than an exercise may carry")
    return arrays | {"vocabulary": np.array("\n".join(vocabulary)), "sizes": np.array(sizes)}


def make(model: Path, exercise: Path, accuracy: float) -> None:
    arrays = converted(model)  # first of all: an unfit model leaves nothing behind
    shutil.copytree(TEMPLATE, exercise)
    for folder in ("data", "hidden"):
        (exercise / folder).mkdir()
        shutil.copy(TEXTS / folder / "poems.json", exercise / folder)
    np.savez(exercise / "data" / "bert.npz", **arrays)
    told = exercise / "exercise.yaml"
    told.write_text(told.read_text(encoding="utf-8").replace("accuracy: 0.8}", f"accuracy: {accuracy}}}"), encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("exercise", type=Path)
    parser.add_argument("--sha256", default="", help="the digest that model.safetensors must have")
    parser.add_argument("--accuracy", type=float, default=0.8, help="the share of hidden texts that must be right")
    options = parser.parse_args()
    try:
        if options.exercise.exists():
            raise Unfit(f"{options.exercise} is there already")
        digest = hashlib.sha256((options.model / "model.safetensors").read_bytes()).hexdigest()
        if options.sha256 and digest != options.sha256.lower():
            raise Unfit(f"model.safetensors has the digest {digest}, not the one that was asked for")
        make(options.model, options.exercise, options.accuracy)
    except (Unfit, OSError, KeyError, json.JSONDecodeError) as error:
        print(f"not made: {error}", file=sys.stderr)
        return 1
    print(f"made {options.exercise} from weights with sha256 {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
