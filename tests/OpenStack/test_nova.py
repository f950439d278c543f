"""A real Nova makes, changes and removes containers through the driver, which the real driver host makes on the real engine.

What users do is done as demo, who is a member of a project and no more.
"""

import hashlib
import io
import json
import os
import pathlib
import socket
import subprocess
import sys
import tarfile
import time
import unittest

from cloud import Cloud, PASSWORD, REPOSITORY

PATIENCE = 60  # seconds
SCRIPT = 'if [ -e /mark ]; then cat /mark; else echo new; echo marked > /mark; fi; trap "exit 0" TERM; sleep 100000 & wait'


def setUpModule():
    global stack
    stack = Stack()
    unittest.addModuleCleanup(stack.stop)
    stack.start()


class Stack:
    """The cloud, one compute host of it, and the people."""

    def __init__(self):
        self.cloud = Cloud()
        self.data = self.cloud.folder / 'driver-host'

    def start(self):
        self.cloud.start()
        self.data.mkdir()
        (self.data / 'password').write_text(PASSWORD)
        self.start_driver_host()
        # Installed as an operator does it, but beside a Python of its own.
        subprocess.run([sys.executable, '-m', 'venv', '--without-pip', '--system-site-packages', self.cloud.folder / 'venv'], check=True)
        subprocess.run(
            [REPOSITORY / 'src/NovaDriver/install.sh', self.cloud.folder / 'venv/bin/python'], check=True, stdout=subprocess.DEVNULL
        )
        self.start_compute()
        self.cloud.map_host()
        self.admin = Person(self.cloud, 'admin', 'admin')
        self.demo = Person(self.cloud, 'demo', 'demo')
        self.flavor = self.admin.nova('post', '/flavors', {'flavor': {'name': 'tiny', 'ram': 64, 'vcpus': 1, 'disk': 1}})['flavor']['id']
        self.image = self.admin.upload('busybox', docker_archive(SCRIPT), visibility='public')
        self.admin.approve(self.image)

    def start_compute(self):
        self.cloud.service('nova-compute', 'nova.cmd.compute', 'nova.conf', self.cloud.folder / 'venv/bin/python')

    def start_driver_host(self):
        self.cloud.run(
            'driver-host',
            [
                'dotnet',
                REPOSITORY / 'artifacts/publish/Dashboard/release/Dashboard.dll',
                '--Roles:0',
                'driver-host',
                '--Data:Path',
                self.data,
                '--Keystone:AuthUrl',
                self.cloud.auth_url,
                '--DriverHost:PasswordFile',
                self.data / 'password',
                '--DriverHost:Region',
                'RegionOne',
            ],
        )
        self.cloud.wait('driver-host', lambda: ready(self.data / 'driver-host.sock'))

    def stop(self):
        if (self.data / 'host-id').exists():
            owner = (self.data / 'host-id').read_text().strip()
            for container in docker('ps', '-a', '-q', '--filter', 'label=openstack.owner=' + owner).split():
                docker('rm', '-f', container)
            for person in ('admin', 'demo'):
                for image in getattr(self, person).images() if hasattr(self, person) else []:
                    for reference in docker('images', '--format', '{{.Repository}}:{{.Tag}}', 'glance/' + image['id']).split():
                        docker('rmi', reference)
        self.cloud.stop()


class Person:
    """Calls Nova and Glance as one user of one project."""

    def __init__(self, cloud, user, project):
        self._session = cloud.session(user, project)
        self._nova = cloud.urls['nova'] + '/v2.1'
        self._glance = cloud.urls['glance'] + '/v2/images'
        self._placement = cloud.urls['placement']

    def nova(self, method, path, body=None):
        answer = getattr(self._session, method)(self._nova + path, json=body, headers={'OpenStack-API-Version': 'compute 2.87'})
        return answer.json() if answer.content else answer.headers

    def placement(self, path):
        return self._session.get(self._placement + path, headers={'OpenStack-API-Version': 'placement 1.36'}).json()

    def create(self, image, name='web', **fields):
        body = {'server': {'name': name, 'imageRef': image, 'flavorRef': stack.flavor, 'networks': 'none', **fields}}
        return self.nova('post', '/servers', body)['server']['id']

    def server(self, server):
        return self.nova('get', '/servers/' + server)['server']

    def act(self, server, action, **arguments):
        return self.nova('post', '/servers/%s/action' % server, {action: arguments or None})

    def console(self, server):
        return self.nova('post', '/servers/%s/action' % server, {'os-getConsoleOutput': {}})['output']

    def delete(self, server):
        self.nova('delete', '/servers/' + server)
        until(lambda: self._session.get(self._nova + '/servers/' + server, raise_exc=False).status_code == 404, lambda: self.server(server))

    def upload(self, name, content, container_format='docker', **fields):
        image = self._session.post(
            self._glance, json={'name': name, 'container_format': container_format, 'disk_format': 'raw', **fields}
        ).json()['id']
        self._session.put('%s/%s/file' % (self._glance, image), data=content, headers={'Content-Type': 'application/octet-stream'})
        return image

    def images(self):
        return self._session.get(self._glance).json()['images']

    def image(self, image):
        return self._session.get('%s/%s' % (self._glance, image)).json()

    def approve(self, image):
        self.patch(image, {'docker_approval': 'approved', 'docker_approval_sha512': self.image(image)['os_hash_value']})

    def patch(self, image, properties, raise_exc=True):
        changes = [{'op': 'add', 'path': '/' + name, 'value': value} for name, value in properties.items()]
        return self._session.patch(
            '%s/%s' % (self._glance, image),
            json=changes,
            raise_exc=raise_exc,
            headers={'Content-Type': 'application/openstack-images-v2.1-json-patch'},
        ).status_code

    def create_image_record(self, **fields):
        return self._session.post(self._glance, json=fields, raise_exc=False).status_code

    def activate(self, image, action):
        return self._session.post('%s/%s/actions/%s' % (self._glance, image, action), raise_exc=False).status_code


