"""A second compute host on this machine: a Docker engine in a network of its own, its driver host with a door for dashboards, and its nova-compute."""

import os
import shutil
import subprocess

from cloud import PASSWORD, REPOSITORY, free_ports
from stack import ready

NAME = 'compute-2'


class SecondHost:
    def __init__(self, stack):
        self._cloud, self._stack = stack.cloud, stack
        self.folder = self._cloud.folder / NAME
        # Sockets have short names only, and the folder of a test may have a long one.
        self.engine = self.folder / 'docker.sock'
        self.data = self.folder / 'driver-host'
        (port,) = free_ports(1)
        self.url = 'https://127.0.0.1:%d' % port

    def start(self):
        self.data.mkdir(parents=True)
        (self.data / 'password').write_text(PASSWORD)
        self._start_engine()
        self.start_driver_host()
        self._cloud.write(
            'nova-%s.conf' % NAME,
            {
                'DEFAULT': {'host': NAME, 'state_path': self.folder / 'nova'},
                'oslo_concurrency': {'lock_path': self.folder / 'nova/lock'},
                'docker': {'url': 'unix://%s' % (self.data / 'driver-host.sock')},
            },
        )
        self._cloud.service('nova-' + NAME, 'nova.cmd.compute', ['nova.conf', 'nova-%s.conf' % NAME], self._cloud.folder / 'venv/bin/python')
        self._cloud.map_host('nova-' + NAME, NAME)

    def start_driver_host(self):
        self._cloud.run(
            'driver-host-' + NAME,
            [
                'dotnet',
                REPOSITORY / 'artifacts/publish/Dashboard/release/Dashboard.dll',
                '--Roles:0',
                'driver-host',
                '--Data:Path',
                self.data,
                '--Docker:Endpoint',
                'unix://%s' % self.engine,
                '--Keystone:AuthUrl',
                self._cloud.auth_url,
                '--DriverHost:PasswordFile',
                self.data / 'password',
                '--DriverHost:Region',
                'RegionOne',
                '--DriverHost:ComputeHost',
                NAME,
                '--DriverHost:ListenUrl',
                self.url,
            ],
        )
        self._cloud.wait('driver-host-' + NAME, lambda: ready(self.data / 'driver-host.sock'))

    def docker(self, *words):
        return subprocess.run(['docker', '-H', 'unix://%s' % self.engine, *words], check=True, capture_output=True, text=True).stdout.strip()

    def containers(self, server):
        return self.docker('ps', '-a', '-q', '--filter', 'label=openstack.instance=' + server)

    def stop(self):
        """Before the cloud: its containers would outlive its engine."""
        for name in ('nova-' + NAME, 'driver-host-' + NAME):
            if name in self._cloud.processes:
                self._cloud.end(name)
        if 'dockerd-' + NAME in self._cloud.processes:
            for container in self.docker('ps', '-a', '-q').split():
                self.docker('rm', '-f', container)
            self._cloud.end('dockerd-' + NAME)
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def _start_engine(self):
        words = [
            'dockerd',
            '--host=unix://%s' % self.engine,
            '--data-root=%s' % (self.folder / 'docker'),
            '--exec-root=%s' % (self.folder / 'exec'),
            '--pidfile=%s' % (self.folder / 'docker.pid'),
            # Where the machine has a containerd, two engines share it.
            '--containerd-namespace=' + NAME,
            '--containerd-plugins-namespace=plugins.' + NAME,
        ]
        self._cloud.run('dockerd-' + NAME, ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec ' + ' '.join(words)], {'PATH': os.environ['PATH'] + ':/usr/sbin:/sbin'})
        self._cloud.wait('dockerd-' + NAME, self._answers)

    def _answers(self):
        return subprocess.run(['docker', '-H', 'unix://%s' % self.engine, 'version'], capture_output=True).returncode == 0
