"""What Tempest says of its tests: the outcome of each, and all that belongs to those that failed."""

import re

RESULT = re.compile(r'^\{\d+\} (.+?)(?: \[[\d.]+s\])? \.\.\. (ok|FAILED|SKIPPED.*)$')
# It tells of each failure at once, and of all of them again at the end.
AGAIN = re.compile(r'^Failed \d+ tests - output below:$')


class Outcome:
    def __init__(self):
        self.results, self._said, self._failed = {}, {}, None

    def read(self, line):
        """A line of its output; whether that is a test's result."""
        line = line.rstrip('\n')
        found = RESULT.match(line)
        if found:
            name, outcome = re.sub(r'\[.*?\]', '', found[1]).strip(), found[2]
            self.results[name] = outcome
            self._failed = name if outcome == 'FAILED' else None
            self._said[name] = []
        elif AGAIN.match(line):
            self._failed = None
        elif self._failed:
            self._said[self._failed].append(line)
        return bool(found)

    def failed(self):
        return {name for name, outcome in self.results.items() if outcome == 'FAILED'}

    def skipped(self):
        return {name for name, outcome in self.results.items() if outcome.startswith('SKIPPED')}

    def report(self, name):
        """All that it said of a test; then its error as Python's own tests tell it, which is short."""
        rules = '=' * 70, '-' * 70
        return '\n'.join([*self._said[name], rules[0], 'FAIL: ' + name, rules[1], *self._error(name), rules[1]])

    def _error(self, name):
        """The test's own line, the last frame and the message."""
        lines = [line.removeprefix('    ') for line in self._said[name] if line.strip()]
        ends = [at for at, line in enumerate(lines) if line.startswith('Captured ') and 'traceback' not in line]
        lines = lines[: ends[0] if ends else None]
        frames = [at for at, line in enumerate(lines) if line.startswith('  File "')]
        if not frames:
            return lines
        own = [at for at in frames[:-1] if '/tempest/api/' in lines[at]]
        return [line for at in own[-1:] for line in lines[at : at + 2]] + lines[frames[-1] :]
