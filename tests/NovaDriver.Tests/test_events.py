import threading
import unittest

from novadocker import events
from novadocker.client import DriverHostDown
import samples

UUID = samples.UUID


def instance(state, wanted=True):
    return {'type': 'instance', 'state': {**samples.read('instance-show')['response']['body'], 'state': state, 'wanted_running': wanted}}


class EventsTests(unittest.TestCase):
    def setUp(self):
        self.told = []
        self.events = events.InstanceEvents(lambda silence: iter(()), lambda uuid, happened: self.told.append(happened))

    def take(self, *taken):
        for event in taken:
            self.events.take(event)
        told, self.told[:] = list(self.told), []
        return told

    def test_changes_are_told_once(self):
        self.assertEqual([], self.take(instance('running'), {'type': 'synced'}, {'type': 'ping'}))
        self.assertEqual([events.PAUSED], self.take(instance('paused'), instance('paused')))
        self.assertEqual([events.RESUMED], self.take(instance('running')))
        self.assertEqual([events.STOPPED], self.take(instance('exited', wanted=False)))
        self.assertEqual([events.STARTED], self.take(instance('running')))

    def test_end_by_itself_is_told_again_until_it_is_stopped(self):
        self.assertEqual([events.STOPPED], self.take(instance('running'), instance('exited')))
        self.assertEqual([events.STOPPED] * 2, self.take({'type': 'ping'}, {'type': 'ping'}))
        self.assertEqual([], self.take(instance('exited', wanted=False), {'type': 'ping'}))

    def test_reminders_end(self):
        told = self.take(instance('exited'), *[{'type': 'ping'}] * (events.MOST_REMINDERS + 5))

        self.assertEqual(1 + events.MOST_REMINDERS, len(told))

    def test_first_sight_tells_only_what_ended_by_itself(self):
        self.assertEqual([], self.take(instance('exited', wanted=False)))
        self.assertEqual([], self.take({'type': 'deleted', 'state': {'id': UUID}}, instance('paused')))
        self.assertEqual([events.STOPPED], self.take({'type': 'deleted', 'state': {'id': UUID}}, instance('exited')))

    def test_what_nobody_knows_is_not_told(self):
        self.assertEqual([], self.take(instance('running'), instance('unknown'), instance('missing'), instance('error')))

    def test_new_server_that_starts_is_not_told(self):
        self.assertEqual([], self.take(instance('creating'), instance('running')))

    def test_deleted_is_forgotten(self):
        self.assertEqual([events.STOPPED], self.take(instance('exited'), {'type': 'deleted', 'state': {'id': UUID}}, {'type': 'ping'}))

    def test_broken_stream_is_opened_again(self):
        told = threading.Event()
        opened = []

        def stream(silence):
            opened.append(silence)
            if len(opened) == 1:
                raise DriverHostDown('It restarts.')
            yield instance('exited')

        watch = events.InstanceEvents(stream, lambda uuid, happened: told.set())
        self.addCleanup(watch.stop)
        with self.assertLogs(events.LOG, 'WARNING') as logged:
            watch.start()
            self.assertTrue(told.wait(30))

        self.assertIn('No events from the driver host: It restarts.', logged.output[0])


if __name__ == '__main__':
    unittest.main()
