"""Measures the Mini networks in TensorFlow, in images per CPU second. Layers, batch and optimiser are the same as in
src/networks. Each step is one compiled graph (tf.function). Like bench/training/measure-backend.ts, the program prints a
line of JSON for each network and function.

    python3 bench/peers/tensorflow_steps.py [--steps 40]
"""
import argparse
import json
import math
import resource

import numpy as np
import tensorflow as tf

CLASSES = 10
WARM_UP_STEPS = 10
BATCH = 32
FUNCTIONS = {
    "relu(x)": tf.nn.relu,
    "swish(x)": tf.nn.silu,
    "mul(erf(x),bessel_i0e(x))": lambda x: tf.math.erf(x) * tf.math.special.bessel_i0e(x),
}


class Network:
    """Creates the variables of a network in the first call and finds them by name in later calls."""

    def __init__(self, forward, activation):
        self.forward, self.variables, self.trainable = forward, {}, []
        # Normalised like in the recipes: mean 0 and variance 1 for standard normal input.
        x = np.random.default_rng(0).standard_normal(100_000).astype(np.float32)
        y = activation(tf.constant(x)).numpy()
        mean, scale = float(y.mean()), 1 / float(y.std())
        self.activation = lambda x: (activation(x) - mean) * scale

    def __call__(self, x, training):
        self.training = training
        return self.forward(self, x)

    def variable(self, name, shape, value=None, trainable=True):
        if name not in self.variables:
            fan_in = math.prod(shape[:-1])
            start = tf.random.normal(shape, stddev=(0.5 / fan_in) ** 0.5, seed=1) if value is None else tf.fill(shape, value)
            self.variables[name] = tf.Variable(start, name=name.replace("/", "_"), trainable=trainable)
            if trainable:
                self.trainable.append(self.variables[name])
        return self.variables[name]

    def conv(self, name, x, filters, size, strides=1, bias=True):
        y = tf.nn.conv2d(x, self.variable(name, [size, size, x.shape[-1], filters]), strides, "SAME")
        return y + self.variable(name + "/bias", [filters], 0.0) if bias else y

    def dense(self, name, x, units):
        kernel = self.variable(name, [x.shape[-1], units])
        y = tf.reshape(tf.matmul(tf.reshape(x, [-1, x.shape[-1]]), kernel), [-1] + x.shape[1:-1].as_list() + [units])
        return y + self.variable(name + "/bias", [units], 0.0)

    def batch_norm(self, name, x, scale):
        width = [x.shape[-1]]
        gamma, beta = self.variable(name + "/scale", width, scale), self.variable(name + "/offset", width, 0.0)
        mean = self.variable(name + "/mean", width, 0.0, False)
        variance = self.variable(name + "/variance", width, 1.0, False)
        if not self.training:
            y, _, _ = tf.compat.v1.nn.fused_batch_norm(x, gamma, beta, mean, variance, 1e-3, is_training=False)
            return y
        y, m, v = tf.compat.v1.nn.fused_batch_norm(x, gamma, beta, epsilon=1e-3)
        mean.assign(0.9 * mean + 0.1 * m)
        variance.assign(0.9 * variance + 0.1 * v)
        return y

    def layer_norm(self, name, x):
        mean, variance = tf.nn.moments(x, [-1], keepdims=True)
        gamma = self.variable(name + "/scale", [x.shape[-1]], 1.0)
        return (x - mean) * tf.math.rsqrt(variance + 1e-3) * gamma + self.variable(name + "/offset", [x.shape[-1]], 0.0)


def mini_cnn(net, x, widths=(16, 16, 32)):
    x = net.activation(net.conv("conv1", x, widths[0], 5, 2))
    x = net.activation(net.conv("conv2", x, widths[1], 3))
    x = net.activation(net.conv("conv3", x, widths[2], 3, 2))
    return net.dense("logits", tf.reduce_mean(x, [1, 2]), CLASSES)


