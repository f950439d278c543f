"""A real OpenStack on this machine while the tests run: Debian's Keystone, Glance, Placement and Nova, with MariaDB and RabbitMQ.

Everything is in one new folder and on free loopback ports, and ends with the process that started it. Nova asks a network service for the ports of each
server that it shows, so one stands in that knows none.
"""

import os
import shutil
import subprocess
import sys
import threading

from keystoneauth1 import session
from keystoneauth1.identity import v3

import settings
from no_network import no_network
from processes import Processes, free_ports, listens, main_of
from settings import HERE, PASSWORD


class Cloud(Processes):
    def __init__(self):
        super().__init__()
        names = ('mysql', 'epmd', 'amqp', 'keystone', 'glance', 'placement', 'nova', 'network')
        self.ports = dict(zip(names, free_ports(len(names))))
        self.urls = {name: 'http://127.0.0.1:%d' % port for name, port in self.ports.items()}
        self.auth_url = self.urls['keystone'] + '/v3'
        self._network = None

    def start(self):
        for name in ('mysql', 'rabbitmq', 'images/store', 'images/staging', 'images/tasks', 'nova/lock', 'nova/instances', 'tmp'):
            (self.folder / name).mkdir(parents=True)
        settings.write(self)
        self._start_backends()
        self._make_schemas()
        environment = {'OS_KEYSTONE_CONFIG_FILES': self.etc('keystone.conf'), 'OS_PLACEMENT_CONFIG_DIR': str(self.folder / 'etc')}
        self.run(
            'keystone',
            [sys.executable, str(HERE / 'serve_wsgi.py'), self.ports['keystone'], 'keystone.server.wsgi', 'initialize_public_application'],
            environment,
        )
        self.run(
            'placement',
            [sys.executable, str(HERE / 'serve_wsgi.py'), self.ports['placement'], 'placement.wsgi', 'init_application'],
            environment,
        )
        self._network = no_network(self.ports['network'])
        self.wait('keystone', lambda: listens(self.ports['keystone']))
        self._make_users()
        self.service('glance', 'glance.cmd.api', ['glance-api.conf'])
        self.service('nova-api', 'nova.cmd.api', ['nova.conf'])
        self.service('nova-conductor', 'nova.cmd.conductor', ['nova.conf'])
        self.service('nova-scheduler', 'nova.cmd.scheduler', ['nova.conf'])
        for name in ('placement', 'glance'):
            self.wait(name, lambda name=name: listens(self.ports[name]))
        self.wait('nova-api', lambda: listens(self.ports['nova']))
        self.wait('nova-conductor', lambda: 'nova-conductor' in self.sql('select `binary` from nova.services'))

    def stop(self):
        for name in reversed(list(self.processes)):
            self.end(name)
        self.end_network()
        shutil.rmtree(self.folder)

    def end_network(self):
        """Ends the network service that stands in."""
        if self._network:
            self._network.shutdown()
            self._network.server_close()
            self._network = None

    def sql(self, text):
        return subprocess.run(
            ['mariadb', '--no-defaults', '-S', self.folder / 'mysqld.sock', '-u', 'root', '-N', '-e', text],
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def session(self, user, project):
        return session.Session(
            v3.Password(
                auth_url=self.auth_url,
                username=user,
                password=PASSWORD,
                project_name=project,
                user_domain_name='Default',
                project_domain_name='Default',
            )
        )

    # ---- what runs below ----

    def _start_backends(self):
        subprocess.run(
            [
                'mariadb-install-db',
                '--no-defaults',
                '--datadir=%s' % (self.folder / 'mysql'),
                '--user=root',
                '--skip-test-db',
                '--auth-root-authentication-method=normal',
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.run(
            'mysqld',
            [
                'mariadbd',
                '--no-defaults',
                '--user=root',
                '--datadir=%s' % (self.folder / 'mysql'),
                '--bind-address=127.0.0.1',
                '--port=%d' % self.ports['mysql'],
                '--socket=%s' % (self.folder / 'mysqld.sock'),
                '--skip-name-resolve',
                '--skip-log-bin',
                '--max-connections=500',
                '--innodb-flush-log-at-trx-commit=0',
                '--innodb-flush-method=nosync',
                '--innodb-doublewrite=0',
                '--character-set-server=utf8mb3',
                '--performance-schema=0',
            ],
        )
        self.run('epmd', ['epmd', '-address', '127.0.0.1', '-port', self.ports['epmd']])
        (self.folder / 'etc' / 'rabbitmq.conf').write_text(
            'listeners.tcp.1 = 127.0.0.1:%d\nlog.file = false\nlog.console = true\n' % self.ports['amqp']
        )
        self.run(
            'rabbitmq',
            ['/usr/lib/rabbitmq/bin/rabbitmq-server'],
            {
                'HOME': str(self.folder / 'rabbitmq'),
                'ERL_EPMD_ADDRESS': '127.0.0.1',
                'ERL_EPMD_PORT': str(self.ports['epmd']),
                'RABBITMQ_NODENAME': 'test%d@localhost' % os.getpid(),
                'RABBITMQ_CONFIG_FILE': self.etc('rabbitmq'),
                'RABBITMQ_CONF_ENV_FILE': '/dev/null',
                'RABBITMQ_MNESIA_BASE': str(self.folder / 'rabbitmq'),
                'RABBITMQ_LOG_BASE': str(self.folder / 'log'),
                'RABBITMQ_PLUGINS': '',
                'RABBITMQ_ENABLED_PLUGINS_FILE': str(self.folder / 'rabbitmq' / 'plugins'),
                'RABBITMQ_DIST_PORT': str(free_ports(1)[0]),
                'RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS': '-kernel inet_dist_use_interface {127,0,0,1}',
            },
        )
        self.wait('mysqld', lambda: listens(self.ports['mysql']))
        self.sql("create user test@'127.0.0.1' identified by '%s'" % PASSWORD)
        for name in ('keystone', 'glance', 'placement', 'nova_api', 'nova_cell0', 'nova'):
            self.sql("create database %s; grant all on %s.* to test@'127.0.0.1'" % (name, name))
        self.wait('rabbitmq', lambda: listens(self.ports['amqp']))

    def _make_schemas(self):
        keystone = ['keystone-manage', '--config-file', self.etc('keystone.conf')]
        nova = [*main_of('nova.cmd.manage'), '--config-file', self.etc('nova.conf')]
        glance = [*main_of('glance.cmd.manage'), '--config-file', self.etc('glance-api.conf')]
        chains = [
            [
                nova + ['api_db', 'sync'],
                nova + ['cell_v2', 'map_cell0', '--database_connection', settings.database(self, 'nova_cell0')],
                nova + ['db', 'sync'],
                nova + ['cell_v2', 'create_cell', '--name=cell1'],
            ],
            [
                keystone + ['db_sync'],
                keystone + ['fernet_setup', '--keystone-user', 'root', '--keystone-group', 'root'],
                keystone
                + [
                    'bootstrap',
                    '--bootstrap-password',
                    PASSWORD,
                    '--bootstrap-region-id',
                    'RegionOne',
                    '--bootstrap-public-url',
                    self.auth_url,
                    '--bootstrap-internal-url',
                    self.auth_url,
                ],
                ['placement-manage', '--config-file', self.etc('placement.conf'), 'db', 'sync'],
                glance + ['db_sync'],
            ],
        ]
        failures = []

        def follow(chain):
            for command in chain:
                done = subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True)
                if done.returncode:
                    failures.append('%s\n%s%s' % (command, done.stdout[-2000:], done.stderr[-2000:]))
                    return

        threads = [threading.Thread(target=follow, args=(chain,)) for chain in chains]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise RuntimeError('\n'.join(failures))

    def map_host(self, process, host):
        """Once a nova-compute has told of its node: from then on the scheduler knows it."""
        self.wait(process, lambda: host in self.sql('select host from nova.compute_nodes'))
        subprocess.run(
            [*main_of('nova.cmd.manage'), '--config-file', self.etc('nova.conf'), 'cell_v2', 'discover_hosts'], check=True, capture_output=True
        )

    # ---- who is there ----

    def _make_users(self):
        keystone = self.session('admin', 'admin')

        def make(collection, one, **fields):
            return keystone.post(self.auth_url + '/' + collection, json={one: fields}).json()[one]['id']

        roles = {role['name']: role['id'] for role in keystone.get(self.auth_url + '/roles').json()['roles']}
        if 'service' not in roles:
            roles['service'] = make('roles', 'role', name='service')
        projects = {name: make('projects', 'project', name=name, domain_id='default') for name in ('service', 'demo')}
        for name, project, given in [('demo', 'demo', ['member'])] + [
            (name, 'service', ['admin', 'service']) for name in ('glance', 'placement', 'nova', 'neutron', 'driver-host')
        ]:
            user = make('users', 'user', name=name, domain_id='default', password=PASSWORD)
            for role in given:
                keystone.put('%s/projects/%s/users/%s/roles/%s' % (self.auth_url, projects[project], user, roles[role]))
        for kind, url in (
            ('image', self.urls['glance']),
            ('placement', self.urls['placement']),
            ('compute', self.urls['nova'] + '/v2.1'),
            ('network', self.urls['network']),
        ):
            service = make('services', 'service', name=kind, type=kind)
            for interface in ('public', 'internal'):
                make('endpoints', 'endpoint', service_id=service, interface=interface, url=url, region_id='RegionOne')
