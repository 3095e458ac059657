#!/usr/bin/env python3
"""What a tuned int8 kernel needs for the shapes of `proof-benchmark scale`: onnxruntime's MatMulInteger and ConvInteger.

    python3 -m venv .venv && .venv/bin/pip install onnxruntime onnx numpy
    .venv/bin/python peer.py [BATCH ...]        # batches of the products; two threads, or THREADS=1

Random weights as there; medians of five, wall, milliseconds. Only the multiplications: no requantisation, no ReLU.
"""
import os
import statistics
import sys
import time

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper

THREADS = int(os.environ.get("THREADS", "2"))
RANDOM = numpy.random.default_rng(1)


def session(nodes, inputs, outputs, weights):
    graph = helper.make_graph(nodes, "peer", inputs, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def weights(shape):
    return RANDOM.integers(-127, 128, shape, dtype=numpy.int8)


def median(run, inputs):
    run.run(None, inputs)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        run.run(None, inputs)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1000


def product(side, batch):
    run = session(
        [helper.make_node("MatMulInteger", ["x", "w"], ["y"])],
        [helper.make_tensor_value_info("x", TensorProto.UINT8, [batch, side])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [batch, side])],
        [onnx.numpy_helper.from_array(weights((side, side)), "w")])
    return median(run, {"x": RANDOM.integers(0, 128, (batch, side), dtype=numpy.uint8)})


def convolution(channels, wide, side):
    run = session(
        [helper.make_node("ConvInteger", ["x", "w"], ["y"], pads=[1, 1, 1, 1])],
        [helper.make_tensor_value_info("x", TensorProto.UINT8, [1, channels, side, side])],
        [helper.make_tensor_value_info("y", TensorProto.INT32, [1, wide, side, side])],
        [onnx.numpy_helper.from_array(weights((wide, channels, 3, 3)), "w")])
    return median(run, {"x": RANDOM.integers(0, 128, (1, channels, side, side), dtype=numpy.uint8)})


def vgg():
    """The layers of VGG-16 on 32 by 32 one after the other: their times added up."""
    total, channels, side = 0.0, 3, 32
    for stage in ([64, 64], [128, 128], [256] * 3, [512] * 3, [512] * 3):
        for wide in stage:
            total += convolution(channels, wide, side)
            channels = wide
        side //= 2
    for inner, outer in ((512, 4096), (4096, 4096), (4096, 1000)):
        run = session(
            [helper.make_node("MatMulInteger", ["x", "w"], ["y"])],
            [helper.make_tensor_value_info("x", TensorProto.UINT8, [1, inner])],
            [helper.make_tensor_value_info("y", TensorProto.INT32, [1, outer])],
            [onnx.numpy_helper.from_array(weights((inner, outer)), "w")])
        total += median(run, {"x": RANDOM.integers(0, 128, (1, inner), dtype=numpy.uint8)})
    return total


def main():
    batches = [int(text) for text in sys.argv[1:]] or [1, 16, 64]
    print(f"onnxruntime {onnxruntime.__version__}, {THREADS} threads; network, batch, ms")
    for side in (512, 1024, 2048, 4096):
        for batch in batches:
            print(f"product {side}  {batch:4d} {product(side, batch):9.2f}", flush=True)
    print(f"vgg16 32x32      1 {vgg():9.2f}")


if __name__ == "__main__":
    main()
