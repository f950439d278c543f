"""The container image, made and run as the operator's guide says: its pages answer, and what is in its folder outlives it."""

import html
import http.cookiejar
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import urllib.parse
import urllib.request
import uuid

from base_image import Registry
from guide import OPERATORS, REPOSITORY, adapted, commands

PATIENCE = 60  # seconds
USER = 1654


class ImageTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix='image-'))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        # A name of a folder may end in a way that no image's may.
        cls.name = 'image-%s' % uuid.uuid4().hex[:12]
        registry = Registry(cls.folder / 'registry')
        cls.addClassCleanup(registry.stop)
        base = registry.give_base()
        cls.publish, cls.start = commands(OPERATORS, 'A web host in a container')
        # What was built already is taken as it is, into an image that is this test's.
        there = ' --no-build -p:PublishDir=%s/ -p:ContainerRepository=%s -p:ContainerBaseImage=%s' % (cls.folder / 'published', cls.name, base)
        run(cls.publish.rstrip() + there)
        cls.addClassCleanup(run, 'docker rmi ' + cls.name)

    def setUp(self):
        self.data = self.folder / self.id().split('.')[-1]
        with socket.create_server(('127.0.0.1', 0)) as free:
            self.url = 'http://127.0.0.1:%d' % free.getsockname()[1]
        self.cookies = http.cookiejar.CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def test_pages_answer_and_the_data_outlives_the_container(self):
        self.run_container()
        self.assertTrue('Sign in' in self.page('/sign-in'))
        self.assertEqual('alive\n', self.page('/healthz/live'))
        self.assertEqual(str(USER), re.search(r'^Uid:\s+(\d+)', self.status(), re.MULTILINE)[1])
        self.assertEqual('0000000000000000', re.search(r'^CapEff:\s+(\w+)', self.status(), re.MULTILINE)[1])
        self.assertNotIn('HTTP_PORTS', run('docker logs %s 2>&1' % self.name))
        self.sign_in()
        self.assertTrue('Account of admin' in self.page('/instances'))

        run('docker rm -f ' + self.name)
        self.run_container()

        self.assertTrue('Account of admin' in self.page('/instances'))
        self.assertTrue((self.data / 'secrets/admin.password').is_file())

    def test_a_folder_of_somebody_else_is_refused_in_words(self):
        self.data.mkdir(mode=0o700)
        self.addCleanup(run, 'docker rm -f ' + self.name)

        run(self.adapted().split('\n', 1)[1])

        self.assertEqual('2', run('docker wait ' + self.name).strip())
        self.assertIn('The data folder /var/lib/dashboard can\'t be written', run('docker logs %s 2>&1' % self.name))

    def run_container(self):
        run(self.adapted())
        self.addCleanup(subprocess.run, ['docker', 'rm', '-f', self.name], capture_output=True)
        end = time.monotonic() + PATIENCE
        while 'Ready.' not in run('docker logs %s 2>&1' % self.name):
            if time.monotonic() > end or 'true' not in run('docker inspect -f {{.State.Running}} ' + self.name):
                raise AssertionError(run('docker logs %s 2>&1' % self.name))
            time.sleep(0.1)
        self.assertEqual('ready\n', self.page('/healthz/ready'))

    def adapted(self):
        """As the guide says, with a folder, a port and a name of this test's, and with the embedded cloud in place of a Keystone elsewhere."""
        return adapted(
            self.start,
            {
                ' /var/lib/dashboard\n': ' %s\n' % self.data,
                '-v /var/lib/dashboard:': '-v %s:' % self.data,
                '127.0.0.1:8080': self.url.removeprefix('http://'),
                '--name dashboard': '--name ' + self.name,
                '--restart unless-stopped': '--restart no',
                '-e Keystone__AuthUrl=https://keystone.example.org/v3': '-e Roles__1=cloud',
                ' dashboard\n': ' %s\n' % self.name,
            },
        )

    def page(self, path):
        with self.browser.open(self.url + path) as answer:
            self.assertEqual(self.url + path, answer.geturl())
            return answer.read().decode()

    def sign_in(self):
        form = self.page('/sign-in')
        fields = {}
        for tag in re.findall('<input[^>]*>', form):
            known = dict(re.findall(r'([\w.-]+)="([^"]*)"', tag))
            if 'name' in known:
                fields[known['name']] = html.unescape(known.get('value', ''))
        for name in fields:
            if name.lower().endswith('username'):
                fields[name] = 'admin'
            elif name.lower().endswith('password'):
                fields[name] = (self.data / 'secrets/admin.password').read_text().strip()
        with self.browser.open(urllib.request.Request(self.url + '/sign-in', urllib.parse.urlencode(fields).encode(), {'Origin': self.url})) as answer:
            self.assertNotIn('/sign-in', answer.geturl())

    def status(self):
        return pathlib.Path('/proc', run('docker inspect -f {{.State.Pid}} ' + self.name).strip(), 'status').read_text()


def run(script):
    environment = {**os.environ, 'DOTNET_CLI_TELEMETRY_OPTOUT': '1', 'DOTNET_NOLOGO': '1'}
    done = subprocess.run(['bash', '-eu', '-c', script], cwd=REPOSITORY, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise AssertionError('%s\nends with %d:\n%s%s' % (script, done.returncode, done.stdout[-4000:], done.stderr[-4000:]))
    return done.stdout
