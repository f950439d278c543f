"""A compute host of the cloud: nova-compute with our driver, the real driver host, and an engine: the machine's, or one of its own in a network of its own."""

import pathlib
import shutil
import socket
import subprocess
import sys

from settings import HERE, PASSWORD, REPOSITORY

PATH = {'PATH': '/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin'}


class ComputeHost:
    """With a network it has an engine in it, and its driver host is there, too: unless that has a door (url) for dashboards, which are outside."""

    def __init__(self, cloud, name='localhost', network=None, url=None):
        self.cloud, self.name, self.network, self.url = cloud, name, network, url
        self.folder = cloud.folder / name
        self.data = self.folder / 'driver-host'
        # Sockets have short names only, and the folder of a test may have a long one.
        self.engine = 'unix://%s' % (self.folder / 'docker.sock' if network else '/var/run/docker.sock')
        self.nova, self.driver_host, self._dockerd = 'nova-' + name, 'driver-host-' + name, 'dockerd-' + name

    def start(self):
        self.data.mkdir(parents=True)
        (self.data / 'password').write_text(PASSWORD)
        if self.network:
            self.network.start()
            self.start_engine()
        self.start_driver_host()
        self.cloud.write(
            self.nova + '.conf',
            {
                'DEFAULT': {'host': self.name, 'state_path': self.folder / 'nova', 'vif_plugging_timeout': 60},
                'oslo_concurrency': {'lock_path': self.folder / 'nova/lock'},
                'docker': {'url': 'unix://%s' % (self.data / 'driver-host.sock')},
            },
        )
        self.start_compute()
        self.cloud.map_host(self.nova, self.name)

    def start_engine(self):
        words = [
            'dockerd',
            '--host=' + self.engine,
            '--data-root=%s' % (self.folder / 'docker'),
            '--exec-root=%s' % (self.folder / 'exec'),
            '--pidfile=%s' % (self.folder / 'docker.pid'),
            # Where the machine has a containerd, two engines share it.
            '--containerd-namespace=' + self.name,
            '--containerd-plugins-namespace=plugins.' + self.name,
        ]
        self.cloud.run(self._dockerd, [*self.network.inside(), *words], PATH)
        self.cloud.wait(self._dockerd, lambda: subprocess.run(['docker', '-H', self.engine, 'version'], capture_output=True).returncode == 0)

    def stop_engine(self):
        self.cloud.end(self._dockerd)

    def kill_engine(self):
        self.cloud.end(self._dockerd, 'KILL')
        # Its containerd went with it, and what that left would be taken for one that runs.
        for left in (self.folder / 'exec/containerd').glob('containerd.*'):
            left.unlink()
        (self.folder / 'docker.pid').unlink()

    def start_driver_host(self):
        settings = {
            'Roles:0': 'driver-host',
            'Data:Path': self.data,
            'Docker:Endpoint': self.engine,
            'Keystone:AuthUrl': self.cloud.auth_url,
            'DriverHost:PasswordFile': self.data / 'password',
            'DriverHost:Region': 'RegionOne',
            'DriverHost:ComputeHost': self.name,
            **({'DriverHost:ListenUrl': self.url} if self.url else {}),
        }
        where = self.network.inside() if self.network and not self.url else []
        words = [word for key, value in settings.items() for word in ('--' + key, value)]
        self.cloud.run(self.driver_host, [*where, 'dotnet', REPOSITORY / 'artifacts/publish/Dashboard/release/Dashboard.dll', *words])
        self.cloud.wait(self.driver_host, lambda: ready(self.data / 'driver-host.sock'))

    def start_compute(self):
        self.cloud.service(self.nova, 'nova.cmd.compute', ['nova.conf', self.nova + '.conf'], self.cloud.folder / 'venv/bin/python')

    def stop(self):
        """Before the cloud: its containers would outlive it."""
        if self.nova in self.cloud.processes:
            self.cloud.end(self.nova)
        if (self.data / 'host-id').exists() and (not self.network or self._dockerd in self.cloud.processes):
            owner = (self.data / 'host-id').read_text().strip()
            for container in self.docker('ps', '-a', '-q', '--filter', 'label=openstack.owner=' + owner).split():
                self.docker('rm', '-f', container)
        for name in self.processes():
            self.cloud.end(name)
        # What an engine that was killed had mounted.
        for line in reversed(pathlib.Path('/proc/mounts').read_text().splitlines()):
            if line.split()[1].startswith(str(self.folder)):
                subprocess.run(['umount', '-l', line.split()[1]], check=True)
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def processes(self):
        """Those that run, the last one first."""
        names = (self.nova, self.driver_host, self._dockerd, *(self.network.processes if self.network else ()))
        return [name for name in names if name in self.cloud.processes]

    # ---- what is there ----

    def docker(self, *words):
        return subprocess.run(['docker', '-H', self.engine, *words], check=True, capture_output=True, text=True).stdout.strip()

    def containers(self, server):
        return self.docker('ps', '-a', '-q', '--filter', 'label=openstack.instance=' + server)

    def state(self, server):
        return self.docker('inspect', '-f', '{{.State.Status}}', self.containers(server))

    def log(self):
        return self.cloud.log(self.nova)


class Network:
    """A network of its own, which reaches loopback ports of the outer one: it lasts as long as a process that does nothing else."""

    def __init__(self, cloud, name, ports=()):
        self._cloud, self._ports = cloud, ports
        self.processes = self._relay, self._holder = 'relay-' + name, 'network-' + name

    def start(self):
        self._cloud.run(self._holder, ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec sleep infinity'])
        self._cloud.wait(self._holder, lambda: 'UP' in subprocess.run([*self.inside(), 'ip', '-o', 'link', 'show', 'lo'], capture_output=True, text=True).stdout)
        if self._ports:
            self._cloud.run(self._relay, [*self.inside(), sys.executable, HERE / 'relay.py', *self._ports])

    def inside(self):
        """The beginning of a command that runs in it."""
        return ['nsenter', '--net=/proc/%d/ns/net' % self._cloud.processes[self._holder].pid]


def ready(path):
    """Whether a driver host there has its engine and its books in order."""
    try:
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(5)
            door.connect(str(path))
            door.sendall(b'GET /healthz/ready HTTP/1.0\r\n\r\n')
            return b' 200 ' in door.recv(1024)
    except OSError:
        return False
