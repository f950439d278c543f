"""A real Neutron in the cloud: Debian's server, with its Linux bridge agent on a compute host of ours.

The agent writes bridges, iptables and ipsets, so that host's network is one of its own: its engine, driver host and agent are in it, and reach the cloud's
loopback ports through a relay. nova-compute needs none of that and stays outside.
"""

import shutil
import subprocess

from compute_host import PATH, ComputeHost, Network
from processes import listens, main_of
from settings import HERE, database, user
from stack import Person

NAME = 'compute-neutron'
PRIVSEP = ('privsep', 'privsep_dhcp_release', 'privsep_ovs_vsctl', 'privsep_namespace', 'privsep_conntrack', 'privsep_link')


class NeutronHost(ComputeHost):
    """Neutron, and the one compute host that it has an agent on."""

    def __init__(self, cloud):
        super().__init__(cloud, NAME, Network(cloud, NAME, [cloud.ports[name] for name in ('amqp', 'keystone', 'glance')]))

    def start(self):
        self.start_server()
        super().start()
        self.start_agent()

    def start_server(self):
        """In the place of the network service that knows none."""
        cloud = self.cloud
        cloud.sql("create database neutron; grant all on neutron.* to test@'127.0.0.1'")
        (self.folder / 'lock').mkdir(parents=True)
        self._write_configuration()
        done = subprocess.run(
            [*main_of('neutron.db.migration.cli'), '--config-file', cloud.etc('neutron.conf'), 'upgrade', 'heads'],
            capture_output=True,
            text=True,
            cwd=cloud.folder,
        )
        if done.returncode:
            raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
        cloud.end_network()
        cloud.service('neutron', 'neutron.cmd.eventlet.server', ['neutron.conf'])
        cloud.wait('neutron', lambda: listens(cloud.ports['network']))

    def start_agent(self):
        # It looks for interfaces in /sys, which shows the network of whoever mounted it.
        own_sys = 'mount -t sysfs none /sys && exec "$0" "$@"'
        agent = main_of('neutron.cmd.eventlet.plugins.linuxbridge_neutron_agent')
        self.cloud.run(
            'agent',
            [*self.network.inside(), 'unshare', '--mount', 'sh', '-c', own_sys, *agent, '--config-file', self.cloud.etc('neutron.conf'), '--config-file', self.cloud.etc('agent.conf')],
            {'PATH': '%s:%s' % (HERE / 'sbin', PATH['PATH'])},
        )
        self.cloud.wait('agent', lambda: NAME in self.cloud.sql('select host from neutron.agents'))

    def lose_power(self):
        """Everything of the host ends unasked; its links, its rules and all that is in /run are gone."""
        for name in self.processes():
            self.cloud.end(name, 'KILL')
        shutil.rmtree(self.folder / 'exec')
        (self.folder / 'docker.pid').unlink()

    def start_again(self):
        self.network.start()
        self.start_engine()
        self.start_driver_host()
        self.start_agent()
        self.start_compute()

    def processes(self):
        return [name for name in ('agent', *super().processes()) if name in self.cloud.processes]

    # ---- what is there ----

    def inside(self, server, *words):
        """A command in the server's container; its exit code and what it says."""
        done = subprocess.run(['docker', '-H', self.engine, 'exec', self.containers(server), *words], capture_output=True, text=True)
        return done.returncode, done.stdout

    def pings(self, server, address):
        """From the server's network, as root of the host: its own processes may not send such packets."""
        pid = self.docker('inspect', '-f', '{{.State.Pid}}', self.containers(server))
        return subprocess.run(['nsenter', '--net=/proc/%s/ns/net' % pid, 'busybox', 'ping', '-c', '1', '-W', '1', address], capture_output=True).returncode == 0

    def links(self):
        """The interfaces of the host that end in containers, and what is on its bridges."""
        return subprocess.run([*self.network.inside(), 'ip', '-o', 'link', 'show', 'type', 'veth'], check=True, capture_output=True, text=True).stdout

    def _write_configuration(self):
        cloud = self.cloud
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
                'database': {'connection': database(cloud, 'neutron')},
                'keystone_authtoken': user(cloud, 'neutron'),
                'nova': user(cloud, 'nova'),
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
