"""Real weights of a BERT become an exercise; here those of a tiny one, with random numbers, in the usual files."""

from __future__ import annotations

import hashlib
import json
import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from graders.engine import Engine
from graders.exercise import Exercise
from graders.report import Outcome
from tests.content.reading import COURSE

TOOL = COURSE / "tools" / "bring_bert.py"
WIDTH, HEADS, LAYERS, INNER, PLACES = 16, 2, 2, 32, 64
POEMS = json.loads((COURSE / "11-pretrained-models/exercises/fine-tune-encoder/data/poems.json").read_text("utf-8"))
VOCABULARY = ["[PAD]", "[unused1]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set("".join(POEMS["texts"])))]


def tensors() -> dict[str, torch.Tensor]:
    """Under the names that models of the BERT family have, the older names of norms among them."""
    torch.manual_seed(0)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (len(VOCABULARY), WIDTH),
        "embeddings.position_embeddings.weight": (PLACES, WIDTH),
        "embeddings.token_type_embeddings.weight": (2, WIDTH),
        "embeddings.LayerNorm.gamma": (WIDTH,),
        "embeddings.LayerNorm.beta": (WIDTH,),
    }
    for layer in (f"encoder.layer.{n}" for n in range(LAYERS)):
        for name in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            shapes |= {f"{layer}.{name}.weight": (WIDTH, WIDTH), f"{layer}.{name}.bias": (WIDTH,)}
        for name, out, into in (("intermediate.dense", INNER, WIDTH), ("output.dense", WIDTH, INNER)):
            shapes |= {f"{layer}.{name}.weight": (out, into), f"{layer}.{name}.bias": (out,)}
        for name in ("attention.output.LayerNorm", "output.LayerNorm"):
            shapes |= {f"{layer}.{name}.{part}": (WIDTH,) for part in ("weight", "bias")}
    found = {}
    for name, shape in shapes.items():
        scale = name.endswith(("LayerNorm.weight", "gamma"))
        found[f"bert.{name}"] = (torch.rand(shape) + 0.5 if scale else torch.randn(shape) * 0.3).half()
    return found


def write(folder: Path, *, vocabulary: list[str] = VOCABULARY, model_type: str = "bert") -> str:
    """The three files; gives back the digest of the weights."""
    header: dict[str, dict[str, object]] = {}
    body = b""
    for name, value in tensors().items():
        part = value.numpy().tobytes()
        header[name] = {"dtype": "F16", "shape": list(value.shape), "data_offsets": [len(body), len(body) + len(part)]}
        body += part
    start = json.dumps(header).encode()
    content = len(start).to_bytes(8, "little") + start + body
    sizes = {
        "hidden_size": WIDTH,
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "intermediate_size": INNER,
    }
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(content)
    (folder / "config.json").write_text(json.dumps({"model_type": model_type, "hidden_act": "gelu", **sizes}))
    (folder / "vocab.txt").write_text("\n".join(vocabulary) + "\n", encoding="utf-8")
    return hashlib.sha256(content).hexdigest()


