"""Names of topics and languages, in the reader's language."""

from __future__ import annotations

from django import template
from django.conf.locale import LANG_INFO
from django.utils.translation import gettext, gettext_noop

register = template.Library()

#: Topics that courses use; one that is not here is shown by its slug.
TOPICS = {
    "agents": gettext_noop("agents"),
    "attention": gettext_noop("attention"),
    "backpropagation": gettext_noop("backpropagation"),
    "classification": gettext_noop("classification"),
    "competition": gettext_noop("competition"),
    "computer-vision": gettext_noop("computer vision"),
    "conference": gettext_noop("conference"),
    "convolution": gettext_noop("convolution"),
    "convolutional-networks": gettext_noop("convolutional networks"),
    "data": gettext_noop("data"),
    "deep-learning": gettext_noop("deep learning"),
    "ethics": gettext_noop("ethics"),
    "evaluation": gettext_noop("evaluation"),
    "experiments": gettext_noop("experiments"),
    "framework": gettext_noop("framework"),
    "generation": gettext_noop("generation"),
    "generative-models": gettext_noop("generative models"),
    "images": gettext_noop("images"),
    "language": gettext_noop("language"),
    "language-models": gettext_noop("language models"),
    "machine-learning": gettext_noop("machine learning"),
    "mathematics": gettext_noop("mathematics"),
    "neural-networks": gettext_noop("neural networks"),
    "nlp": gettext_noop("language processing"),
    "optimisation": gettext_noop("optimisation"),
    "overview": gettext_noop("overview"),
    "practice": gettext_noop("practice"),
    "pretraining": gettext_noop("pretraining"),
    "privacy": gettext_noop("privacy"),
    "python": gettext_noop("Python"),
    "pytorch": gettext_noop("PyTorch"),
    "question-answering": gettext_noop("question answering"),
    "recommendation": gettext_noop("recommendation"),
    "recurrent-networks": gettext_noop("recurrent networks"),
    "regularisation": gettext_noop("regularisation"),
    "reinforcement-learning": gettext_noop("reinforcement learning"),
    "speech": gettext_noop("speech"),
    "systems": gettext_noop("systems"),
    "text": gettext_noop("text"),
    "theory": gettext_noop("theory"),
    "training": gettext_noop("training"),
    "transfer-learning": gettext_noop("transfer learning"),
    "transformers": gettext_noop("Transformers"),
    "translation": gettext_noop("translation"),
    "vision": gettext_noop("vision"),
}


@register.filter
def topic_name(slug: str) -> str:
    return gettext(TOPICS[slug]) if slug in TOPICS else slug.replace("-", " ")


@register.filter
def language_label(tag: str) -> str:
    """A language by its own name, as somebody who reads it would look for it."""
    info = LANG_INFO.get(tag.lower()) or LANG_INFO.get(f"{tag.lower()}-hans")
    if info and "fallback" in info:
        info = LANG_INFO.get(info["fallback"][0])
    return str(info["name_local"]).capitalize() if info else tag
