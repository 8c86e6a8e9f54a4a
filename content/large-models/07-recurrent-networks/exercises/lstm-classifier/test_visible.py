"""What Run runs: a training on two thirds of your utterances, and an estimate on the others."""
import torch


def test_a_training_beats_guessing(student):
    frames, lengths, speakers = student.load_vowels()
    model = student.train(frames[:180], lengths[:180], speakers[:180])
    predictions = student.predict(model, frames[180:], lengths[180:])
    assert predictions.shape == (90,)
    right = (predictions == speakers[180:]).float().mean().item()
    print(f"trained on 180 utterances, right on {right:.1%} of 90 others")
    assert right > 0.4


def test_the_padding_does_not_matter(student):
    frames, lengths, speakers = student.load_vowels()
    model = student.train(frames[:180], lengths[:180], speakers[:180])
    loud = frames[180:].clone()
    loud[torch.arange(29) >= lengths[180:, None]] = 5.0
    assert torch.equal(student.predict(model, loud, lengths[180:]), student.predict(model, frames[180:], lengths[180:]))