def bring(model: Path, exercise: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(TOOL), str(model), str(exercise), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def exercise(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bert")
    digest = write(folder / "model")
    made = folder / "fine-tune-bert"
    done = bring(folder / "model", made, "--sha256", digest, "--accuracy", "0.3")
    assert (done.returncode, done.stderr) == (0, "")
    assert digest in done.stdout
    return made


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    opened = Engine(slots=1, runtimes=("torch",))
    yield opened
    opened.close()


def by_the_formulas(ids: torch.Tensor) -> torch.Tensor:  # (L,) -> (L, width)
    """BERT, written once more without a module."""
    found = {name.removeprefix("bert."): value.float() for name, value in tensors().items()}

    def norm(x: torch.Tensor, name: str, parts: tuple[str, str] = ("weight", "bias")) -> torch.Tensor:
        y = (x - x.mean(-1, keepdim=True)) / (x.var(-1, unbiased=False, keepdim=True) + 1e-12).sqrt()
        return y * found[f"{name}.{parts[0]}"] + found[f"{name}.{parts[1]}"]

    def linear(x: torch.Tensor, name: str) -> torch.Tensor:
        return x @ found[f"{name}.weight"].T + found[f"{name}.bias"]

    table = "embeddings.{}_embeddings.weight".format
    x = found[table("word")][ids] + found[table("position")][: len(ids)] + found[table("token_type")][0]
    x = norm(x, "embeddings.LayerNorm", ("gamma", "beta"))
    for layer in (f"encoder.layer.{n}" for n in range(LAYERS)):
        q, k, v = (
            linear(x, f"{layer}.attention.self.{name}").view(len(x), HEADS, -1).transpose(0, 1)  # (heads, L, d)
            for name in ("query", "key", "value")
        )
        heads = torch.softmax(q @ k.mT / (WIDTH / HEADS) ** 0.5, dim=-1) @ v  # (heads, L, d)
        x = norm(
            x + linear(heads.transpose(0, 1).flatten(1), f"{layer}.attention.output.dense"),
            f"{layer}.attention.output.LayerNorm",
        )
        inner = torch.nn.functional.gelu(linear(x, f"{layer}.intermediate.dense"))
        x = norm(x + linear(inner, f"{layer}.output.dense"), f"{layer}.output.LayerNorm")
    return x


def test_the_exercise_computes_what_bert_computes(exercise: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(exercise)
    assert Exercise.load(exercise).sizes == {"accuracy": 0.3}
    given = runpy.run_path("starter.py")
    bert, vocabulary = given["load_bert"]()
    assert list(vocabulary) == VOCABULARY
    row = torch.tensor([vocabulary["[CLS]"], 9, 30, 17, vocabulary["[SEP]"]])
    batch = torch.stack([row, torch.tensor([3, 8, 4, 0, 0])])  # the second is shorter
    with torch.no_grad():
        vectors = bert.eval()(batch)
    torch.testing.assert_close(vectors[0], by_the_formulas(row), rtol=1e-3, atol=1e-3)
    torch.testing.assert_close(vectors[1, :3], by_the_formulas(batch[1, :3]), rtol=1e-3, atol=1e-3)


@pytest.mark.long
def test_its_tests_hold(exercise: Path, engine: Engine) -> None:
    loaded = Exercise.load(exercise)

    def failing(path: Path) -> tuple[float, set[str]]:
        report = engine.grade(loaded, {"submission.py": path.read_text(encoding="utf-8")})
        assert report.outcome is Outcome.GRADED, report
        return report.score, {test.name for test in report.tests if test.outcome != "passed"}

    assert failing(exercise / "solution.py") == (loaded.points, set())
    assert failing(exercise / "starter.py")[0] == 0
    for mutant in sorted((exercise / "mutants").glob("*.py")):
        named = mutant.read_text(encoding="utf-8").split("Must fail: ")[1].split(".")[0]
        assert named in failing(mutant)[1], mutant.name


@pytest.mark.parametrize(
    ("change", "options", "words"),
    [
        ({}, ("--sha256", "0" * 64), "not the one that was asked for"),
        ({"vocabulary": [*VOCABULARY[:6], *"abcdefgh"]}, (), "a BERT for Chinese"),
        ({"vocabulary": VOCABULARY[1:]}, (), "must begin with [PAD]"),
        ({"vocabulary": [*VOCABULARY, "one more"]}, (), "tokens, vocab.txt has"),
        ({"model_type": "gpt2"}, (), "wanted: bert"),
    ],
)
def test_weights_that_do_not_fit_are_refused_and_leave_nothing(
    tmp_path: Path, change: dict[str, str], options: tuple[str, ...], words: str
) -> None:
    write(tmp_path / "model", **change)  # type: ignore[arg-type]
    done = bring(tmp_path / "model", tmp_path / "made", *options)
    assert done.returncode == 1 and words in done.stderr
    assert not (tmp_path / "made").exists()


def test_a_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "model")
    file = tmp_path / "model" / "model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    done = bring(tmp_path / "model", tmp_path / "made")
    assert done.returncode == 1 and "is not whole" in done.stderr
