"""What failed, from the output of the suites that did: failures.py FILE…, each file named after its suite, with % for /.

It is what a reader of the last lines alone needs, so it is short: all names, and the first lines of each error.
"""

import pathlib
import re
import sys

MOST_LINES, OF_ONE, WIDTH = 100, 15, 160
# .NET's runner, Python's, node's; and a test that was skipped, which counts as one that failed.
NAME = re.compile(r'^(failed|skipped) \S.* \(.*\)$|^(FAIL|ERROR): .|^ *not ok \d|^.+ \.\.\. skipped ')
RULE = re.compile(r'^(=|-){70}$')
FRAME = ('Traceback ', '  File "')
CHAIN = ('During handling of the above', 'The above exception was')


def failures(text):
    """The name of each test that failed, and what was said of it."""
    found, last = [], None
    for line in text.splitlines():
        if NAME.match(line):
            last = line.strip()
            found.append((last, []))
        elif RULE.match(line):
            # Python's error stands between two rules, the last one's before a third.
            last = None if last and found[-1][1] else last
        elif last and belongs(last, line):
            found[-1][1].append(line.rstrip())
        else:
            last = None
    return [(name, innermost(error)) for name, error in found] or [('No test is named. It ends:', text.rstrip().splitlines()[-OF_ONE:])]


def belongs(name, line):
    return name.startswith(('FAIL', 'ERROR')) or (line[:1] in (' ', '') and line.strip() != '...')


def innermost(error):
    """Of a traceback the last frame is enough, with all that comes after it."""
    start, message = 0, False
    for at, line in enumerate(error):
        if line.startswith(CHAIN):
            message = False
        elif not message and line.startswith(FRAME):
            start = at
        elif line[:1] not in (' ', ''):
            message = True
    return error[start:]


def report(suites):
    """Lines; each error gets its share of them."""
    count = sum(len(found) for _, found in suites)
    share = min(OF_ONE, MOST_LINES // count - 1)
    lines = []
    for suite, found in suites:
        lines.append(suite)
        for name, error in found:
            lines += [line[:WIDTH] for line in ['  ' + name] + ['    ' + line for line in error if line.strip()][: max(share, 0)]]
    return lines if len(lines) <= MOST_LINES + len(suites) else lines[:MOST_LINES] + ['… and more: %d in all.' % count]


if __name__ == '__main__':
    files = [pathlib.Path(file) for file in sys.argv[1:]]
    print('\n'.join(report([(file.name.replace('%', '/'), failures(file.read_text(errors='replace'))) for file in files])))
