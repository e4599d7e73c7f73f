import pickle
import unittest

import actbench
from actbench import (
    ActbenchError,
    Client,
    ConnectionFailedError,
    InvalidExpressionError,
    RateLimitedError,
    ServiceUnavailableError,
    UnauthenticatedError,
)
from faulty_proxy import open_proxy
from support import URL, ServiceTest


class ErrorsTest(ServiceTest):
    def test_every_code_of_the_service_has_a_class(self):
        codes = self.client.query("{ service { errorCodes } }")["service"]["errorCodes"]
        classes = {each.code: each for each in ActbenchError.__subclasses__()}
        self.assertEqual([code for code in codes if code not in classes], [])
        self.assertTrue(all(each.__name__ in actbench.__all__ for each in classes.values()))

    def test_an_error_has_its_code_and_extensions(self):
        with self.assertRaises(InvalidExpressionError) as caught:
            self.client.activation("relu(x")
        self.assertEqual(caught.exception.code, "INVALID_EXPRESSION")
        self.assertIsInstance(caught.exception.extensions["position"], int)
        self.assertIn("INVALID_EXPRESSION: ", str(caught.exception))

    def test_a_wrong_key_is_an_error_also_for_files(self):
        wrong = Client(URL, "abk_wrong", cache=False, progress=False)
        self.addCleanup(wrong.close)
        with self.assertRaises(UnauthenticatedError):
            wrong.datasets()
        with self.assertRaises(UnauthenticatedError):
            wrong.dataset("mini-cnn").evaluations()

    def test_an_address_without_a_service_is_named(self):
        lonely = self.open_client("http://127.0.0.1:9", patience=0)
        with self.assertRaisesRegex(ConnectionFailedError, "http://127.0.0.1:9"):
            lonely.datasets()

    def test_a_page_that_is_not_the_service_is_named(self):
        wrong = self.open_client(f"{URL}/docs-of-nobody", patience=0)
        with self.assertRaises(ActbenchError):
            wrong.datasets()


class PatienceTest(ServiceTest):
    def test_a_busy_service_and_lost_answers_are_tried_again(self):
        proxy = open_proxy(self, URL, ("refuse", "limit", "lose-request", "lose-answer"))
        client = self.open_client(proxy.url)
        self.assertGreaterEqual(len(client.datasets()), 3)
        self.assertEqual(client.transport.requests, 5)

    def test_a_mutation_of_the_user_is_sent_once_if_its_answer_is_lost(self):
        proxy = open_proxy(self, URL, ("lose-answer",))
        with self.assertRaises(ConnectionFailedError):
            self.open_client(proxy.url).query('mutation { deleteDataset(name: "nothing-here") { name } }')
        self.assertEqual(len(proxy.statuses), 1)

    def test_without_patience_the_refusal_is_raised(self):
        proxy = open_proxy(self, URL, ("refuse", "limit"))
        client = self.open_client(proxy.url, patience=-1)
        with self.assertRaises(ServiceUnavailableError):
            client.datasets()
        with self.assertRaises(RateLimitedError):
            client.datasets()


class CacheTest(ServiceTest):
    def test_an_unchanged_file_is_not_sent_again(self):
        proxy = open_proxy(self, URL)
        first = self.open_client(proxy.url).dataset("mini-cnn").evaluations()
        second = self.open_client(proxy.url).dataset("mini-cnn").evaluations()
        self.assertEqual(proxy.statuses, [200, 304])
        self.assertEqual(len(first), len(second))

    def test_a_changed_file_is_sent_again(self):
        name = self.make_name()
        self.client.upload([{"expression": "relu(x)", "validationAccuracy": 0.5}], dataset=name)
        self.assertEqual(len(self.client.dataset(name).evaluations()), 1)
        self.client.upload([{"expression": "tanh(x)", "validationAccuracy": 0.5}], dataset=name)
        self.assertEqual(len(self.client.dataset(name).evaluations()), 2)

    def test_a_damaged_or_unusable_cache_is_no_failure(self):
        import pathlib

        mini = self.client.dataset("mini-cnn")
        expected = len(mini.evaluations())
        for path in pathlib.Path(self.folder).glob("*.cached"):
            path.write_bytes(b"damaged")
        self.assertEqual(len(mini.evaluations()), expected)
        self.assertEqual(len(self.open_client(cache="/dev/null/x").dataset("mini-cnn").evaluations()), expected)


class PicklingTest(unittest.TestCase):
    def test_errors_survive_a_process_boundary(self):
        error = pickle.loads(pickle.dumps(InvalidExpressionError("no", extensions={"position": 3})))
        self.assertEqual((error.code, error.message, error.extensions), ("INVALID_EXPRESSION", "no", {"position": 3}))
