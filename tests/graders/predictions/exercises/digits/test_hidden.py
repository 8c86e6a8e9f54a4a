from sklearn.metrics import accuracy_score

from graders.examiner import check, feedback, measure, score


def test_better_than_chance(predictions, labels):
    assert predictions.ids == labels.ids
    assert accuracy_score(labels["digit"], predictions["digit"]) > 0.2


def test_accuracy(predictions, labels):
    accuracy = accuracy_score(labels["digit"], predictions["digit"])
    measure("accuracy", accuracy)
    score(accuracy)
    if len(set(predictions["digit"])) == 1:
        feedback("one-class", digit=int(predictions["digit"][0]))
    check.close(predictions.matrix("sure").mean(), labels["sure"].mean(), name="the mean of sure", atol=0.5)
    assert accuracy == 1
