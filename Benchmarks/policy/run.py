"""Measures NexusPolicy and Google's C++ runtime (PyPI cel-expr-python) on the same expressions and data, in one run.

    pip install cel-expr-python
    swift build -c release --package-path Benchmarks/policy
    python3 Benchmarks/policy/run.py

The peer is called from Python. Its evaluation column has the time of an empty call subtracted: the evaluation of the
constant `true` with the same activation, through the same binding. That also takes away what the C++ runtime itself
spends to start an evaluation, so beside it stands ours with the same taken away: the evaluation of `true`. Of several
rounds the fastest counts, on both sides.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from cel_expr_python import cel

HERE = pathlib.Path(__file__).parent
TYPES = {"int": cel.Type.INT, "double": cel.Type.DOUBLE, "bool": cel.Type.BOOL, "string": cel.Type.STRING,
         "list(int)": cel.Type.List(cel.Type.INT), "map(string, dyn)": cel.Type.Map(cel.Type.STRING, cel.Type.DYN)}


def value(kind, given):
    if kind == "double":
        return float(given)
    if kind == "list(int)":
        return list(range(given))
    return given


def fastest(rounds, iterations, body):
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter_ns()
        for _ in range(iterations):
            body()
        best = min(best, (time.perf_counter_ns() - start) / iterations)
    return best


def peer(case):
    kinds = {name: kind for name, (kind, _) in case["variables"].items()}
    environment = cel.NewEnv(variables={name: TYPES[kind] for name, kind in kinds.items()})
    source = case["expression"]
    expression = environment.compile(source)
    empty = environment.compile("true")
    activation = environment.Activation({n: value(k, v) for n, (k, v) in case["variables"].items()})
    if expression.eval(activation).value() is not True:
        sys.exit(f"{case['name']} is not true")
    compiling = fastest(7, 200, lambda: environment.compile(source))
    evaluating = fastest(9, 5_000, lambda: expression.eval(activation))
    nothing = fastest(9, 5_000, lambda: empty.eval(activation))
    return compiling, evaluating, nothing


def run(binary, environment):
    command = [binary, HERE / "cases.json"]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout.splitlines()


def main():
    binary = HERE / ".build" / "release" / "policy-benchmark"
    if len(sys.argv) > 1:
        binary = pathlib.Path(sys.argv[1])
    cases = json.loads((HERE / "cases.json").read_text())
    ours = {}
    for line in run(binary, os.environ):
        name, *numbers, _ = line.split("\t")
        ours[name] = [float(number) for number in numbers]
    # Counting slows the clock, so allocations come from a run of their own.
    counts = {}
    with tempfile.TemporaryDirectory() as folder:
        library = pathlib.Path(folder) / "count.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", HERE / "count-allocations.c", "-o", library, "-ldl"], check=True)
        for line in run(binary, {**os.environ, "LD_PRELOAD": str(library)}):
            fields = line.split("\t")
            counts[fields[0]] = fields[5]
    print("| expression | compile, µs: ours | peer | evaluate, ns: ours | less an empty call | peer, less an empty call | peer, raw | ours with trace | ours, allocations |")
    print("|---|---|---|---|---|---|---|---|---|")
    for case in cases:
        compiling, evaluating, ours_nothing, tracing = ours[case["name"]]
        peer_compiling, peer_evaluating, nothing = peer(case)
        print(f"| {case['name']} | {compiling / 1000:.1f} | {peer_compiling / 1000:.1f} | {evaluating:.0f} | {evaluating - ours_nothing:.0f} "
              f"| {peer_evaluating - nothing:.0f} | {peer_evaluating:.0f} | {tracing:.0f} | {counts[case['name']]} |")


main()
