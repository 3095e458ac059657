#!/usr/bin/env python3
"""Runs EZKL on the shared models: set-up, witness, proof and verification, with the peak of its memory.

    python3 -m venv .venv && .venv/bin/pip install ezkl==23.0.5
    .venv/bin/python beside_ezkl.py MODELS [MODEL ...]     # mlp_small alone unless named; the larger take minutes

The float network (`network.onnx`), input private, output public, weights fixed, on EZKL's own settings (calibrated for
resources), with a structured reference string made here: good for timing and for nothing else. Wall, milliseconds; the
peak is the whole process's, so each model runs in a process of its own.
"""
import asyncio
import inspect
import json
import os
import resource
import subprocess
import sys
import tempfile
import time


def call(function, *arguments, **named):
    """EZKL's functions are plain in one release and awaitable in the next."""
    async def run():
        found = function(*arguments, **named)
        return await found if inspect.isawaitable(found) else found

    start = time.perf_counter()
    found = asyncio.run(run())
    return found, (time.perf_counter() - start) * 1000


def measure(models, name):
    import ezkl

    folder = os.path.join(models, name)
    network, given = os.path.join(folder, "network.onnx"), os.path.join(folder, "input.json")
    with tempfile.TemporaryDirectory() as work:
        path = lambda leaf: os.path.join(work, leaf)
        arguments = ezkl.PyRunArgs()
        arguments.input_visibility, arguments.output_visibility = "private", "public"
        arguments.param_visibility = "fixed"
        times = {}
        steps = [
            ("set-up", ezkl.gen_settings, [network, path("settings.json")], {"py_run_args": arguments}),
            ("set-up", ezkl.calibrate_settings, [given, network, path("settings.json"), "resources"], {}),
            ("set-up", ezkl.compile_circuit, [network, path("circuit"), path("settings.json")], {}),
        ]
        for kind, function, positional, named in steps:
            _, spent = call(function, *positional, **named)
            times[kind] = times.get(kind, 0) + spent
        with open(path("settings.json"), encoding="utf-8") as file:
            rows = json.load(file)["run_args"]["logrows"]
        call(ezkl.gen_srs, path("srs"), rows)
        _, spent = call(ezkl.setup, path("circuit"), path("verify.key"), path("prove.key"), path("srs"))
        times["set-up"] += spent
        _, times["witness"] = call(ezkl.gen_witness, given, path("circuit"), path("witness.json"))
        proving = []
        for _ in range(3 if name == "mlp_small" else 1):
            positional = [path("witness.json"), path("circuit"), path("prove.key"), path("proof"), path("srs")]
            try:
                proving.append(call(ezkl.prove, *positional)[1])
            except TypeError:
                positional.insert(4, "single")
                proving.append(call(ezkl.prove, *positional[:4], "single", path("srs"))[1])
        times["prove"] = sorted(proving)[len(proving) // 2]
        holds, times["verify"] = call(
            ezkl.verify, path("proof"), path("settings.json"), path("verify.key"), path("srs"))
        if not holds:
            sys.exit("EZKL refused its own proof")
        with open(path("proof"), encoding="utf-8") as file:
            size = len(bytes.fromhex(json.load(file)["hex_proof"].removeprefix("0x")))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{name:10s} {times['set-up']:9.0f} {times['prove'] + times['witness']:9.0f} {times['verify']:8.1f}"
        f" {size:7d} {peak:6d}  (log rows {rows})")


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--one":
        return measure(sys.argv[2], sys.argv[3])
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    print("EZKL, ms: model, set-up, prove (with witness), verify, proof bytes, peak MiB", flush=True)
    for name in sys.argv[2:] or ["mlp_small"]:
        subprocess.run([sys.executable, __file__, "--one", sys.argv[1], name], check=True)


if __name__ == "__main__":
    main()
