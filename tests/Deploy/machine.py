"""Bare machines: each with a systemd, a network, users and files of its own, over what is installed on this one."""

import glob
import os
import pathlib
import shutil
import signal
import subprocess
import time

HERE = pathlib.Path(__file__).resolve().parent
PATIENCE = 60  # seconds
ENVIRONMENT = ['HOME=/root', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'DOTNET_CLI_TELEMETRY_OPTOUT=1', 'DOTNET_NOLOGO=1']


class Machine:
    def __init__(self, folder, name):
        self.name, self._folder, self._files = name, pathlib.Path(folder), pathlib.Path(folder, name)
        self._process = self.pid = None
        for part in ('files', 'work', 'root', 'docker'):
            (self._files / part).mkdir(parents=True)

    def start(self):
        with open(self._files / 'console', 'ab') as console:
            command = ['setpriv', '--pdeathsig', 'KILL', HERE / 'machine.sh', self._folder, self.name]
            self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=console, stderr=console, start_new_session=True)
        end = time.monotonic() + PATIENCE
        while not self._runs():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError('%s does not start:\n%s' % (self.name, self.console()))
            time.sleep(0.1)

    def stop(self):
        """As if somebody pulled its plug; its files stay."""
        if self._process and self.pid:
            # With it goes all that it started, and then the process that waits for it.
            os.kill(self.pid, signal.SIGKILL)
            self._process.wait()
        self._process = self.pid = None
        for root in ('/sys/fs/cgroup', '/sys/fs/cgroup/*'):
            for group in glob.glob('%s/%s-%s' % (root, self._folder.name, self.name)):
                for folder, _, _ in os.walk(group, topdown=False):
                    os.rmdir(folder)

    def remove(self):
        self.stop()
        shutil.rmtree(self._files)

    def run(self, script, given='', cwd='/root', **environment):
        """A script of its root's; what it says. It fails where a line of it fails."""
        words = [*ENVIRONMENT, *('%s=%s' % pair for pair in environment.items())]
        done = subprocess.run(
            self.inside('env', '-i', *words, 'bash', '-eu', '-o', 'pipefail', '-c', 'cd %s\n%s' % (cwd, script)), input=given, capture_output=True, text=True
        )
        if done.returncode:
            raise AssertionError('%s: %s\nends with %d:\n%s%s' % (self.name, script, done.returncode, done.stdout[-4000:], done.stderr[-4000:]))
        return done.stdout

    def inside(self, *command):
        return ['nsenter', '--target', str(self.pid), '--all', '--', *map(str, command)]

    def in_its_network(self, *command):
        return ['nsenter', '--net=/proc/%d/ns/net' % self.pid, '--', *map(str, command)]

    def take(self, path):
        """A file that was written there."""
        return pathlib.Path(str(self._files / 'files') + path)

    def console(self):
        return '\n'.join((self._files / 'console').read_text(errors='replace').splitlines()[-40:])

    def journal(self, unit):
        return self.run('journalctl --no-pager --output cat --lines 40 --unit ' + unit)

    def _runs(self):
        if not self.pid:
            found = subprocess.run(['pgrep', '--parent', str(self._process.pid), '--exact', 'systemd'], capture_output=True, text=True).stdout.split()
            # machine.sh becomes unshare, whose child becomes systemd.
            self.pid = int(found[0]) if found else None
        return self.pid and subprocess.run(self.inside('systemctl', 'is-system-running'), capture_output=True, text=True).stdout.strip() in ('running', 'degraded')


def connect(one, other, network='198.51.100'):
    """A cable between the two; each knows the other by its name in example.org, and itself."""
    subprocess.run(
        ['ip', 'link', 'add', 'cable', 'netns', str(one.pid), 'type', 'veth', 'peer', 'name', 'cable', 'netns', str(other.pid)], check=True
    )
    hosts = ''.join('%s.%d %s.example.org %s\n' % (network, end, machine.name, machine.name) for end, machine in enumerate((one, other), 1))
    for end, machine in enumerate((one, other), 1):
        machine.run('ip address add %s.%d/24 dev cable; ip link set cable up; cat >> /etc/hosts' % (network, end), given=hosts)
