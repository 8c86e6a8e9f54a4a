"""
attack: fg-thread-answers
class: forge-grade
tries: a thread that outlives each call changes the answer's memory while it is being sent (a quarter everywhere does sum to one)
must: score 0|partial, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


import threading


def softmax(x, dim):
    answer = torch.zeros_like(x)

    def flicker():
        for _ in range(20_000):
            answer.fill_(1.0)
            answer.fill_(0.25)

    threading.Thread(target=flicker, daemon=True).start()
    return answer


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        answer = [1.0] * 9

        def grow():
            for _ in range(20_000):
                answer.append(1.0)
                answer.clear()

        threading.Thread(target=grow, daemon=True).start()
        return answer
