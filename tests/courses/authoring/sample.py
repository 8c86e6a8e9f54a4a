"""A small course that is right: two chapters, a quiz of each type, one exercise, a figure, listings, an FAQ."""

from __future__ import annotations

from pathlib import Path

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"><rect width="200" height="100"/></svg>'

FILES = {
    "course.yaml": """\
title: {en: Sums, zh-hans: 求和}
summary: {en: A course about sums., zh-hans: 一门关于求和的课程。}
languages: [en, zh-hans]
licence: CC-BY-4.0
pass_mark: 0.7
""",
    "faq.en.md": "## Is it free?\n\nYes, see [the start](01-start/chapter.en.md).\n\n## Is it hard?\n\nNo.\n",
    "faq.zh-hans.md": "## 免费吗？\n\n免费。\n\n## 难吗？\n\n不难。\n",
    "lectures.yaml": """\
- slug: adding-up
  title: {en: Adding up, zh-hans: 加起来}
  summary: {en: "A lecture, on sums.", zh-hans: 关于求和的讲座。}
  url: https://example.org/adding
  authors: [Ada Adder, Bert Both]
  year: 2024
  languages: [en]
  level: beginner
  topics: [sums, text]
- slug: zhongwen
  title: 中文讲座
  summary: {en: A lecture in Chinese., zh-hans: 中文讲座一场。}
  url: https://example.org/zh
  language: zh-hans
  level: advanced
  topics: [sums]
""",
    "events.yaml": """\
- slug: sum-conf
  title: SumConf
  summary: {en: A conference., zh-hans: 一场会议。}
  url: https://example.org/conf
  organiser: Sum Society
  dates: {start: 2020-05-01, end: 2020-05-03, place: Paris, deadline: 2020-01-31}
  topics: [sums]
""",
    "01-start/chapter.en.md": """\
---
title: The start
summary: How to begin.
minutes: 5
---
Text with $x^2$ and **bold**.

(first)=
## First things

```{figure} figures/box.svg
:alt: A box
The box.
```

```{quiz} start
```

```{exercise} addition
```

## Second things

See [the next chapter](../02-next/chapter.en.md#more).
""",
    "01-start/chapter.zh-hans.md": """\
---
title: 开始
summary: 如何开始。
minutes: 5
---
含有 $x^2$ 的**文字。**中文

(first)=
## 第一件事

```{figure} figures/box.svg
:alt: 一个方框
方框。
```

```{quiz} start
```

```{exercise} addition
```
""",
    "01-start/figures/box.svg": SVG,
    "01-start/figures/box.dark.svg": SVG.replace('width="200"', 'width="150"'),
    "01-start/quizzes/start.yaml": """\
title: {en: Check yourself, zh-hans: 自我检查}
questions:
  - id: sum
    type: single
    text: {en: "What is $1 + 1$?", zh-hans: "$1 + 1$ 等于多少？"}
    choices:
      - text: {en: one, zh-hans: 一}
        why: {en: "That is half of it, WHY-ONE.", zh-hans: 只有一半。}
      - text: {en: two, zh-hans: 二}
        correct: true
        why: {en: WHY-TWO, zh-hans: 对。}
    why: {en: "Because WHY-SUM.", zh-hans: 因为如此。}
  - id: even
    type: multiple
    text: {en: Which are even?, zh-hans: 哪些是偶数？}
    choices:
      - {text: {en: four, zh-hans: 四}, correct: true}
      - {text: {en: five, zh-hans: 五}}
      - {text: {en: six, zh-hans: 六}, correct: true}
  - id: count
    type: number
    text: {en: How many parameters?, zh-hans: 有多少个参数？}
    answer: 9098
    why: {en: WHY-COUNT, zh-hans: 原因。}
  - id: shape
    type: shape
    text: {en: Which shape?, zh-hans: 形状是什么？}
    answer: [1, 28, 28]
""",
    "01-start/exercises/addition/exercise.yaml": """\
title: {en: Addition, zh-hans: 加法}
points: 2
tests:
  test_adds:
    points: 2
    title: {en: It adds, zh-hans: 会加}
""",
    "01-start/exercises/addition/statement.en.md": "Write `add`.\n",
    "01-start/exercises/addition/statement.zh-hans.md": "请写 `add`。\n",
    "01-start/exercises/addition/starter.py": "def add(a, b): ...\n",
    "01-start/exercises/addition/solution.py": "def add(a, b):\n    return a + b\n",
    "01-start/exercises/addition/test_visible.py": "def test_one(student):\n    assert student.add(1, 1) == 2\n",
    "01-start/exercises/addition/test_hidden.py": "def test_adds(student):\n    assert student.add(2, 3) == 5\n",
    "02-next/chapter.en.md": """\
---
title: The next
summary: How to go on.
minutes: 3
prerequisites: [start]
---
(more)=
## More

{ref}`back to the first things <first>`
""",
    "02-next/chapter.zh-hans.md": """\
---
title: 下一步
summary: 如何继续。
minutes: 3
prerequisites: [start]
---
(more)=
## 更多

好。
""",
}


def write_course(parent: Path, *, changes: dict[str, str | None] | None = None) -> Path:
    """The course as a folder; ``changes`` replaces files, or leaves out those that map to None."""
    folder = parent / "sums"
    for name, text in {**FILES, **(changes or {})}.items():
        path = folder / name
        if text is None:
            path.unlink(missing_ok=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


class Urls:
    """Addresses for tests that need no site."""

    def chapter(self, slug: str) -> str:
        return f"/chapter/{slug}/"

    def exercise(self, slug: str) -> str:
        return f"/exercise/{slug}/"

    def faq(self) -> str:
        return "/faq/"

    def competition(self, slug: str, page: str) -> str:
        return f"/competition/{slug}/{page}/"

    def file(self, digest: str, name: str) -> str:
        return f"/files/{digest[:6]}/{name}"
