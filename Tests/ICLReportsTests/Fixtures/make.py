"""Writes the run directories beside it: python3 make.py. Formulas only, so that they never change."""

import json
import math
import os

here = os.path.dirname(os.path.abspath(__file__))


def wobble(index):
    return math.sin(12.9898 * index + 1) * 0.5


def number(value):
    return "Infinity" if value == math.inf else round(value, 6)


def run(folder, heads, seed, state="finished", log=(), hostile=""):
    path = os.path.join(here, folder)
    os.makedirs(path, exist_ok=True)
    steps = 1000 if state == "finished" else 400
    rate = 150 / heads

    def loss(step):
        return 0.6 + 5 * math.exp(-step / rate)

    lines = []
    for step in range(0, steps + 1, 50):
        value = loss(step) * (1 + 0.04 * wobble(step + 7 * seed))
        lines.append({"kind": "training", "step": step, "loss": number(value),
                      "learning_rate_scale": 1})
        if step % 200:
            continue
        lengths = range(9)
        oracle = [0.25 + 4 * math.exp(-n / 2) for n in lengths]
        measured = [o + loss(step) * (0.5 + 0.05 * wobble(n + seed)) for n, o in zip(lengths, oracle)]
        scores = [[math.exp(-abs(i - j)) * (1 if i >= j else -0.3) for j in range(4)] for i in range(4)]
        mean = sum(measured) / 9
        lines.append({
            "kind": "evaluation", "step": step, "name": "test", "prompts": 4096,
            "loss": number(mean), "standard_error": 0.02, "oracle_loss": number(sum(oracle) / 9),
            "loss_by_context_length": [number(v) for v in measured],
            "standard_error_by_context_length": [0.05] * 9,
            "oracle_loss_by_context_length": [number(v) for v in oracle],
            "first_context_length": 0,
            "values": [
                {"metric": "alignment", "name": "overlap", "axes": [], "first_index": 0, "shape": [],
                 "values": [number(1 - math.exp(-step / rate))], "standard_errors": None},
                {"metric": "alignment", "name": "theory.overlap", "axes": [], "first_index": 0,
                 "shape": [], "values": [number(1 - math.exp(-step / rate * 1.05))],
                 "standard_errors": None},
                {"metric": "alignment", "name": "scores" + hostile, "axes": ["query", "key"],
                 "first_index": 0, "shape": [4, 4], "values": [number(v) for row in scores for v in row],
                 "standard_errors": None},
                {"metric": "predictors", "name": "ridge loss", "axes": ["context length"],
                 "first_index": 0, "shape": [9], "values": [number(1.1 * o + 0.1) for o in oracle],
                 "standard_errors": None},
            ]})
        lines.append({
            "kind": "evaluation", "step": step, "name": "in-weight", "prompts": 512,
            "loss": number(mean * 1.4 + 0.1), "standard_error": 0.03, "oracle_loss": None,
            "loss_by_context_length": [number(1.4 * v) for v in measured],
            "standard_error_by_context_length": [0.07] * 9, "oracle_loss_by_context_length": None,
            "first_context_length": 0, "values": []})

    def option(owner, name, value, origin):
        return {"owner": owner, "name": name, "value": value, "origin": origin}

    manifest = {
        "name": hostile, "icl_host": "0.2.0", "abi": "1.1", "model": "linear-attention",
        "task": "ridge", "optimizer": "adam", "metrics": ["alignment"], "experiment": "5e" * 32,
        "plugins": [{"name": "linear-attention", "path": "liblinear-attention.so",
                     "version": "1.0.0", "components": ["linear-attention"], "sha256": "ab" * 32}],
        "options": [
            option("model", "heads", heads, "experiment.yaml:3"),
            option("task", "dimension", 4, "default"),
            option("task", "context", "fresh" + hostile, "command line" + hostile),
            option("optimizer", "learning-rate", 0.001, "default"),
            option("run", "steps", 1000, "--steps"), option("run", "seed", seed, "--seed"),
            option("run", "threads", 2, "default")],
        "processor": "x86-64-v4", "system": "Linux", "host": "example", "backend": "avx512",
        "threads": 2, "precision": "single", "seeds": {"run": seed},
        "command_line": ["icl-host", "run", "experiment.yaml", "--seed", str(seed) + hostile],
        "started": "2026-01-01T00:00:00Z"}
    status = {"state": state, "step": steps, "steps": 1000, "pid": 1, "host": "example", "version": 1}
    with open(os.path.join(path, "metrics.jsonl"), "w") as file:
        file.writelines(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    with open(os.path.join(path, "manifest.json"), "w") as file:
        file.write(json.dumps(manifest, indent=2) + "\n")
    with open(os.path.join(path, "status"), "w") as file:
        file.write(json.dumps(status, separators=(",", ":")) + "\n")
    with open(os.path.join(path, "experiment.yaml"), "w") as file:
        file.write(f"model:\n  component: linear-attention\n  heads: {heads}{hostile}\n")
    with open(os.path.join(path, "log.txt"), "w") as file:
        file.writelines(f"2026-01-01T00:00:0{i}Z {text}\n" for i, text in enumerate(log))


run("one-head-seed-1", 1, 1, log=["started", "warning: the checkpoint of step 800 was truncated"])
run("one-head-seed-2", 1, 2, log=["started"])
run("two-heads-seed-1", 2, 1, log=["started"])
run("stopped", 2, 3, state="stopped", log=["started"])
run("hostile", 1, 4, log=["warning: <script>alert('log')</script>"],
    hostile="\"'><script>alert(1)</script><img src=x onerror=alert(2)>")
