"""Debian's Tempest, its compute tests, before a real Nova with a real Neutron, whose one compute host runs containers: tempest_compute.py [REGEX]

Prints the counts, and fails unless what failed is what tempest-failures.txt says, each line of which has its reason; or when more is skipped than should be.
"""

import re
import subprocess
import sys

from neutron_host import Networks, NeutronHost
from settings import HERE, PASSWORD
from stack import Stack, docker_archive
from tempest_outcome import Outcome

AREAS = (
    'flavors|servers|images|limits|keypairs|security_groups|test_quotas|test_versions'
    '|admin\\.test_(flavors|quotas|services|hypervisor|servers|keypairs|simple|hosts|availability|aggregates|create|delete|security)'
)
REGEX = r'^tempest\.api\.compute\.(%s)' % AREAS
MOST_SKIPPED = 62
# A guest says some lines when it boots, and stays.
KEEPS_RUNNING = 'for line in 1 2 3 4 5; do echo booting $line; done; while true; do sleep 100; done'


def main(regex):
    stack = Stack(NeutronHost)
    try:
        stack.start()
        outcome = Tempest(stack).run(regex)
    finally:
        stack.stop()
    return verdict(outcome, expected(regex), MOST_SKIPPED if regex == REGEX else len(outcome.results))


class Tempest:
    def __init__(self, stack):
        self._stack, self._cloud = stack, stack.cloud
        self._folder = self._cloud.folder / 'tempest'

    def run(self, regex):
        self._tempest('init', '--workspace-path', self._cloud.folder / 'tempest-workspaces.yaml', self._folder)
        (self._folder / 'etc/tempest.conf').unlink(missing_ok=True)
        self._write_configuration()
        outcome = Outcome()
        with subprocess.Popen(
            self._command('run', '--concurrency', '2', '--regex', regex), cwd=self._folder, stdout=subprocess.PIPE, text=True
        ) as running:
            for line in running.stdout:
                if outcome.read(line):
                    print(line, end='', flush=True)
        return outcome

    def _tempest(self, *words):
        subprocess.run(self._command(*words), check=True, cwd=self._cloud.folder, stdout=subprocess.DEVNULL)

    def _command(self, *words):
        # The distribution's Python, whatever else the path has.
        return ['env', 'PATH=/usr/bin:/bin', 'tempest', *(str(word) for word in words)]

    def _image(self, name):
        image = self._stack.admin.upload(name, docker_archive(KEEPS_RUNNING), visibility='public')
        self._stack.admin.approve(image)
        return image

    def _flavor(self, name):
        flavor = {'name': name, 'ram': 64, 'vcpus': 1, 'disk': 1}
        return self._stack.admin.nova('post', '/flavors', {'flavor': flavor})['flavor']['id']

    def _network(self):
        """One that all projects share: there is no router here, so one of their own would have nothing more."""
        admin = Networks(self._stack, 'admin')
        network = admin.make('networks', name='shared', shared=True)
        admin.make('subnets', network_id=network['id'], ip_version=4, cidr='10.79.0.0/16')
        return network['name']

    def _write_configuration(self):
        (self._folder / 'lock').mkdir()
        # What is false is what a container host has not: see README.md.
        self._cloud.write(
            self._folder / 'etc/tempest.conf',
            {
                'DEFAULT': {'log_dir': self._folder / 'logs', 'log_file': 'tempest.log'},
                'oslo_concurrency': {'lock_path': self._folder / 'lock'},
                'auth': {
                    'use_dynamic_credentials': 'true',
                    'admin_username': 'admin',
                    'admin_password': PASSWORD,
                    'admin_project_name': 'admin',
                    'admin_domain_name': 'Default',
                    'create_isolated_networks': 'false',
                    'tempest_roles': 'member',
                },
                'identity': {'uri_v3': self._cloud.auth_url, 'auth_version': 'v3', 'region': 'RegionOne', 'v3_endpoint_type': 'public'},
                'compute': {
                    'image_ref': self._image('tempest-1'),
                    'image_ref_alt': self._image('tempest-2'),
                    'flavor_ref': self._flavor('tempest-1'),
                    'flavor_ref_alt': self._flavor('tempest-2'),
                    'min_microversion': '2.1',
                    'max_microversion': 'latest',
                    'fixed_network_name': self._network(),
                    'build_interval': '1',
                    'build_timeout': '60',
                    'hypervisor_type': 'docker',
                },
                'compute-feature-enabled': {
                    'snapshot': 'true',
                    'xenapi_apis': 'true',
                    'resize': 'false',
                    'live_migration': 'false',
                    'block_migration_for_live_migration': 'false',
                    'cold_migration': 'false',
                    'suspend': 'false',
                    'rescue': 'false',
                    'config_drive': 'false',
                    'personality': 'false',
                    'vnc_console': 'false',
                    'spice_console': 'false',
                    'attach_encrypted_volume': 'false',
                },
                'network-feature-enabled': {'floating_ips': 'false'},
                'service_available': {'nova': 'true', 'glance': 'true', 'cinder': 'false', 'neutron': 'true', 'swift': 'false'},
                'validation': {'run_validation': 'false'},
            },
        )


def expected(regex):
    """Why each test that cannot pass fails, by its name."""
    lines = (HERE / 'tempest-failures.txt').read_text().splitlines()
    reasons = dict(line.split(None, 1) for line in lines if line and not line.startswith('#'))
    return {name: reason for name, reason in reasons.items() if re.search(regex, name)}


def verdict(outcome, reasons, most_skipped):
    failed, skipped = outcome.failed(), outcome.skipped()
    unexpected, missed = failed - reasons.keys(), reasons.keys() - failed
    for name in sorted(unexpected):
        print(outcome.report(name))
    print('Tempest: %d ok, %d skipped, %d failed' % (len(outcome.results) - len(skipped) - len(failed), len(skipped), len(failed)))
    for name in sorted(missed):
        print('Did not fail, although tempest-failures.txt says it does (%s): %s' % (reasons[name], name))
    if len(skipped) > most_skipped:
        print('More is skipped than the %d that should be.' % most_skipped)
    return 1 if unexpected or missed or not outcome.results or len(skipped) > most_skipped else 0


if __name__ == '__main__':
    sys.exit(main(*(sys.argv[1:] or [REGEX])))
