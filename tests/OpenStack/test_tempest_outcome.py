"""What is told of Tempest's failures; needs no cloud."""

import unittest

from tempest_outcome import Outcome

SAID = """\
{0} tempest.api.compute.shop.TillTest.test_adds [0.105896s] ... ok
{1} tempest.api.compute.shop.TillTest.test_counts [id-1,smoke] [1.105896s] ... FAILED

Captured traceback:
~~~~~~~~~~~~~~~~~~~
    Traceback (most recent call last):

      File "/usr/lib/python3/dist-packages/tempest/api/compute/shop.py", line 49, in test_counts
    self.assertTwo(coins)

      File "/usr/lib/python3/dist-packages/tempest/test.py", line 9, in assertTwo
    self.assertEqual(2, coins)

      File "/usr/lib/python3.11/unittest/case.py", line 715, in assertEqual
    raise self.failureException(msg)

    AssertionError: 2 != 3


Captured pythonlogging:
~~~~~~~~~~~~~~~~~~~~~~~
    2026-01-01 GET /coins

{0} setUpClass (tempest.api.compute.shop.DeskTest) ... SKIPPED: no desk

==============================
Failed 1 tests - output below:
==============================

tempest.api.compute.shop.TillTest.test_counts[id-1,smoke]
"""
COUNTS = 'tempest.api.compute.shop.TillTest.test_counts'


class TempestOutcomeTests(unittest.TestCase):
    def setUp(self):
        self.outcome = Outcome()
        self.results = [line for line in SAID.splitlines(keepends=True) if self.outcome.read(line)]

    def test_each_test_has_its_outcome(self):
        self.assertEqual(3, len(self.results))
        self.assertEqual(3, len(self.outcome.results))
        self.assertEqual({COUNTS}, self.outcome.failed())
        self.assertEqual({'setUpClass (tempest.api.compute.shop.DeskTest)'}, self.outcome.skipped())

    def test_report_has_all_that_was_said_and_ends_with_the_error_in_short(self):
        said, short = self.outcome.report(COUNTS).split('=' * 70)

        self.assertEqual(SAID[SAID.index('\nCaptured traceback') : SAID.index('{0} setUpClass')], said)
        self.assertEqual(
            [
                'FAIL: ' + COUNTS,
                '-' * 70,
                '  File "/usr/lib/python3/dist-packages/tempest/api/compute/shop.py", line 49, in test_counts',
                'self.assertTwo(coins)',
                '  File "/usr/lib/python3.11/unittest/case.py", line 715, in assertEqual',
                'raise self.failureException(msg)',
                'AssertionError: 2 != 3',
                '-' * 70,
            ],
            short.split('\n')[1:],
        )


if __name__ == '__main__':
    unittest.main()