class NovaTests(unittest.TestCase):
    def setUp(self):
        self.demo, self.admin = stack.demo, stack.admin

    def boot(self, image=None, status='ACTIVE', script=None, **fields):
        if script:
            fields['metadata'] = {'docker:command': json.dumps(['sh', '-c', script])}
        server = self.demo.create(image or stack.image, **fields)
        self.addCleanup(self.demo.delete, server)
        self.reaches(server, status)
        return server

    def reaches(self, server, status):
        def there():
            now = self.demo.server(server)
            return now['status'] == status and now['OS-EXT-STS:task_state'] is None

        until(there, lambda: '%s\n%s' % (self.demo.server(server), stack.cloud.log('nova-compute')))

    def says(self, server, words):
        until(lambda: words in self.demo.console(server), lambda: 'it says: ' + self.demo.console(server))

    def fails(self, words, **fields):
        server = self.demo.create(**fields)
        self.addCleanup(self.demo.delete, server)
        until(lambda: self.demo.server(server)['status'] == 'ERROR', lambda: self.demo.server(server))
        self.assertIn(words, self.demo.server(server)['fault']['message'])
        self.assertEqual('', containers(server))

    def test_life_of_a_server(self):
        server = self.demo.create(stack.image)
        self.reaches(server, 'ACTIVE')
        self.assertEqual('running', state(server))
        self.says(server, 'new')

        for action, arguments, status, engine in [
            ('pause', {}, 'PAUSED', 'paused'),
            ('unpause', {}, 'ACTIVE', 'running'),
            ('reboot', {'type': 'SOFT'}, 'ACTIVE', 'running'),
            ('reboot', {'type': 'HARD'}, 'ACTIVE', 'running'),
            ('os-stop', {}, 'SHUTOFF', 'exited'),
            ('os-start', {}, 'ACTIVE', 'running'),
        ]:
            with self.subTest(action, **arguments):
                self.demo.act(server, action, **arguments)
                self.reaches(server, status)
                self.assertEqual(engine, state(server))
        # One line for each start after the first: two reboots and the start.
        until(lambda: self.demo.console(server).split() == ['new'] + ['marked'] * 3, lambda: self.demo.console(server))

        self.demo.delete(server)
        self.assertEqual('', containers(server))

    def test_snapshot_boots_with_what_was_changed(self):
        server = self.boot()
        self.says(server, 'new')

        snapshot = self.demo.act(server, 'createImage', name='copy')['image_id']
        until(lambda: self.demo.image(snapshot)['status'] == 'active', lambda: stack.cloud.log('nova-compute'))
        self.reaches(server, 'ACTIVE')

        image = self.demo.image(snapshot)
        self.assertEqual(
            ('docker', 'raw', 'managed', image['os_hash_value']),
            tuple(image[name] for name in ('container_format', 'disk_format', 'docker_approval', 'docker_approval_sha512')),
        )
        self.assertEqual((server, stack.image), (image['instance_uuid'], image['base_image_ref']))
        self.says(self.boot(snapshot), 'marked')

    def test_rebuild_begins_anew(self):
        server = self.boot()
        self.says(server, 'new')
        before = containers(server)

        self.demo.act(server, 'rebuild', imageRef=stack.image)
        until(lambda: containers(server) not in ('', before), lambda: stack.cloud.log('nova-compute'))
        self.reaches(server, 'ACTIVE')

        until(lambda: self.demo.console(server).split() == ['new'], lambda: self.demo.console(server))

    def test_process_that_ends_is_shutoff(self):
        self.boot(status='SHUTOFF', script='sleep 3; exit 3')

    def test_process_that_ends_at_once_is_shutoff(self):
        server = self.boot(status='SHUTOFF', script='echo gone; exit 0')

        self.says(server, 'gone')

    def test_environment_and_name_reach_the_process(self):
        server = self.boot(
            name='greeter',
            metadata={'env:GREETING': 'grüezi', 'docker:command': '["sh", "-c", "echo $GREETING from $(hostname); sleep 1000"]'},
        )

        self.says(server, 'from greeter')

    def test_image_that_waits_does_not_boot(self):
        self.fails("waits for an administrator's approval", image=self.demo.upload('waits', docker_archive('echo waits')))

    def test_image_of_a_virtual_machine_does_not_boot(self):
        self.fails('is bare, not docker', image=self.demo.upload('machine', b'x' * 512, container_format='bare'))

    def test_changed_approval_does_not_boot(self):
        image = self.demo.upload('other', docker_archive('echo other'))
        self.admin.patch(image, {'docker_approval': 'approved', 'docker_approval_sha512': '0' * 128})

        self.fails('is not what was approved', image=image)

    def test_only_administrators_approve(self):
        image = self.demo.upload('mine', docker_archive('echo mine'))

        self.assertEqual(403, self.demo.patch(image, {'docker_approval': 'approved'}, raise_exc=False))
        self.assertEqual(403, self.demo.patch(image, {'DOCKER_APPROVAL_SHA512': '0'}, raise_exc=False))
        self.assertEqual(
            403, self.demo.create_image_record(name='x', container_format='docker', disk_format='raw', docker_approval='approved')
        )
        self.assertEqual(200, self.demo.patch(image, {'color': 'blue'}))
        self.assertEqual(204, self.admin.activate(image, 'deactivate'))
        self.assertEqual(403, self.demo.activate(image, 'reactivate'))

    def test_placement_knows_what_the_host_has(self):
        provider = self.admin.placement('/resource_providers')['resource_providers'][0]['uuid']
        inventories = self.admin.placement('/resource_providers/%s/inventories' % provider)['inventories']
        traits = self.admin.placement('/resource_providers/%s/traits' % provider)['traits']
        host = json.loads(docker('info', '--format', '{{json .}}'))

        self.assertEqual((host['NCPU'], host['MemTotal'] >> 20), (inventories['VCPU']['total'], inventories['MEMORY_MB']['total']))
        self.assertIn('CUSTOM_DOCKER_HOST', traits)
        hypervisor = self.admin.nova('get', '/os-hypervisors/detail')['hypervisors'][0]
        self.assertEqual(('docker', 'up'), (hypervisor['hypervisor_type'], hypervisor['state']))

    def test_states_stay_while_the_driver_host_is_down(self):
        runs, ends = self.boot(), self.boot()
        stack.cloud.end('driver-host', 'KILL')

        self.demo.act(runs, 'os-stop')
        self.reaches(runs, 'ACTIVE')
        self.assertEqual('running', state(runs))
        docker('kill', containers(ends))
        self.reaches(ends, 'ACTIVE')

        stack.start_driver_host()
        self.reaches(ends, 'SHUTOFF')
        self.reaches(runs, 'ACTIVE')
        self.demo.act(runs, 'os-stop')
        self.reaches(runs, 'SHUTOFF')

    def test_states_stay_over_a_restart_of_nova_compute(self):
        server = self.boot()
        stack.cloud.end('nova-compute')
        docker('kill', containers(server))

        stack.start_compute()

        self.reaches(server, 'SHUTOFF')


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


