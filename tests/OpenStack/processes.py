"""Processes that run for the tests, in one folder: each ends with the process that started it."""

import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

from settings import REPOSITORY

PATIENCE = 120  # seconds


class Processes:
    """A new folder, with what the processes are told in etc and what they say in log."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='openstack-'))
        (self.folder / 'log').mkdir()
        (self.folder / 'etc').mkdir()
        self.processes = {}

    def run(self, name, command, environment=None):
        """Starts a process that ends with this one; its output goes to log/NAME.log."""
        with open(self.folder / 'log' / (name + '.log'), 'ab') as log:
            self.processes[name] = subprocess.Popen(
                ['setpriv', '--pdeathsig', 'TERM'] + [str(word) for word in command],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, **(environment or {})},
            )

    def service(self, name, module, configurations, python=sys.executable):
        """Starts a service; a later configuration goes before an earlier one."""
        self.run(name, [*main_of(module, python, name), *(word for file in configurations for word in ('--config-file', self.etc(file)))])

    def end(self, name, signal='TERM'):
        process = self.processes.pop(name)
        if process.poll() is None:
            subprocess.run(['kill', '-' + signal, '--', '-%d' % process.pid], check=False)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                subprocess.run(['kill', '-KILL', '--', '-%d' % process.pid], check=False)
                process.wait()

    def wait(self, name, holds):
        """Until it holds; fails at once when the process has ended."""
        end = time.monotonic() + PATIENCE
        while not holds():
            if name in self.processes and self.processes[name].poll() is not None:
                raise RuntimeError('%s has ended:\n%s' % (name, self.log(name)))
            if time.monotonic() > end:
                raise RuntimeError('%s does not answer:\n%s' % (name, self.log(name)))
            time.sleep(0.1)

    def log(self, name):
        return '\n'.join((self.folder / 'log' / (name + '.log')).read_text(errors='replace').splitlines()[-25:])

    def etc(self, name):
        return str(self.folder / 'etc' / name)

    def write(self, name, sections, *samples):
        """A file of settings. The samples are the product's own; what is said after them wins."""
        pathlib.Path(self.etc(name)).write_text(
            ''.join((REPOSITORY / 'src/NovaDriver' / sample).read_text() + '\n' for sample in samples)
            + ''.join('[%s]\n%s\n' % (section, ''.join('%s = %s\n' % pair for pair in options.items())) for section, options in sections.items())
        )


def main_of(module, python=sys.executable, name=None):
    """The command whose main function a module has; its name is what it calls itself."""
    return [python, '-c', 'import sys; sys.argv[0] = %r; from %s import main; sys.exit(main())' % (name or module, module)]


def free_ports(count):
    sockets = [socket.create_server(('127.0.0.1', 0)) for _ in range(count)]
    ports = [found.getsockname()[1] for found in sockets]
    for found in sockets:
        found.close()
    return ports


def listens(port):
    with socket.socket() as trial:
        trial.settimeout(1)
        return trial.connect_ex(('127.0.0.1', port)) == 0
