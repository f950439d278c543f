"""A real Neutron in the cloud: Debian's server, with its Linux bridge agent on a compute host of ours.

The agent writes bridges, iptables and ipsets, so that host's network is one of its own: its engine, driver host and agent are in it, and reach the cloud's
loopback ports through a relay. nova-compute needs none of that and stays outside.
"""

import pathlib
import shutil
import subprocess
import sys

from cloud import HERE, PASSWORD, REPOSITORY, free_ports, listens
from stack import Person, ready

NAME = 'compute-neutron'
PRIVSEP = ('privsep', 'privsep_dhcp_release', 'privsep_ovs_vsctl', 'privsep_namespace', 'privsep_conntrack', 'privsep_link')


class NeutronHost:
    """Neutron, and the one compute host that it has an agent on."""

    def __init__(self, stack):
        self._stack, self._cloud = stack, stack.cloud
        self.folder = self._cloud.folder / NAME
        # Sockets have short names only, and the folder of a test may have a long one.
        self.engine = self.folder / 'docker.sock'
        self.data = self.folder / 'driver-host'
        self._links = None

    # ---- Neutron itself ----

    def start_server(self):
        """In the place of the network service that knows none."""
        cloud = self._cloud
        cloud.sql("create database neutron; grant all on neutron.* to test@'127.0.0.1'")
        (self.folder / 'lock').mkdir(parents=True)
        self._write_configuration()
        done = subprocess.run(
            [*self._python('neutron.db.migration.cli'), '--config-file', cloud.etc('neutron.conf'), 'upgrade', 'heads'],
            capture_output=True,
            text=True,
            cwd=cloud.folder,
        )
        if done.returncode:
            raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
        cloud.end_network()
        cloud.service('neutron', 'neutron.cmd.eventlet.server', ['neutron.conf'])
        cloud.wait('neutron', lambda: listens(cloud.ports['network']))

    # ---- the compute host ----

    def start(self):
        self.start_server()
        self._start_network()
        self.start_engine()
        self.data.mkdir()
        (self.data / 'password').write_text(PASSWORD)
        self.start_driver_host()
        self.start_agent()
        self._cloud.write(
            'nova-%s.conf' % NAME,
            {
                'DEFAULT': {'host': NAME, 'state_path': self.folder / 'nova', 'vif_plugging_timeout': 60},
                'oslo_concurrency': {'lock_path': self.folder / 'nova/lock'},
                'docker': {'url': 'unix://%s' % (self.data / 'driver-host.sock')},
            },
        )
        self.start_compute()
        self._cloud.map_host('nova-' + NAME, NAME)
        self.admin, self.demo = Networks(self._stack, 'admin'), Networks(self._stack, 'demo')

    def start_engine(self):
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
        self._cloud.run('dockerd-' + NAME, [*self._inside(), *words], {'PATH': '/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin'})
        self._cloud.wait('dockerd-' + NAME, lambda: subprocess.run(['docker', '-H', 'unix://%s' % self.engine, 'version'], capture_output=True).returncode == 0)

    def stop_engine(self):
        self._cloud.end('dockerd-' + NAME)

    def kill_engine(self):
        self._cloud.end('dockerd-' + NAME, 'KILL')
        # Its containerd went with it, and what that left would be taken for one that runs.
        for left in (self.folder / 'exec/containerd').glob('containerd.*'):
            left.unlink()
        (self.folder / 'docker.pid').unlink()

    def start_driver_host(self):
        self._cloud.run(
            'driver-host-' + NAME,
            [
                *self._inside(),
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
            ],
        )
        self._cloud.wait('driver-host-' + NAME, lambda: ready(self.data / 'driver-host.sock'))

    def start_agent(self):
        # It looks for interfaces in /sys, which shows the network of whoever mounted it.
        own_sys = 'mount -t sysfs none /sys && exec "$0" "$@"'
        agent = self._python('neutron.cmd.eventlet.plugins.linuxbridge_neutron_agent')
        self._cloud.run(
            'agent',
            [*self._inside(), 'unshare', '--mount', 'sh', '-c', own_sys, *agent, '--config-file', self._cloud.etc('neutron.conf'), '--config-file', self._cloud.etc('agent.conf')],
            {'PATH': '/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin'},
        )
        self._cloud.wait('agent', lambda: NAME in self._cloud.sql('select host from neutron.agents'))

    def lose_power(self):
        """Everything of the host ends unasked; its links, its rules and all that is in /run are gone."""
        for name in self._processes():
            self._cloud.end(name, 'KILL')
        shutil.rmtree(self.folder / 'exec')
        (self.folder / 'docker.pid').unlink()

    def start_again(self):
        self._start_network()
        self.start_engine()
        self.start_driver_host()
        self.start_agent()
        self.start_compute()

    def start_compute(self):
        self._cloud.service('nova-' + NAME, 'nova.cmd.compute', ['nova.conf', 'nova-%s.conf' % NAME], self._cloud.folder / 'venv/bin/python')

    def stop(self):
        """Before the cloud: its containers would outlive its engine."""
        if 'dockerd-' + NAME in self._cloud.processes:
            for container in self.docker('ps', '-a', '-q').split():
                self.docker('rm', '-f', container)
        for name in self._processes():
            self._cloud.end(name)
        # What an engine that was killed had mounted.
        for line in reversed(pathlib.Path('/proc/mounts').read_text().splitlines()):
            if line.split()[1].startswith(str(self.folder)):
                subprocess.run(['umount', '-l', line.split()[1]], check=True)
        if self.folder.exists():
            shutil.rmtree(self.folder)

    # ---- what is there ----

    def docker(self, *words):
        return subprocess.run(['docker', '-H', 'unix://%s' % self.engine, *words], check=True, capture_output=True, text=True).stdout.strip()

    def containers(self, server):
        return self.docker('ps', '-a', '-q', '--filter', 'label=openstack.instance=' + server)

    def inside(self, server, *words):
        """A command in the server's container; its exit code and what it says."""
        done = subprocess.run(['docker', '-H', 'unix://%s' % self.engine, 'exec', self.containers(server), *words], capture_output=True, text=True)
        return done.returncode, done.stdout

    def pings(self, server, address):
        """From the server's network, as root of the host: its own processes may not send such packets."""
        pid = self.docker('inspect', '-f', '{{.State.Pid}}', self.containers(server))
        return subprocess.run(['nsenter', '--net=/proc/%s/ns/net' % pid, 'busybox', 'ping', '-c', '1', '-W', '1', address], capture_output=True).returncode == 0

    def links(self):
        """The interfaces of the host that end in containers, and what is on its bridges."""
        return subprocess.run([*self._inside(), 'ip', '-o', 'link', 'show', 'type', 'veth'], check=True, capture_output=True, text=True).stdout

    def _start_network(self):
        # It lasts as long as this process does.
        self._cloud.run('network-' + NAME, ['unshare', '--net', 'sh', '-c', 'ip link set lo up && exec sleep infinity'])
        self._cloud.wait('network-' + NAME, lambda: 'UP' in subprocess.run([*self._inside(), 'ip', '-o', 'link', 'show', 'lo'], capture_output=True, text=True).stdout)
        ports = [self._cloud.ports[name] for name in ('amqp', 'keystone', 'glance')]
        self._cloud.run('relay', [*self._inside(), sys.executable, HERE / 'relay.py', *ports])

    def _processes(self):
        """Those that run, the last one first."""
        names = ('nova-' + NAME, 'agent', 'driver-host-' + NAME, 'dockerd-' + NAME, 'relay', 'network-' + NAME)
        return [name for name in names if name in self._cloud.processes]

    def _inside(self):
        return ['nsenter', '--net=/proc/%d/ns/net' % self._cloud.processes['network-' + NAME].pid]

    @staticmethod
    def _python(module):
        return [sys.executable, '-c', 'import sys; sys.argv[0] = %r; from %s import main; sys.exit(main())' % (module, module)]

    def _write_configuration(self):
        cloud = self._cloud
        cloud.write(
            'neutron.conf',
            {
                'DEFAULT': {
                    'bind_host': '127.0.0.1',
                    'bind_port': cloud.ports['network'],
                    'host': NAME,
                    'core_plugin': 'ml2',
                    'service_plugins': '',
                    'transport_url': 'rabbit://guest:guest@127.0.0.1:%d/' % cloud.ports['amqp'],
                    'api_workers': 1,
                    'rpc_workers': 1,
                    'state_path': self.folder / 'neutron',
                    'api_paste_config': HERE / 'neutron-paste.ini',
                },
                'experimental': {'linuxbridge': 'true'},
                'database': {'connection': cloud.database('neutron')},
                'keystone_authtoken': cloud.user('neutron'),
                'nova': cloud.user('nova'),
                'oslo_concurrency': {'lock_path': self.folder / 'lock'},
                'oslo_policy': {'policy_dirs': cloud.etc('policy.d')},
                'ml2': {
                    'type_drivers': 'local,flat,vlan',
                    'tenant_network_types': 'local',
                    'mechanism_drivers': 'linuxbridge',
                    'extension_drivers': 'port_security',
                },
                'securitygroup': {'enable_security_group': 'true'},
            },
        )
        cloud.write(
            'agent.conf',
            {
                'vxlan': {'enable_vxlan': 'false'},
                'agent': {'root_helper': 'env', 'polling_interval': 1},
                'securitygroup': {'firewall_driver': 'iptables', 'enable_security_group': 'true', 'enable_ipset': 'true'},
                **{section: {'helper_command': 'privsep-helper'} for section in PRIVSEP},
            },
        )


class Networks(Person):
    """A person who also calls Neutron."""

    def __init__(self, stack, name):
        super().__init__(stack.cloud, name, name)
        self._network = stack.cloud.urls['network'] + '/v2.0'
        self.flavor = stack.flavor

    def neutron(self, method, path, body=None):
        answer = getattr(self._session, method)(self._network + path, json=body)
        return answer.json() if answer.content else None

    def make(self, collection, **fields):
        """A network, subnet, port, security group or rule; what Neutron has made of it."""
        one = collection.rstrip('s').replace('-', '_')
        return self.neutron('post', '/' + collection, {one: fields})[one]

    def ports(self, server):
        return self.neutron('get', '/ports?device_id=' + server)['ports']