def docker(*words):
    return subprocess.run(['docker', *words], check=True, capture_output=True, text=True).stdout.strip()


def containers(server):
    return docker('ps', '-a', '-q', '--filter', 'label=openstack.instance=' + server)


def state(server):
    return docker('inspect', '-f', '{{.State.Status}}', containers(server))


def until(holds, otherwise):
    end = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > end:
            raise AssertionError('It did not come to that: %s' % otherwise())
        time.sleep(0.3)


def docker_archive(script):
    """busybox as docker save packs it: one layer with the distribution's static busybox, whose sh runs the script."""
    busybox = pathlib.Path('/bin/busybox').read_bytes()
    layer = packed({'bin/busybox': busybox}, links={'bin/' + name: 'busybox' for name in ('sh', 'cat', 'sleep', 'hostname')})
    config = json.dumps(
        {
            'architecture': {'x86_64': 'amd64', 'aarch64': 'arm64'}[os.uname().machine],
            'os': 'linux',
            'config': {'Cmd': ['sh', '-c', script], 'Env': ['PATH=/bin']},
            'rootfs': {'type': 'layers', 'diff_ids': ['sha256:' + hashlib.sha256(layer).hexdigest()]},
        }
    ).encode()
    name = hashlib.sha256(config).hexdigest() + '.json'
    manifest = json.dumps([{'Config': name, 'RepoTags': ['test:latest'], 'Layers': ['layer.tar']}]).encode()
    return packed({name: config, 'layer.tar': layer, 'manifest.json': manifest})


def packed(files, links=None):
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode='w') as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            archive.addfile(entry, io.BytesIO(content))
        for name, link in (links or {}).items():
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = tarfile.SYMTYPE, link
            archive.addfile(entry)
    return target.getvalue()


if __name__ == '__main__':
    unittest.main()
