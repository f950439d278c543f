"""What a reader of CI's last lines is told of a failure."""

import textwrap
import unittest

from failures import MOST_LINES, failures, report

DOTNET = """\
Running tests from /x/Shop.dll (net10.0|x64)
failed Shop.TillTests.Counts(coins: 3) (46s 837ms)
  from /x/Shop.dll (net10.0|x64)
  System.TimeoutException : The operation has timed out.
    at Shop.Till.Count() in /x/Till.cs:96
skipped Shop.TillTests.Later (0ms)
  not today
/x/Shop.dll (net10.0|x64) failed with 1 error(s) (7m 28s 414ms)
Exit code: 2

Test run summary: Failed!
"""
RULE = '-' * 70
PYTHON = f"""\
test_counts (test_till.TillTests.test_counts) ... FAIL
test_later (test_till.TillTests.test_later) ... skipped 'not today'
{'=' * 70}
ERROR: setUpModule (test_till)
{RULE}
Traceback (most recent call last):
  File "/x/test_till.py", line 3, in setUpModule
    till.start()
ConnectionError

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/x/test_till.py", line 5, in setUpModule
    till.start()
  File "/x/till.py", line 9, in start
    raise RuntimeError('It has ended:' + log)
RuntimeError: It has ended:
Traceback (most recent call last):
  File "/usr/bin/till", line 1, in main

{'=' * 70}
FAIL: test_counts (test_till.TillTests.test_counts) [coins] (coins=3)
{RULE}
AssertionError: 2 != 3

{RULE}
Ran 2 tests in 1.000s

FAILED (failures=1, errors=1)
"""
NODE = """\
TAP version 13
# Subtest: counts
not ok 1 - counts
  ---
  error: '2 == 3'
  ...
# Subtest: adds
ok 2 - adds
  ---
  duration_ms: 1.5
  ...
"""


class FailuresTests(unittest.TestCase):
    def test_dotnets_failed_and_skipped_tests(self):
        self.assertEqual(
            [
                ('failed Shop.TillTests.Counts(coins: 3) (46s 837ms)', DOTNET.splitlines()[2:5]),
                ('skipped Shop.TillTests.Later (0ms)', ['  not today']),
            ],
            failures(DOTNET),
        )

    def test_pythons_tests_with_the_last_frame_and_the_message(self):
        said = dict(failures(PYTHON))

        self.assertEqual(3, len(said))
        self.assertIn("test_later (test_till.TillTests.test_later) ... skipped 'not today'", said)
        self.assertEqual(['AssertionError: 2 != 3', ''], said['FAIL: test_counts (test_till.TillTests.test_counts) [coins] (coins=3)'])
        error = said['ERROR: setUpModule (test_till)']
        self.assertEqual('  File "/x/till.py", line 9, in start', error[0])
        self.assertIn('RuntimeError: It has ended:', error)

    def test_nodes_tests(self):
        self.assertEqual([('not ok 1 - counts', ['  ---', "  error: '2 == 3'"])], failures(NODE))

    def test_command_without_tests_shows_its_end(self):
        ((_, said),) = failures('\n'.join('line %d' % line for line in range(100)))

        self.assertEqual(('line 85', 'line 99'), (said[0], said[-1]))

    def test_report_is_by_suite(self):
        expected = '''\
            till
              failed Counts (1s)
                It is 2.
            desk
              FAIL: test_counts
                AssertionError'''
        suites = [('till', [('failed Counts (1s)', ['It is 2.'])]), ('desk', [('FAIL: test_counts', ['AssertionError'])])]

        self.assertEqual(textwrap.dedent(expected), '\n'.join(report(suites)))

    def test_report_is_short_and_names_as_many_as_it_can(self):
        for count, named in ((3, 3), (40, 40), (90, 90), (500, MOST_LINES - 1)):
            with self.subTest(count=count):
                lines = report([('till', [('failed Counts%d (1s)' % number, ['x' * 1000] * 1000) for number in range(count)])])

                self.assertLessEqual(len(lines), MOST_LINES + 1)
                self.assertLessEqual(max(map(len, lines)), 160)
                self.assertEqual(named, sum('failed' in line for line in lines))


if __name__ == '__main__':
    unittest.main()
