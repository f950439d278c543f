"""Debian's Horizon before the cloud of the tests, as an operator runs it: uwsgi with two processes, memcached, files compressed beforehand."""

import shutil

from processes import free_ports, listens

SETTINGS = """
from openstack_dashboard.settings import *
DEBUG = False
ALLOWED_HOSTS = ['127.0.0.1']
SECRET_KEY = 'tests'
OPENSTACK_HOST = '127.0.0.1'
OPENSTACK_KEYSTONE_URL = '%s'
OPENSTACK_API_VERSIONS = {'identity': 3, 'image': 2, 'compute': 2}
CACHES = {'default': {'BACKEND': 'django.core.cache.backends.memcached.PyMemcacheCache', 'LOCATION': '127.0.0.1:%d'}}
"""
WSGI = """
import os
os.environ['DJANGO_SETTINGS_MODULE'] = 'horizon_settings'
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""


class Horizon:
    def __init__(self, cloud):
        self._cloud = cloud
        self._port, self._memory = free_ports(2)
        self.url = 'http://127.0.0.1:%d' % self._port

    def start(self):
        folder = self._cloud.folder / 'horizon'
        folder.mkdir()
        (folder / 'horizon_settings.py').write_text(SETTINGS % (self._cloud.auth_url, self._memory))
        (folder / 'horizon_wsgi.py').write_text(WSGI)
        self._cloud.run('memcached', ['memcached', '-u', 'root', '-l', '127.0.0.1', '-p', self._memory, '-U', 0])
        self._cloud.run(
            'horizon',
            [
                shutil.which('uwsgi'),
                '--plugins=python3',
                '--http-socket=127.0.0.1:%d' % self._port,
                '--pythonpath=%s' % folder,
                '--wsgi-file=%s' % (folder / 'horizon_wsgi.py'),
                '--static-map=/static=/var/lib/openstack-dashboard/static',
                '--master',
                '--processes=2',
                '--threads=4',
                '--enable-threads',
                '--lazy-apps',
                '--die-on-term',
                '--need-app',
                '--buffer-size=65535',
                '--disable-logging',
            ],
        )
        self._cloud.wait('horizon', lambda: listens(self._port))
