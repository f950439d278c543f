"""From the boot call until the real Nova says ACTIVE, beside `docker run -d` of the same image until it returns: boot.py

Prints a row for the table of benchmarks; `dotnet run --project tests/Benchmarks -c Release -- boot` measures the embedded cloud.
"""

import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from stack import Stack

PAIRS = 10


def main():
    stack = Stack()
    try:
        stack.start()
        first = boot(stack)
        image = stack.host.docker('inspect', '-f', '{{.Config.Image}}', stack.host.containers(first))
        ours, reference = [], []
        for _ in range(PAIRS):
            started = time.perf_counter()
            server = boot(stack)
            ours.append(time.perf_counter() - started)
            stack.demo.delete(server)
            started = time.perf_counter()
            container = stack.host.docker('run', '-d', '--network', 'none', image)
            reference.append(time.perf_counter() - started)
            stack.host.docker('rm', '-f', container)
        stack.demo.delete(first)
    finally:
        stack.stop()
    mine, other = (statistics.median(values) * 1000 for values in (ours, reference))
    print(
        '| boot on a real Nova: API call → ACTIVE | %s ms | `docker run -d` without a network: %s ms | %.2f× | | median of %d pairs |'
        % (format(mine, ',.0f'), format(other, ',.0f'), mine / other, PAIRS)
    )


def boot(stack):
    server = stack.demo.create(stack.image)
    while (status := stack.demo.server(server)['status']) != 'ACTIVE':
        if status == 'ERROR':
            raise RuntimeError(stack.demo.server(server)['fault'])
        time.sleep(0.02)
    return server


if __name__ == '__main__':
    main()
