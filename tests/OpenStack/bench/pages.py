"""Our pages and Horizon's before the same cloud, in the same run: pages.py

The first server is made by Nova in the usual way. The others are its rows again under other ids and names, in Nova's and Glance's own tables: to both services
they are as real as the first, and 500 are there in a second. Prints rows for the table of benchmarks.
"""

import html
import http.cookiejar
import json
import pathlib
import re
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from processes import free_ports, listens
from horizon import Horizon
from settings import PASSWORD, REPOSITORY
from stack import Stack, until

HERE = pathlib.Path(__file__).resolve().parent
PLAYWRIGHT = REPOSITORY / 'artifacts/bin/EndToEnd/release/.playwright'
SIZES = (1, 100, 500)
ROUNDS, VISITS = 10, 5


def main():
    stack = Stack()
    try:
        stack.start()
        server = stack.demo.create(stack.image, name='web-0')
        until(lambda: stack.demo.server(server)['status'] == 'ACTIVE', lambda: stack.demo.server(server))
        horizon = Horizon(stack.cloud)
        horizon.start()
        sides = [Side('Horizon', horizon.url, '/auth/login/', HORIZON_PAGES), Side('ours', start_dashboard(stack), '/sign-in', OUR_PAGES)]
        for side in sides:
            side.sign_in()
        have = 1
        for size in SIZES:
            copy(stack.cloud, server, stack.image, have, size)
            have = size
            theirs, ours = [{'server': side.on_the_server(), 'screen': side.on_the_screen()} for side in sides]
            for page in HORIZON_PAGES:
                print_rows(page, size, ours, theirs)
    finally:
        stack.stop()


def print_rows(page, size, ours, theirs):
    rows = (
        ('server time', lambda side: side['server'][page]['ms'], 'ms'),
        ('opened by its address: seen', lambda side: side['screen'][page]['opened']['seen'], 'ms'),
        ('the same: usable', lambda side: side['screen'][page]['opened']['usable'], 'ms'),
        ('the same: bytes', lambda side: side['screen'][page]['opened']['bytes'] / 1024, 'KiB'),
        ('from another page by the menu: usable', lambda side: side['screen'][page]['arrived']['usable'], 'ms'),
        ('the same: bytes', lambda side: side['screen'][page]['arrived']['bytes'] / 1024, 'KiB'),
    )
    for what, of, unit in rows:
        mine, other = of(ours), of(theirs)
        print('| %s page, %d: %s | %.1f %s | Horizon: %.1f %s | %.3f× |' % (page, size, what, mine, unit, other, unit, mine / other), flush=True)


# What each page needs of its server before it is whole, and what a row of it looks like.
HORIZON_PAGES = {
    'instances': (['/project/instances/'], '#instances tbody tr[data-object-id]'),
    'images': (['/project/images', '/api/glance/images/'], 'hz-resource-table tbody tr.ng-scope td a'),
}
OUR_PAGES = {
    'instances': (['/instances'], 'table[aria-label=Instances] tbody tr[data-row]'),
    'images': (['/images'], 'table[aria-label=Images] tbody tr[data-row]'),
}


