"""A real Nova makes, changes and removes containers through the driver, which the real driver host makes on the real engine.

What users do is done as demo, who is a member of a project and no more.
"""

import json
import unittest

from stack import Stack, docker_archive, until


def setUpModule():
    global stack, host
    stack = Stack()
    host = stack.host
    unittest.addModuleCleanup(stack.stop)
    stack.start()


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

        until(there, lambda: '%s\n%s' % (self.demo.server(server), host.log()))

    def says(self, server, words):
        until(lambda: words in self.demo.console(server), lambda: 'it says: ' + self.demo.console(server))

    def fails(self, words, **fields):
        server = self.demo.create(**fields)
        self.addCleanup(self.demo.delete, server)
        until(lambda: self.demo.server(server)['status'] == 'ERROR', lambda: self.demo.server(server))
        self.assertIn(words, self.demo.server(server)['fault']['message'])
        self.assertEqual('', host.containers(server))

    def test_life_of_a_server(self):
        server = self.demo.create(stack.image)
        self.reaches(server, 'ACTIVE')
        self.assertEqual('running', host.state(server))
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
                self.assertEqual(engine, host.state(server))
        # One line for each start after the first: two reboots and the start.
        until(lambda: self.demo.console(server).split() == ['new'] + ['marked'] * 3, lambda: self.demo.console(server))

        self.demo.delete(server)
        self.assertEqual('', host.containers(server))

    def test_snapshot_boots_with_what_was_changed(self):
        server = self.boot()
        self.says(server, 'new')

        snapshot = self.demo.act(server, 'createImage', name='copy')['image_id']
        until(lambda: self.demo.image(snapshot)['status'] == 'active', lambda: host.log())
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
        before = host.containers(server)

        self.demo.act(server, 'rebuild', imageRef=stack.image)
        until(lambda: host.containers(server) not in ('', before), lambda: host.log())
        self.reaches(server, 'ACTIVE')

        until(lambda: self.demo.console(server).split() == ['new'], lambda: self.demo.console(server))

    def test_image_of_an_aggregate_is_there_before_the_first_server(self):
        image = self.demo.upload('ahead', docker_archive('sleep 100000'))
        self.admin.approve(image)
        aggregate = '/os-aggregates/%d' % self.admin.nova('post', '/os-aggregates', {'aggregate': {'name': 'ahead'}})['aggregate']['id']
        self.addCleanup(self.admin.nova, 'delete', aggregate)
        self.admin.nova('post', aggregate + '/action', {'add_host': {'host': host.name}})
        self.addCleanup(self.admin.nova, 'post', aggregate + '/action', {'remove_host': {'host': host.name}})

        self.admin.nova('post', aggregate + '/images', {'cache': [{'id': image}]})

        until(lambda: host.docker('images', '-q', 'glance/' + image), lambda: host.log())

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
        engine = json.loads(host.docker('info', '--format', '{{json .}}'))

        self.assertEqual((engine['NCPU'], engine['MemTotal'] >> 20), (inventories['VCPU']['total'], inventories['MEMORY_MB']['total']))
        self.assertIn('CUSTOM_DOCKER_HOST', traits)
        hypervisor = self.admin.nova('get', '/os-hypervisors/detail')['hypervisors'][0]
        self.assertEqual(('docker', 'up'), (hypervisor['hypervisor_type'], hypervisor['state']))

    def test_states_stay_while_the_driver_host_is_down(self):
        runs, ends = self.boot(), self.boot()
        stack.cloud.end(host.driver_host, 'KILL')

        self.demo.act(runs, 'os-stop')
        self.reaches(runs, 'ACTIVE')
        self.assertEqual('running', host.state(runs))
        host.docker('kill', host.containers(ends))
        self.reaches(ends, 'ACTIVE')

        host.start_driver_host()
        self.reaches(ends, 'SHUTOFF')
        self.reaches(runs, 'ACTIVE')
        self.demo.act(runs, 'os-stop')
        self.reaches(runs, 'SHUTOFF')

    def test_states_stay_over_a_restart_of_nova_compute(self):
        server = self.boot()
        stack.cloud.end(host.nova)
        host.docker('kill', host.containers(server))

        host.start_compute()

        self.reaches(server, 'SHUTOFF')


if __name__ == '__main__':
    unittest.main()
