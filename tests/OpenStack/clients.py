"""The stock clients (nova, glance, openstack) as one user of one project, and the tables that they print."""

import subprocess

from settings import PASSWORD


class Clients:
    def __init__(self, cloud, name):
        self._environment = {
            # The distribution's Python, whatever else the path has.
            'PATH': '/usr/sbin:/usr/bin:/sbin:/bin',
            'LANG': 'C.UTF-8',
            'OS_AUTH_URL': cloud.auth_url,
            'OS_IDENTITY_API_VERSION': '3',
            'OS_USERNAME': name,
            'OS_PASSWORD': PASSWORD,
            'OS_PROJECT_NAME': name,
            'OS_USER_DOMAIN_NAME': 'Default',
            'OS_PROJECT_DOMAIN_NAME': 'Default',
            'OS_REGION_NAME': 'RegionOne',
        }

    def run(self, line):
        """A line for a shell; what it prints."""
        done = subprocess.run(['bash', '-o', 'pipefail', '-c', line], env=self._environment, capture_output=True, text=True)
        if done.returncode:
            raise AssertionError('%s\n%s%s' % (line, done.stdout, done.stderr))
        return done.stdout


def rows(table):
    return [[cell.strip() for cell in line.strip('|').split('|')] for line in table.splitlines() if line.startswith('|')]


def row(table, name):
    """The one that has such a cell."""
    (found,) = [cells for cells in rows(table) if name in cells]
    return found


def cell(table, name):
    """The value beside a property in a table of two columns."""
    return row(table, name)[1]