def mini_resnet(net, x, widths=(8, 16), scale=0.35):
    activate = lambda name, y: net.activation(net.batch_norm(name, y, scale))
    x = net.conv("stem", x, widths[0], 5, 2, bias=False)
    for i, filters in enumerate(widths):
        name, strides = f"block{i}", 1 if i == 0 else 2
        activated = activate(name + "/norm1", x)
        inner = net.conv(name + "/conv1", activated, filters, 3, strides, bias=False)
        residual = net.conv(name + "/conv2", activate(name + "/norm2", inner), filters, 3, bias=False)
        is_same = strides == 1 and x.shape[-1] == filters
        x = residual + (x if is_same else net.conv(name + "/shortcut", activated, filters, 1, strides, bias=False))
    return net.dense("logits", tf.reduce_mean(activate("norm", x), [1, 2]), CLASSES)


def mini_vit(net, x, stem=16, width=24, blocks=1, attention=12, hidden=48):
    x = net.activation(net.conv("stem", x, stem, 5, 2))
    x = net.activation(net.conv("patches", x, width, 3, 2))
    x = tf.reshape(x, [-1, x.shape[1] * x.shape[2], width])
    for i in range(blocks):
        name = f"block{i}"
        y = net.layer_norm(name + "/norm", x)
        values = net.dense(name + "/values", y, attention)
        scores_keys = net.dense(name + "/scores-keys", y, 1 + attention)
        weights = tf.nn.softmax(scores_keys[:, :, :1], 1)
        context = tf.reduce_sum(weights * scores_keys[:, :, 1:], 1, keepdims=True)
        y = net.activation(net.dense(name + "/hidden", y, hidden))
        x += net.dense(name + "/projection", values * context, width) + net.dense(name + "/output", y, width)
    return net.dense("logits", net.layer_norm("norm", tf.reduce_mean(x, 1)), CLASSES)


def measure(name, forward, expression, steps):
    net = Network(forward, FUNCTIONS[expression])
    images = tf.random.normal([BATCH, 16, 16, 1], seed=2)
    labels = tf.constant(np.arange(BATCH) % CLASSES)
    net(images, True)
    weights = [tf.Variable(tf.zeros_like(v)) for v in net.trainable]
    squares = [tf.Variable(tf.zeros_like(v)) for v in net.trainable]

    @tf.function
    def step(images, labels, t):
        with tf.GradientTape() as tape:
            logits = net(images, True)
            loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, logits))
        gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, net.trainable), 1.0)
        rate = 0.001 * tf.sqrt(1 - 0.99**t) / (1 - 0.9**t)
        for v, g, m, s in zip(net.trainable, gradients, weights, squares):
            m.assign(0.9 * m + 0.1 * g)
            s.assign(0.99 * s + 0.01 * tf.square(g))
            v.assign_sub(rate * m / (tf.sqrt(s) + 1e-7))
        return loss, logits

    evaluate = tf.function(lambda images: net(images, False))

    def images_per_cpu_second(run):
        for i in range(WARM_UP_STEPS):
            run(i + 1)
        before = cpu_seconds()
        for i in range(steps):
            run(i + 1)
        return steps * BATCH / (cpu_seconds() - before)

    # Like in src/networks, the host reads the metrics of every step.
    training = images_per_cpu_second(lambda t: [x.numpy() for x in step(images, labels, tf.constant(float(t)))])
    evaluation = images_per_cpu_second(lambda _: evaluate(images).numpy())
    result = {"by": "TensorFlow", "software": f"TensorFlow {tf.__version__}", "network": name, "expression": expression}
    result |= {"weights": sum(math.prod(v.shape) for v in net.trainable), "batchSize": BATCH}
    print(json.dumps({**result, "training": training, "evaluation": evaluation}), flush=True)


def cpu_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=40)
    steps = parser.parse_args().steps
    for name, forward in {"mini-cnn": mini_cnn, "mini-resnet": mini_resnet, "mini-vit": mini_vit}.items():
        for expression in FUNCTIONS:
            measure(name, forward, expression, steps)
