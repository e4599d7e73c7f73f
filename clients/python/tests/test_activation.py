import copy
import pickle
import unittest

from actbench import ActbenchError
from actbench.generated import check_source
from support import ServiceTest, has


class ActivationTest(ServiceTest):
    def test_properties_are_those_of_the_function_in_any_spelling(self):
        swish = self.client.activation("x*sigmoid(x)")
        self.assertEqual((swish.expression, "SiLU" in swish.names, swish.parameters), ("swish(x)", True, []))
        self.assertFalse(swish.properties.isMonotone)
        self.assertTrue(swish.properties.isSmooth)
        self.assertAlmostEqual(swish.properties.derivativeAtZero, 0.5)
        self.assertAlmostEqual(swish.gaussianMean, 0.2066, places=4)
        self.assertEqual(swish.activationId, self.client.activation("swish(x)").activationId)
        self.assertIn("identity(swish(x))", swish.equivalents())
        self.assertEqual(len(swish.fisher_spectrum("mini-cnn")) > 100, True)
        self.assertIn("return", swish.code("jax"))

    @unittest.skipUnless(has("pandas"), "needs pandas")
    def test_neighbours_and_curves_are_tables(self):
        swish = self.client.activation("swish(x)")
        near = swish.neighbours("mini-cnn", space="FISHER_SPECTRUM", first=5)
        self.assertEqual(len(near), 5)
        self.assertTrue(near["distance"].is_monotonic_increasing)
        self.assertIn("validationAccuracy", near.columns)
        self.assertEqual(len(swish.neighbours(first=3)), 3)
        self.assertEqual(list(swish.curve(-1, 1, points=3)["y"])[1], 0)
        self.assertIn("mini-cnn", list(swish.evaluations()["dataset"]))


@unittest.skipUnless(has("numpy"), "needs numpy")
class NumpyTest(ServiceTest):
    def test_a_function_of_arrays_has_its_derivative_and_can_be_pickled(self):
        import numpy

        swish = pickle.loads(pickle.dumps(self.client.activation("x*sigmoid(x)").numpy()))
        x = numpy.linspace(-5, 5, 11)
        numpy.testing.assert_allclose(swish(x), x / (1 + numpy.exp(-x)))
        step = 1e-6
        numpy.testing.assert_allclose(swish.derivative(x), (swish(x + step) - swish(x - step)) / (2 * step), rtol=1e-6)


@unittest.skipUnless(has("torch"), "needs torch")
class TorchTest(ServiceTest):
    def test_a_module_computes_the_function_and_its_gradient(self):
        import torch

        module = self.client.activation("x*sigmoid(x)").torch()
        x = torch.linspace(-5, 5, 11, dtype=torch.float64, requires_grad=True)
        self.assertTrue(torch.allclose(module(x), torch.nn.functional.silu(x)))
        self.assertTrue(torch.autograd.gradcheck(module, x))
        self.assertIn("x*sigmoid(x)", repr(module))

    def test_learnable_parameters_are_learnt_copied_and_pickled(self):
        import torch

        module = self.client.activation("x*sigmoid(param(1.5)*x)").torch()
        self.assertEqual([round(each.item(), 6) for each in module.parameters()], [1.5])
        network = torch.nn.Sequential(torch.nn.Linear(2, 2), module, torch.nn.Linear(2, 1))
        before = next(module.parameters()).item()
        optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
        network(torch.ones(4, 2)).square().mean().backward()
        optimizer.step()
        learnt = next(module.parameters()).item()
        self.assertNotEqual(before, learnt)
        x = torch.linspace(-2, 2, 5)
        for other in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
            self.assertEqual(next(other.parameters()).item(), learnt)
            self.assertTrue(torch.equal(other(x), module(x)))
            self.assertTrue(next(other.parameters()).requires_grad)
        self.assertEqual(next(copy.deepcopy(network)[1].parameters()).item(), learnt)

    def test_normalised_code_has_mean_0_and_deviation_1(self):
        import torch

        torch.manual_seed(0)
        outputs = self.client.activation("relu(x)").torch(normalized_for="mini-cnn")(torch.randn(10**6))
        self.assertAlmostEqual(float(outputs.mean()), 0, places=1)
        self.assertAlmostEqual(float(outputs.std()), 1, places=1)


class SourceTest(unittest.TestCase):
    def test_code_that_does_more_than_compute_is_refused(self):
        for source in (
            "import os",
            "from subprocess import run",
            "from . import x",
            "def activation(x):\n    return eval('x')",
            "def activation(x):\n    return x.__class__.__bases__",
            "import torch\ntorch.open('/etc/passwd')",
        ):
            with self.assertRaises(ActbenchError, msg=source):
                check_source(source)
        self.assertTrue(check_source("import math\nimport torch.nn.functional as F\n\ndef activation(x):\n    return x"))
