"""The cloud with one compute host, the real driver host and the real engine; and the people who use it."""

import hashlib
import io
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import time

from cloud import Cloud
from compute_host import ComputeHost
from settings import REPOSITORY

PATIENCE = 60  # seconds
SCRIPT = 'if [ -e /mark ]; then cat /mark; else echo new; echo marked > /mark; fi; trap "exit 0" TERM; sleep 100000 & wait'


class Stack:
    """The cloud, one compute host of it, and the people."""

    def __init__(self, host=ComputeHost):
        self.cloud = Cloud()
        self.host = host(self.cloud)

    def start(self):
        self.cloud.start()
        # Installed as an operator does it, but beside a Python of its own.
        subprocess.run([sys.executable, '-m', 'venv', '--without-pip', '--system-site-packages', self.cloud.folder / 'venv'], check=True)
        subprocess.run(
            [REPOSITORY / 'src/NovaDriver/install.sh', self.cloud.folder / 'venv/bin/python'], check=True, stdout=subprocess.DEVNULL
        )
        self.host.start()
        self.admin = Person(self.cloud, 'admin', 'admin')
        self.demo = Person(self.cloud, 'demo', 'demo')
        self.flavor = self.admin.nova('post', '/flavors', {'flavor': {'name': 'tiny', 'ram': 64, 'vcpus': 1, 'disk': 1}})['flavor']['id']
        self.admin.flavor = self.demo.flavor = self.flavor
        self.image = self.admin.upload('busybox', docker_archive(SCRIPT), visibility='public')
        self.admin.approve(self.image)

    def stop(self):
        self.host.stop()
        # The machine's engine keeps them.
        for person in () if self.host.network else ('admin', 'demo'):
            for image in getattr(self, person).images() if hasattr(self, person) else []:
                for reference in self.host.docker('images', '--format', '{{.Repository}}:{{.Tag}}', 'glance/' + image['id']).split():
                    self.host.docker('rmi', reference)
        self.cloud.stop()


class Person:
    """Calls Nova and Glance as one user of one project."""

    def __init__(self, cloud, user, project):
        self._session = cloud.session(user, project)
        self._nova = cloud.urls['nova'] + '/v2.1'
        self._glance = cloud.urls['glance'] + '/v2/images'
        self._placement = cloud.urls['placement']
        self.flavor = None

    def nova(self, method, path, body=None):
        answer = getattr(self._session, method)(self._nova + path, json=body, headers={'OpenStack-API-Version': 'compute 2.87'})
        return answer.json() if answer.content else answer.headers

    def placement(self, path):
        return self._session.get(self._placement + path, headers={'OpenStack-API-Version': 'placement 1.36'}).json()

    def disable(self, host, reason):
        self._service(host, {'status': 'disabled', 'disabled_reason': reason})

    def enable(self, host):
        self._service(host, {'status': 'enabled'})

    def _service(self, host, change):
        services = self.nova('get', '/os-services?binary=nova-compute')['services']
        self.nova('put', '/os-services/' + next(service['id'] for service in services if service['host'] == host), change)

    def create(self, image, name='web', **fields):
        body = {'server': {'name': name, 'imageRef': image, 'flavorRef': self.flavor, 'networks': 'none', **fields}}
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
