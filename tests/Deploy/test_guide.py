"""The operator's guide, as it is written, on two bare machines before a real OpenStack: a web host, and a compute host that ends as a host of the dashboard's."""

import json
import pathlib
import shutil
import subprocess
import sys
import unittest

from cloud import Cloud
from guide import NOVA, OPERATORS, REPOSITORY, adapted, commands
from machine import Machine, connect
from settings import PASSWORD, user
from stack import Person, docker_archive, until

HERE = pathlib.Path(__file__).resolve().parent
PLAYWRIGHT = REPOSITORY / 'artifacts/bin/EndToEnd/release/.playwright'
SCRIPT = 'i=0; while true; do i=$((i + 1)); echo line $i; sleep 1; done'
# As Nova's package brings it, but that a setting of the guide's is not overruled.
NOVA_COMPUTE = '''[Unit]
StartLimitIntervalSec=0

[Service]
User=nova
StateDirectory=nova
ExecStart=/usr/local/bin/nova-compute --config-file=/etc/nova/nova.conf
Restart=on-failure
RestartSec=2

[Install]
WantedBy=multi-user.target
'''
NOVA_PROGRAM = '''#!/usr/bin/python3
import sys
from nova.cmd.compute import main
sys.exit(main())
'''


class GuideTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.cloud = Cloud()
        cls.addClassCleanup(cls.cloud.stop)
        cls.cloud.start()
        cls.web, cls.compute = Machine(cls.cloud.folder, 'web-1'), Machine(cls.cloud.folder, 'compute-1')
        for machine in (cls.web, cls.compute):
            cls.addClassCleanup(machine.remove)
            cls.switch_on(machine)
        connect(cls.web, cls.compute)
        cls.admin, cls.demo = Person(cls.cloud, 'admin', 'admin'), Person(cls.cloud, 'demo', 'demo')
        cls.prepare_nova()
        # What the guide is tried from: that user is its own work.
        cls.openstack('openstack user delete driver-host')

    @classmethod
    def switch_on(cls, machine):
        machine.start()
        # The cloud is at loopback ports here; it is at the same ones there.
        ports = [cls.cloud.ports[name] for name in ('keystone', 'glance', 'nova', 'placement', 'network', 'amqp')]
        cls.cloud.run('relay-' + machine.name, machine.in_its_network(sys.executable, REPOSITORY / 'tests/OpenStack/relay.py', *ports))

    @classmethod
    def prepare_nova(cls):
        """A compute host as there are many: Docker, and a nova-compute that lacks a driver."""
        compute, cloud = cls.compute, cls.cloud
        cloud.write(
            'nova-compute-1.conf',
            {
                'DEFAULT': {
                    'host': 'compute-1',
                    'my_ip': '127.0.0.1',
                    'transport_url': 'rabbit://guest:guest@127.0.0.1:%d/' % cloud.ports['amqp'],
                    'state_path': '/var/lib/nova',
                    'heal_instance_info_cache_interval': -1,
                },
                'vnc': {'enabled': 'false'},
                'glance': {'api_servers': cloud.urls['glance']},
                'placement': user(cloud, 'placement'),
                'neutron': user(cloud, 'nova'),
                'service_user': {'send_service_user_token': 'true', **user(cloud, 'nova')},
                'oslo_concurrency': {'lock_path': '/var/lib/nova/lock'},
            },
        )
        compute.run('getent passwd nova || useradd --system --home-dir /var/lib/nova nova')
        compute.run('mkdir -p /etc/nova; cat > /etc/nova/nova.conf', given=pathlib.Path(cloud.etc('nova-compute-1.conf')).read_text())
        compute.run('cat > /usr/local/bin/nova-compute; chmod 755 /usr/local/bin/nova-compute', given=NOVA_PROGRAM)
        compute.run('cat > /etc/systemd/system/nova-compute.service', given=NOVA_COMPUTE)
        compute.run('systemctl enable --now docker')

    @classmethod
    def openstack(cls, script):
        cls.compute.run(
            script,
            OS_AUTH_URL=cls.cloud.auth_url,
            OS_USERNAME='admin',
            OS_PASSWORD=PASSWORD,
            OS_PROJECT_NAME='admin',
            OS_USER_DOMAIN_NAME='Default',
            OS_PROJECT_DOMAIN_NAME='Default',
            OS_IDENTITY_API_VERSION='3',
        )

    def test_web_host_and_compute_host_by_the_guide_and_after_a_loss_of_power(self):
        self.unpack_the_program()
        self.set_up_the_web_host()
        self.set_up_the_compute_host()
        server = self.boot()

        code = self.compute.run('cat /var/lib/dashboard-host/secrets/enrolment-code').strip()
        self.assertIn('Engine answers', self.browse('admin', 'add', 'compute-1.example.org:9520', code))
        self.assertRegex(self.browse('demo', 'log', server), r'line \d+')

        for machine in (self.web, self.compute):
            self.cloud.end('relay-' + machine.name)
            machine.stop()
            self.switch_on(machine)
        connect(self.web, self.compute)
        self.web.run(self.web_ready)
        until(lambda: self.demo.server(server)['status'] == 'SHUTOFF', lambda: self.demo.server(server))
        self.demo.act(server, 'os-start')
        until(lambda: self.demo.server(server)['status'] == 'ACTIVE', lambda: self.demo.server(server))
        self.assertRegex(self.browse('demo', 'log', server), r'line \d+')

    def unpack_the_program(self):
        build, unpack = commands(OPERATORS, 'The program')
        self.web.run(build, cwd=REPOSITORY)
        archive = '/root/dashboard.tar.gz'
        for machine in (self.web, self.compute):
            shutil.copy(self.web.take(str(REPOSITORY / 'dashboard.tar.gz')), self.cloud.folder / 'archive')
            with open(self.cloud.folder / 'archive', 'rb') as packed:
                subprocess.run(machine.inside('sh', '-c', 'cat > ' + archive), stdin=packed, check=True)
            machine.run(unpack)

    def set_up_the_web_host(self):
        copy, check, start, self.web_ready = self.split_last(commands(OPERATORS, 'A web host'))
        self.web.run(copy)
        self.edit(self.web, '/etc/dashboard/dashboard.env', {'https://keystone.example.org/v3': self.cloud.auth_url})
        self.web.run(check)
        self.web.run(start)
        self.web.run(self.web_ready)

    def set_up_the_compute_host(self):
        user, driver, conf, api, glance, _ = commands(NOVA, 'Install')
        # A prompt wants a terminal.
        self.openstack(adapted(user, {'--password-prompt': '--password ' + PASSWORD}))
        for block in (driver, conf, api, glance):
            self.compute.run(block, cwd='/opt/dashboard/NovaDriver')
        copy, check, start, _ = commands(OPERATORS, 'A compute host')
        self.compute.run(copy, given=PASSWORD + '\n')
        self.edit(self.compute, '/etc/dashboard/driver-host.env', {'https://keystone.example.org/v3': self.cloud.auth_url})
        self.compute.run(check)
        self.compute.run(start)
        self.compute.run('systemctl enable --now nova-compute')
        nodes = 'select host from nova.compute_nodes'
        until(lambda: 'compute-1' in self.cloud.sql(nodes), lambda: self.compute.journal('nova-compute') + self.compute.journal('driver-host'))
        self.cloud.map_host('nova-compute', 'compute-1')

    def boot(self):
        flavor = self.admin.nova('post', '/flavors', {'flavor': {'name': 'tiny', 'ram': 64, 'vcpus': 1, 'disk': 1}})['flavor']['id']
        self.demo.flavor = flavor
        image = self.admin.upload('busybox', docker_archive(SCRIPT), visibility='public')
        self.admin.approve(image)
        server = self.demo.create(image)
        until(lambda: self.demo.server(server)['status'] != 'BUILD', lambda: self.compute.journal('nova-compute'))
        self.assertEqual('ACTIVE', self.demo.server(server)['status'], self.demo.server(server).get('fault'))
        return server

    def browse(self, user, what, *words):
        """What a page shows at last, in a browser at the web host."""
        plan = json.dumps({'user': user, 'password': PASSWORD, 'what': what, 'words': words})
        command = [next(PLAYWRIGHT.glob('node/*/node')), HERE / 'browse.js', PLAYWRIGHT / 'package', plan]
        done = subprocess.run(self.web.in_its_network(*command), capture_output=True, text=True)
        self.assertEqual(0, done.returncode, done.stderr + self.web.journal('dashboard') + self.compute.journal('driver-host'))
        return done.stdout

    @staticmethod
    def edit(machine, path, changes):
        machine.run('cat > ' + path, given=adapted(machine.run('cat ' + path), changes))

    @staticmethod
    def split_last(blocks):
        copy, check, start = blocks
        first, last = start.strip().rsplit('\n', 1)
        return copy, check, first, last
