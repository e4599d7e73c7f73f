import math
import unittest

from actbench import ActbenchError, BadUserInputError
from support import ServiceTest

ROWS = [
    {"expression": "relu(x)", "mean": 0.9, "standardDeviation": 0.02, "comment": "not read"},
    {"expression": "max(x,tanh(x))", "mean": 0.8, "standard_deviation": None},
]


class SurrogateTest(ServiceTest):
    def test_predictions_become_a_version_and_the_same_again_is_the_same(self):
        mini = self.client.dataset("mini-cnn")
        uploaded = mini.upload_surrogate(ROWS, "python")
        self.addCleanup(self.client.query, "mutation ($id: ID!) { deleteSurrogate(id: $id) { id } }", id=uploaded["id"])
        self.assertEqual((uploaded["candidates"], uploaded["name"]), (2, "python"))
        self.assertGreater(uploaded["quality"]["functions"], 0)
        self.assertEqual(mini.upload_surrogate(ROWS, "python")["id"], uploaded["id"])
        document = 'query ($id: ID) { predict(dataset: "mini-cnn", expressions: ["relu(x)"], surrogate: $id) { mean } }'
        self.assertEqual(self.client.query(document, id=uploaded["id"])["predict"], [{"mean": 0.9}])

    def test_wrong_rows_are_named(self):
        mini = self.client.dataset("mini-cnn")
        for wrong, field in (({"mean": 93.2}, "mean"), ({"mean": math.inf}, "mean"), ({"expression": "nonsense("}, "expression")):
            with self.assertRaises(ActbenchError) as caught:
                mini.upload_surrogate([ROWS[0], {**ROWS[1], **wrong}], "wrong")
            self.assertEqual((caught.exception.extensions["row"], caught.exception.extensions["field"]), (1, field))
        with self.assertRaises(TypeError):
            mini.upload_surrogate([{"mean": 0.5}], "wrong")
        with self.assertRaises(BadUserInputError):
            mini.upload_surrogate([], "empty")


if __name__ == "__main__":
    unittest.main()
