"""TeX that is shown as meant, and TeX that is an author's mistake."""

from __future__ import annotations

import pytest

from courses.authoring.source.formulas import FormulaInvalid, to_mathml


def mathml(tex: str) -> str:
    return to_mathml(tex, display=False)


@pytest.mark.parametrize(
    "tex",
    [
        r"y = f(Wx + b)",
        r"\mathrm{softmax}(z)_i = \frac{e^{z_i}}{\sum_j e^{z_j}}",
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"\begin{align} a &= b \end{align}",
        r"\begin{cases} x & x > 0 \\ 0 & \text{otherwise} \end{cases}",
        r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
        r"\operatorname{Attention}(Q, K, V) = \operatorname{softmax}\left(\frac{QK^\top}{\sqrt{d_k}}\right) V",
        r"x \in \mathbb{R}^{n \times d}",
        r"\nabla_\theta \mathcal{L}(\theta)",
        r"\left\lfloor \frac{H + 2p - k}{s} \right\rfloor + 1",
        r"\hat{y} = \arg\max_k z_k",
        r"\underbrace{x + y}_{\text{和}}",
        r"0.9\,\% \quad \#",
        r"\lVert x \rVert_2",
    ],
)
def test_formulas_of_a_course_convert(tex: str) -> None:
    result = mathml(tex)
    body = result.split(">", 1)[1]
    assert "\\" not in body
    assert "&amp;" not in body


def test_words_in_roman_letters_are_one_word() -> None:
    assert "<mi>softmax</mi>" in mathml(r"\mathrm{softmax}(x)")
    assert "<mtext>d</mtext>" in mathml(r"\mathrm{d} x")


def test_letters_in_script_and_bold_are_those_letters() -> None:
    assert "ℒ" in mathml(r"\mathcal{L}")
    assert "𝐱" in mathml(r"\mathbf{x}")
    assert "𝜽" in mathml(r"\boldsymbol{\theta}")
    assert "mathvariant" not in mathml(r"\mathcal{L}\mathbb{R}\boldsymbol{x}")


def test_alignment_is_a_class() -> None:
    assert '<mtd class="cell-right">' in mathml(r"\begin{aligned} a &= b \end{aligned}")


def test_spaces_are_those_of_tex() -> None:
    assert '<mo>=</mo><mo form="prefix">−</mo>' in mathml("y = -x")
    assert "<mo>−</mo>" in mathml("y - x")
    assert '<mi>log</mi><mspace width="0.1667em"></mspace><msub>' in mathml(r"\log p_i + \log(x)")
    assert mathml(r"\log p_i + \log(x)").count("mspace width") == 1
    assert '<mi>ReLU</mi><mo stretchy="false">(</mo>' in mathml(r"\operatorname{ReLU}(z)")
    assert '<mn>2</mn><mspace width="0.1667em"></mspace><mi>ln</mi>' in mathml(r"2 \ln x")
    assert "<mi>log</mi></mrow>" in mathml(r"\log")
    assert '<mo lspace="0" rspace="0">/</mo>' in mathml("a / b")
    assert '<mo lspace="0" rspace="0">=</mo>' in mathml(r"\sum_{i=1}^n x_i = 1")
    assert "<mo>=</mo><mn>1</mn>" in mathml(r"\sum_{i=1}^n x_i = 1")


def test_the_tex_stays_readable_as_alternative_text() -> None:
    assert 'alttext="a &lt; b"' in mathml("a < b")


@pytest.mark.parametrize(
    ("tex", "wanted"),
    [
        (r"\nosuch{x}", r"the command \nosuch is not known"),
        (r"\frac{a}", "lacks one of its parts"),
        (r"{x", "a `{` is not closed"),
        (r"x}", "a `}` closes nothing"),
        (r"\begin{foo}x\end{foo}", "the environment foo is not known"),
        (r"\begin{pmatrix}1", r"a \begin has no \end"),
        (r"\left( x", r"a \left has no \right"),
        (r"a & b", "a stray `&`"),
        (r"x_1_2", "does not convert"),
        (r"\href{https://x.org}{x}", "a link has no place"),
        (" ", "empty"),
        ("x" * 6000, "more than 5000"),
    ],
)
def test_mistakes_are_said(tex: str, wanted: str) -> None:
    with pytest.raises(FormulaInvalid) as caught:
        mathml(tex)
    assert wanted in str(caught.value)