class Side:
    """One product with demo signed in."""

    def __init__(self, name, url, sign_in, pages):
        self.name, self._url, self._sign_in, self._pages = name, url, sign_in, pages
        self._http = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def sign_in(self):
        form = self._http.open(self._url + self._sign_in).read().decode()
        fields = {}
        for tag in re.findall('<input[^>]*>', form):
            known = dict(re.findall(r'([\w.-]+)="([^"]*)"', tag))
            if 'name' in known:
                fields[known['name']] = html.unescape(known.get('value', ''))
        for name in fields:
            if name.lower().endswith('username'):
                fields[name] = 'demo'
            elif name.lower().endswith('password'):
                fields[name] = PASSWORD
        request = urllib.request.Request(
            self._url + self._sign_in, urllib.parse.urlencode(fields).encode(), {'Referer': self._url + self._sign_in, 'Origin': self._url}
        )
        landed = self._http.open(request).geturl()
        if self._sign_in in landed:
            raise RuntimeError('%s: the sign-in was refused' % self.name)

    def on_the_server(self):
        """Milliseconds and bytes of the whole answer, for each page the sum of what it needs."""
        found = {}
        for name, (paths, _) in self._pages.items():
            rounds = [[self._get(path) for path in paths] for _ in range(ROUNDS + 1)][1:]
            found[name] = {
                'ms': statistics.median(sum(took for took, _ in answers) for answers in rounds),
                'bytes': sum(size for _, size in rounds[-1]),
            }
        return found

    def _get(self, path):
        started = time.perf_counter()
        # Horizon's own scripts say so of themselves, and its REST API wants it.
        request = urllib.request.Request(self._url + path, headers={'X-Requested-With': 'XMLHttpRequest'} if '/api/' in path else {})
        with self._http.open(request) as answer:
            size = len(answer.read())
        return (time.perf_counter() - started) * 1000, size

    def on_the_screen(self):
        plan = {
            'port': urllib.parse.urlparse(self._url).port,
            'signIn': self._sign_in,
            'user': 'demo',
            'password': PASSWORD,
            'rounds': VISITS,
            'pages': [{'name': name, 'link': paths[0], 'row': row} for name, (paths, row) in self._pages.items()],
        }
        command = [PLAYWRIGHT / 'node/linux-x64/node', HERE / 'screen.js', PLAYWRIGHT / 'package', json.dumps(plan)]
        return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def start_dashboard(stack):
    (port,) = free_ports(1)
    url = 'http://127.0.0.1:%d' % port
    stack.cloud.run(
        'dashboard',
        [
            'dotnet',
            REPOSITORY / 'artifacts/publish/Dashboard/release/Dashboard.dll',
            '--Roles:0',
            'dashboard',
            '--Data:Path',
            stack.cloud.folder / 'dashboard',
            '--Dashboard:Url',
            url,
            '--Keystone:AuthUrl',
            stack.cloud.auth_url,
            '--DriverHost:Url',
            'unix://%s' % (stack.host.data / 'driver-host.sock'),
            '--DriverHost:ComputeHost',
            'localhost',
        ],
    )
    stack.cloud.wait('dashboard', lambda: listens(port))
    return url


def copy(cloud, server, image, have, want):
    """The rows of one server and of one image under new ids, so that there are as many as wanted."""
    if want == have:
        return
    for database, table, key, of in (
        ('nova', 'instances', 'uuid', server),
        ('nova', 'instance_info_caches', 'instance_uuid', server),
        ('nova', 'instance_extra', 'instance_uuid', server),
        ('nova', 'instance_system_metadata', 'instance_uuid', server),
        ('nova_api', 'instance_mappings', 'instance_uuid', server),
        ('glance', 'images', 'id', image),
        ('glance', 'image_properties', 'image_id', image),
        ('glance', 'image_locations', 'image_id', image),
    ):
        columns = cloud.sql(
            "select column_name from information_schema.columns where table_schema='%s' and table_name='%s' and extra not like '%%auto_increment%%'"
            % (database, table)
        ).split()
        changed = {
            key: "concat('00000000-0000-4000-8000-', lpad(hex(copy.seq), 12, '0'))",
            'display_name': "concat('web-', copy.seq)",
            'hostname': "concat('web-', copy.seq)",
            'created_at': 'one.created_at - interval copy.seq second',
        }
        if table == 'images':
            changed['name'] = "concat('image-', copy.seq)"
        cloud.sql(
            'insert into {0}.{1} ({2}) select {3} from {0}.{1} one, {0}.seq_{4}_to_{5} copy where one.{6} = \'{7}\''.format(
                database,
                table,
                ', '.join('`%s`' % name for name in columns),
                ', '.join(changed.get(name, 'one.`%s`' % name) for name in columns),
                have,
                want - 1,
                key,
                of,
            )
        )


if __name__ == '__main__':
    main()
