import contextlib
import sys
import types
import unittest
from unittest import mock

from nova import exception
import nova.compute.power_state
from nova.compute import provider_tree
from nova.compute import task_states
from nova.virt import driver as nova_driver
from nova.virt import event as virtevent

from fake_driver_host import FakeDriverHost
from novadocker import config
from novadocker import driver
from novadocker import loader
from novadocker import plugging
from novadocker.client import DriverHostClient
import samples
from test_spec import ImageMeta, instance
from test_vif import vif

UUID = samples.UUID
SHOW = '/v1/instances/' + UUID
PORT = '%s/ports/%s' % (SHOW, UUID)
NODE = '7f0e8a4e-6f0d-4a0f-9a53-3a2b8d6f3c55'


class DriverTests(unittest.TestCase):
    def setUp(self):
        self.host = FakeDriverHost()
        self.addCleanup(self.host.close)
        self.driver = driver.DockerDriver(None, DriverHostClient(self.host.path, lambda fresh: 'token'))
        self.answers_host()

    def answers_host(self, engine_answers=True, **features):
        sample = samples.read('host', engine='20.10.24+dfsg1', architecture='x86_64', cpus=8, memory=16384, disk=200, free=150, **features)
        sample['response']['body']['engine_answers'] = engine_answers
        self.host.on_sample(sample)

    def answers_state(self, state):
        self.host.on('GET', SHOW, (200, {'id': UUID, 'state': state}))

    def asked(self):
        return [(asked['method'], asked['path']) for asked in self.host.requests]

    def spawn(self, image_meta=None, **kwargs):
        self.driver.spawn(None, instance(), image_meta or ImageMeta(), None, None, {}, **kwargs)

    def inventory(self):
        tree = provider_tree.ProviderTree()
        tree.new_root('node', NODE)
        tree.add_traits('node', 'CUSTOM_RACK_7', driver.TRAIT_DISK_QUOTA)
        self.driver.update_provider_tree(tree, 'node')
        return tree.data('node')

    def test_nova_conf_loads_it(self):
        with mock.patch.object(sys, 'meta_path', list(sys.meta_path)):
            loader.install()
            loaded = nova_driver.load_compute_driver(None, 'novadocker.virt.docker.DockerDriver')

        self.assertIsInstance(loaded, driver.DockerDriver)

    # ---- the host ----

    def test_resources_are_the_hosts(self):
        resource = self.driver.get_available_resource('node')

        self.assertEqual((8, 16384, 200, 150), tuple(resource[name] for name in ('vcpus', 'memory_mb', 'local_gb', 'disk_available_least')))
        self.assertEqual(
            ('docker', 20010024, 'node'), tuple(resource[name] for name in ('hypervisor_type', 'hypervisor_version', 'hypervisor_hostname'))
        )
        self.assertEqual([('x86_64', 'docker', 'exe')], resource['supported_instances'])
        self.assertEqual('{"arch": "x86_64"}', resource['cpu_info'])

    def test_inventory_is_the_hosts_and_other_traits_stay(self):
        found = self.inventory()

        self.assertEqual(
            {'VCPU': (8, 0, 1, 8), 'MEMORY_MB': (16384, 512, 6, 16384), 'DISK_GB': (200, 0, 1, 200)},
            {name: tuple(entry[key] for key in ('total', 'reserved', 'min_unit', 'max_unit')) for name, entry in found.inventory.items()},
        )
        self.assertEqual({'CUSTOM_RACK_7', 'CUSTOM_DOCKER_HOST', 'CUSTOM_DOCKER_DISK_QUOTA'}, found.traits)

    def test_no_proven_disk_limit_no_trait(self):
        self.answers_host(disk_quota=False)

        self.assertEqual({'CUSTOM_RACK_7', 'CUSTOM_DOCKER_HOST'}, self.inventory().traits)

    def test_host_that_takes_nothing_has_nothing_free(self):
        for given in ({'engine_answers': False}, {'seccomp': False}):
            with self.subTest(given):
                self.answers_host(**given)

                self.assertEqual(
                    {'VCPU': 8, 'MEMORY_MB': 16384, 'DISK_GB': 200},
                    {name: entry['reserved'] for name, entry in self.inventory().inventory.items()},
                )

    def test_version_numbers(self):
        self.assertEqual([20010024, 29007002, 29000000], [driver.version_number(text) for text in ('20.10.24+dfsg1', '29.7.2', '29')])

    def test_instances_are_the_driver_hosts(self):
        self.host.on('GET', '/v1/instances', (200, [{'id': UUID, 'name': 'web'}]))

        self.assertEqual(
            ([UUID], ['web'], 1), (self.driver.list_instance_uuids(), self.driver.list_instances(), self.driver.get_num_instances())
        )

    def test_down_means_not_ready_for_every_question(self):
        down = driver.DockerDriver(None, DriverHostClient('/nowhere.sock', lambda fresh: 'token'))
        for name, call in {
            'init_host': lambda: down.init_host('host'),
            'get_available_nodes': down.get_available_nodes,
            'get_available_resource': lambda: down.get_available_resource('node'),
            'update_provider_tree': lambda: down.update_provider_tree(None, 'node'),
            'list_instances': down.list_instances,
            'list_instance_uuids': down.list_instance_uuids,
            'get_num_instances': down.get_num_instances,
            'get_info': lambda: down.get_info(instance()),
            'power_off': lambda: down.power_off(instance()),
        }.items():
            with self.subTest(name), self.assertRaisesRegex(exception.VirtDriverNotReady, '/nowhere.sock does not answer'):
                call()

    # ---- an instance ----

    def test_states(self):
        expected = {
            'running': nova.compute.power_state.RUNNING,
            'paused': nova.compute.power_state.PAUSED,
            'exited': nova.compute.power_state.SHUTDOWN,
            'creating': nova.compute.power_state.NOSTATE,
            'error': nova.compute.power_state.NOSTATE,
            'missing': nova.compute.power_state.NOSTATE,
            'unknown': nova.compute.power_state.NOSTATE,
        }
        for state, power in expected.items():
            with self.subTest(state):
                self.answers_state(state)

                self.assertEqual(power, self.driver.get_info(instance()).state)

    def test_unknown_instance_is_not_found(self):
        self.host.on_sample(samples.read('instance-missing'))

        with self.assertRaises(exception.InstanceNotFound):
            self.driver.get_info(instance())

    def test_spawn_asks_for_the_spec(self):
        self.host.on('PUT', SHOW, (200, {}))

        self.spawn(network_info=[])

        self.assertEqual(([('PUT', SHOW)], UUID), (self.asked(), self.host.requests[0]['body']['image_id']))

    def test_spawn_without_power_stops(self):
        self.host.on('PUT', SHOW, (200, {}))
        self.host.on('POST', SHOW + '/stop', (200, {}))

        self.spawn(power_on=False)

        self.assertEqual([('PUT', SHOW), ('POST', SHOW + '/stop')], self.asked())

    def test_image_of_a_virtual_machine_is_refused_before_anything_is_asked(self):
        with self.assertRaisesRegex(exception.BuildAbortException, 'is bare, not docker'):
            self.spawn(ImageMeta('bare'))

        self.assertEqual([], self.asked())

    def test_unapproved_image_aborts_with_the_reason(self):
        self.host.on_sample(samples.read('instance-refused'))

        with self.assertRaisesRegex(exception.BuildAbortException, "waits for an administrator's approval"):
            self.spawn()

    def test_broken_host_lets_another_try(self):
        for status in (502, 503):
            with self.subTest(status):
                self.host.on('PUT', SHOW, (status, {'status': status, 'code': 'x', 'title': 'x', 'detail': 'It is broken.'}))

                with self.assertRaisesRegex(exception.ComputeResourcesUnavailable, 'It is broken.'):
                    self.spawn()

    def test_actions(self):
        for path in ('start', 'stop', 'reboot', 'pause', 'unpause'):
            self.host.on('POST', '%s/%s' % (SHOW, path), (200, {}))
        self.host.on('DELETE', SHOW, (204, None))
        self.driver.power_on(None, instance(), [])
        self.driver.power_off(instance(), 60, 10)
        self.driver.reboot(None, instance(), [], 'SOFT')
        self.driver.reboot(None, instance(), [], 'HARD')
        self.driver.pause(instance())
        self.driver.unpause(instance())
        self.driver.resume_state_on_host_boot(None, instance(), [], None, None)
        self.driver.destroy(None, instance(), [])
        self.driver.cleanup(None, instance(), [])

        posts = ['start', 'stop?grace=60', 'reboot', 'reboot?hard=true', 'pause', 'unpause', 'start']
        self.assertEqual([('POST', '%s/%s' % (SHOW, path)) for path in posts] + [('DELETE', SHOW)] * 2, self.asked())

    def test_image_is_fetched_ahead(self):
        sample = samples.read('image-cache', fetched=True)
        self.host.on_sample(sample)

        self.assertIs(True, self.driver.cache_image(None, UUID))
        self.host.on_sample(samples.read('image-cache', fetched=False))
        self.assertIs(False, self.driver.cache_image(None, UUID))

        self.host.on('POST', sample['request']['path'], (403, {'code': 'image_not_approved', 'detail': 'It waits.'}))
        with self.assertRaisesRegex(exception.NovaException, 'It waits.'):
            self.driver.cache_image(None, UUID)

    def test_spawn_plugs_first_and_waits_for_neutron(self):
        self.host.on('PUT', PORT, (200, {'made': True}))
        self.host.on('PUT', SHOW, (200, {}))
        waited = self.waits()

        self.spawn(network_info=[vif(active=False)])

        self.assertEqual([('PUT', PORT), ('PUT', SHOW)], self.asked())
        self.assertEqual(([[('network-vif-plugged', UUID)]], [[]], [1]), (waited.events, waited.skipped, waited.asked))
        self.assertEqual(samples.UUID, self.host.requests[1]['body']['ports'][0]['id'])

    def test_link_that_was_there_is_not_waited_for(self):
        self.host.on('PUT', PORT, (200, {'made': False}))
        self.host.on('PUT', SHOW, (200, {}))
        waited = self.waits()

        self.spawn(network_info=[vif(active=False)])

        self.assertEqual([[('network-vif-plugged', UUID)]], waited.skipped)

    def test_rebuild_keeps_the_links(self):
        self.host.on('DELETE', SHOW, (204, None))

        self.driver.destroy(None, instance(task_state=task_states.REBUILDING), [vif()])

        self.assertEqual([('DELETE', SHOW + '?keepLinks=true')], self.asked())

    def test_neutron_that_does_not_tell_ends_the_spawn_unless_that_is_not_fatal(self):
        self.host.on('PUT', PORT, (200, {'made': True}))
        self.host.on('PUT', SHOW, (200, {}))
        for late in plugging.TIMEOUTS:
            with self.subTest(late):
                self.waits(late)
                with self.assertRaises(exception.VirtualInterfaceCreateException):
                    self.spawn(network_info=[vif(active=False)])
                self.assertNotIn(('PUT', SHOW), self.asked())

        self.addCleanup(driver.CONF.clear_override, 'vif_plugging_is_fatal')
        driver.CONF.set_override('vif_plugging_is_fatal', False)
        self.spawn(network_info=[vif(active=False)])
        self.assertIn(('PUT', SHOW), self.asked())

    def test_port_that_cannot_be_plugged_ends_the_spawn_before_anything_is_asked(self):
        with self.assertRaisesRegex(exception.BuildAbortException, 'could not bind port'):
            self.spawn(network_info=[vif(type='binding_failed')])

        self.assertEqual([], self.asked())

    def test_ports_come_and_go(self):
        self.host.on('PUT', PORT, (200, {'made': True}))
        self.host.on('DELETE', PORT, (204, None))
        self.driver.plug_vifs(instance(), [vif()])
        self.driver.attach_interface(None, instance(), None, vif())
        self.driver.detach_interface(None, instance(), vif())
        self.driver.unplug_vifs(instance(), [vif()])
        self.driver.unplug_vifs(instance(), None)

        self.assertEqual([('PUT', PORT)] * 2 + [('DELETE', PORT)] * 2, self.asked())
        self.assertTrue(self.driver.capabilities['supports_attach_interface'])

    def test_port_that_cannot_be_plugged_is_told_to_nova(self):
        with self.assertRaisesRegex(exception.VirtualInterfacePlugException, 'Linux bridge agent only'):
            self.driver.plug_vifs(instance(), [vif(type='ovs')])

    def waits(self, late=None):
        """Nova's wait for events, which ends at once."""
        waited = types.SimpleNamespace(events=[], skipped=[], asked=[])

        @contextlib.contextmanager
        def wait(instance, events, deadline, error_callback):
            yield
            waited.events.append(events)
            waited.asked.append(len(self.host.requests))
            if late:
                raise late()

        self.driver.virtapi = types.SimpleNamespace(wait_for_instance_event=wait, exit_wait_early=waited.skipped.append)
        return waited

    def test_snapshot_goes_through_both_task_states(self):
        sample = samples.read('instance-snapshot')
        self.host.on_sample(sample)
        states = mock.Mock()

        self.driver.snapshot(None, instance(), UUID, states)

        self.assertEqual(
            [
                mock.call(task_state=task_states.IMAGE_PENDING_UPLOAD),
                mock.call(task_state=task_states.IMAGE_UPLOADING, expected_state=task_states.IMAGE_PENDING_UPLOAD),
            ],
            states.mock_calls,
        )
        self.assertEqual(sample['request']['body'], self.host.requests[0]['body'])

    def test_snapshot_into_a_deleted_image_is_not_the_servers_fault(self):
        gone = {'status': 404, 'code': 'image_not_found', 'title': 'Not Found', 'detail': 'Glance has no image.'}
        self.host.on('POST', SHOW + '/snapshot', (404, gone))

        with self.assertRaises(exception.ImageNotFound):
            self.driver.snapshot(None, instance(), UUID, mock.Mock())

    def test_console_is_bytes(self):
        self.host.on('GET', SHOW + '/logs', (200, 'grüß dich\n'.encode()))

        self.assertEqual('grüß dich\n'.encode(), self.driver.get_console_output(None, instance()))

    def test_events_reach_nova(self):
        told = []
        with mock.patch.object(self.driver._events, 'start'):
            self.driver.register_event_listener(told.append)

        self.driver._events.take({'type': 'instance', 'state': {'id': UUID, 'state': 'exited', 'wanted_running': True}})

        self.assertEqual([(UUID, virtevent.EVENT_LIFECYCLE_STOPPED)], [(event.uuid, event.transition) for event in told])


class TokenTests(unittest.TestCase):
    def test_first_group_with_a_user_signs_in(self):
        users = {'service_user': 'the service user', 'placement': 'the placement user'}
        session = mock.Mock()
        session.get_token.return_value = 'token'
        loading = types.SimpleNamespace(
            load_auth_from_conf_options=lambda conf, group: users.get(group),
            load_session_from_conf_options=lambda conf, group, auth: session,
        )
        with mock.patch.object(config, 'ks_loading', loading):
            token = config.ServiceToken()

            self.assertEqual('token', token(False))
            self.assertEqual('token', token(True))

        self.assertEqual(
            [mock.call.get_token('the service user'), mock.call.invalidate('the service user'), mock.call.get_token('the service user')],
            session.mock_calls,
        )

    def test_no_user_says_what_to_set(self):
        with mock.patch.object(config.ks_loading, 'load_auth_from_conf_options', return_value=None):
            with self.assertRaisesRegex(config.DriverHostDown, r'set auth_type in \[docker\], \[service_user\] or \[placement\]'):
                config.ServiceToken()(False)


if __name__ == '__main__':
    unittest.main()
