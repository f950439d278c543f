"""A real OpenStack on this machine while the tests run: Debian's Keystone, Glance, Placement and Nova, with MariaDB and RabbitMQ.

Everything is in one new folder and on free loopback ports, and ends with the process that started it. Nova asks a network service for the ports of each
server that it shows, so one stands in that knows none.
"""

import http.server
import json
import os
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

from keystoneauth1 import session
from keystoneauth1.identity import v3

HERE = pathlib.Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
PASSWORD = 'secret'
PATIENCE = 120  # seconds


class Cloud:
    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix='openstack-'))
        names = ('mysql', 'epmd', 'amqp', 'keystone', 'glance', 'placement', 'nova', 'network')
        self.ports = dict(zip(names, free_ports(len(names))))
        self.urls = {name: 'http://127.0.0.1:%d' % port for name, port in self.ports.items()}
        self.auth_url = self.urls['keystone'] + '/v3'
        self.processes = {}
        self._network = None

    # ---- processes ----

    def start(self):
        for name in (
            'etc/policy.d',
            'log',
            'mysql',
            'rabbitmq',
            'images/store',
            'images/staging',
            'images/tasks',
            'nova/lock',
            'nova/instances',
            'tmp',
        ):
            (self.folder / name).mkdir(parents=True)
        self._write_configuration()
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
        self.run(
            name,
            [
                python,
                '-c',
                'import sys; sys.argv[0] = %r; from %s import main; sys.exit(main())' % (name, module),
                *(word for file in configurations for word in ('--config-file', self.etc(file))),
            ],
        )

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
        nova = [
            sys.executable,
            '-c',
            'import sys; from nova.cmd.manage import main; sys.exit(main())',
            '--config-file',
            self.etc('nova.conf'),
        ]
        glance = [
            sys.executable,
            '-c',
            'import sys; from glance.cmd.manage import main; sys.exit(main())',
            '--config-file',
            self.etc('glance-api.conf'),
        ]
        chains = [
            [
                nova + ['api_db', 'sync'],
                nova + ['cell_v2', 'map_cell0', '--database_connection', self.database('nova_cell0')],
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

    def map_host(self, process='nova-compute', host='localhost'):
        """Once a nova-compute has told of its node: from then on the scheduler knows it."""
        self.wait(process, lambda: host in self.sql('select host from nova.compute_nodes'))
        subprocess.run(
            [
                sys.executable,
                '-c',
                'import sys; from nova.cmd.manage import main; sys.exit(main())',
                '--config-file',
                self.etc('nova.conf'),
                'cell_v2',
                'discover_hosts',
            ],
            check=True,
            capture_output=True,
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

    # ---- what they are told ----

    def database(self, name):
        return 'mysql+pymysql://test:%s@127.0.0.1:%d/%s' % (PASSWORD, self.ports['mysql'], name)

    def user(self, name):
        return {
            'auth_type': 'password',
            'auth_url': self.auth_url,
            'username': name,
            'password': PASSWORD,
            'project_name': 'service',
            'user_domain_name': 'Default',
            'project_domain_name': 'Default',
            'region_name': 'RegionOne',
        }

    def _write_configuration(self):
        policy = {'policy_dirs': self.etc('policy.d')}
        shutil.copy(REPOSITORY / 'src/NovaDriver/glance/docker-approval.yaml', self.etc('policy.d'))
        self.write(
            'keystone.conf',
            {
                'database': {'connection': self.database('keystone')},
                'fernet_tokens': {'key_repository': self.folder / 'keystone-keys'},
                'credential': {'key_repository': self.folder / 'keystone-keys'},
                # Tempest makes some hundred users, and each of them signs in: a good hash would be most of its time.
                'identity': {'password_hash_rounds': 4},
            },
        )
        self.write(
            'placement.conf',
            {
                'placement_database': {'connection': self.database('placement')},
                'api': {'auth_strategy': 'keystone'},
                'keystone_authtoken': self.user('placement'),
            },
        )
        self.write(
            'glance-api.conf',
            {
                'DEFAULT': {
                    'bind_host': '127.0.0.1',
                    'bind_port': self.ports['glance'],
                    'workers': 1,
                    'enabled_backends': 'file:file',
                    'property_protection_file': REPOSITORY / 'src/NovaDriver/glance/property-protections.conf',
                },
                'database': {'connection': self.database('glance')},
                'glance_store': {'default_backend': 'file'},
                'file': {'filesystem_store_datadir': self.folder / 'images/store'},
                'os_glance_staging_store': {'filesystem_store_datadir': self.folder / 'images/staging'},
                'os_glance_tasks_store': {'filesystem_store_datadir': self.folder / 'images/tasks'},
                'paste_deploy': {'flavor': 'keystone', 'config_file': self.etc('glance-paste.ini')},
                'oslo_policy': policy,
                'oslo_concurrency': {'lock_path': self.folder / 'tmp'},
                'keystone_authtoken': self.user('glance'),
            },
            'glance/docker-api.conf',
        )
        self.write(
            'nova.conf',
            {
                'DEFAULT': {
                    'my_ip': '127.0.0.1',
                    'host': 'localhost',
                    'transport_url': 'rabbit://guest:guest@127.0.0.1:%d/' % self.ports['amqp'],
                    'state_path': self.folder / 'nova',
                    'enabled_apis': 'osapi_compute',
                    'osapi_compute_listen': '127.0.0.1',
                    'osapi_compute_listen_port': self.ports['nova'],
                    'osapi_compute_workers': 1,
                    'heal_instance_info_cache_interval': -1,
                    'shutdown_timeout': 10,
                },
                'api_database': {'connection': self.database('nova_api')},
                'database': {'connection': self.database('nova')},
                'wsgi': {'api_paste_config': self.etc('nova-paste.ini')},
                'quota': {'instances': 50, 'cores': 50},
                'conductor': {'workers': 1},
                'scheduler': {'workers': 1},
                'vnc': {'enabled': 'false'},
                'glance': {'api_servers': self.urls['glance']},
                'placement': self.user('placement'),
                'neutron': self.user('nova'),
                'service_user': {'send_service_user_token': 'true', **self.user('nova')},
                'oslo_concurrency': {'lock_path': self.folder / 'nova/lock'},
                'docker': {'url': 'unix://%s' % (self.folder / 'driver-host/driver-host.sock')},
                'keystone_authtoken': self.user('nova'),
            },
            'nova/docker-compute.conf',
            'nova/docker-api.conf',
        )
        for name in ('nova-paste.ini', 'glance-paste.ini'):
            shutil.copy(HERE / name, self.etc(name))

    def write(self, name, sections, *samples):
        """The samples are the product's own; what is said after them wins."""
        pathlib.Path(self.etc(name)).write_text(
            ''.join((REPOSITORY / 'src/NovaDriver' / sample).read_text() + '\n' for sample in samples)
            + ''.join(
                '[%s]\n%s\n' % (section, ''.join('%s = %s\n' % pair for pair in options.items())) for section, options in sections.items()
            )
        )


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


def no_network(port):
    """Answers every list of ports, networks and groups with an empty one, and sets no limits; knows none of them by name."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'

        def do_GET(self):
            parts = self.path.split('?')[0].strip('/').split('/')
            if len(parts) < 2:
                self.answer(200, {'versions': [{'id': 'v2.0', 'status': 'CURRENT', 'links': []}]})
            elif len(parts) == 2:
                self.answer(200, {parts[1].replace('-', '_'): []})
            elif parts[1] == 'quotas':
                self.answer(200, {'quota': {name: -1 for name in ('network', 'subnet', 'port', 'floatingip', 'security_group')}})
            else:
                self.refuse()

        def refuse(self):
            self.rfile.read(int(self.headers.get('Content-Length', 0)))
            self.answer(404, {'NeutronError': {'type': 'NotFound', 'message': 'No network service here.', 'detail': ''}})

        do_POST = do_PUT = do_DELETE = refuse

        def answer(self, status, content):
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header('Content-Type', 'application/json')
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(('127.0.0.1', port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
