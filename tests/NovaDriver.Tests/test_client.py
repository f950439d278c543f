import json
import os
import unittest

from fake_driver_host import FakeDriverHost
from novadocker.client import CONSOLE_BYTES, DriverHostClient, DriverHostDown, DriverHostError
import samples

UUID = samples.UUID
SHOW = '/v1/instances/' + UUID


class ClientTests(unittest.TestCase):
    def setUp(self):
        self.host = FakeDriverHost()
        self.addCleanup(self.host.close)
        self.tokens = []
        self.client = DriverHostClient(self.host.path, self.token)

    def token(self, fresh):
        self.tokens.append(fresh)
        return 'fresh' if fresh else 'old'

    def test_each_call_is_the_samples(self):
        calls = {
            'host': lambda: self.client.host(),
            'instance-show': lambda: self.client.instance(UUID),
            'instance-delete': lambda: self.client.delete(UUID),
            'instance-snapshot': lambda: self.client.snapshot(UUID, UUID, 'web'),
            'image-cache': lambda: self.client.cache_image(UUID),
            'port-plug': lambda: self.client.plug(UUID, samples.read('port-plug')['request']['body']),
            'port-unplug': lambda: self.client.unplug(UUID, UUID),
            'instance-spawn': lambda: self.client.spawn(UUID, samples.read('instance-spawn')['request']['body']),
        }
        for name, call in calls.items():
            with self.subTest(name):
                sample = samples.read(name)
                self.host.on_sample(sample)

                answer = call()

                asked = self.host.requests[-1]
                self.assertEqual(sample['response'].get('body'), answer)
                self.assertEqual(
                    (sample['request']['method'], sample['request']['path'], sample['request'].get('body'), 'old'),
                    (asked['method'], asked['path'], asked['body'], asked['token']),
                )

    def test_query_is_encoded(self):
        self.host.on('POST', SHOW + '/stop', (200, {}))

        self.client.act(UUID, 'stop', grace=60)

        self.assertEqual(SHOW + '/stop?grace=60', self.host.requests[0]['path'])

    def test_id_cannot_leave_its_place(self):
        with self.assertRaises(DriverHostError):
            self.client.instance('../host')

        self.assertEqual('/v1/instances/..%2Fhost', self.host.requests[0]['path'])

    def test_refusal_tells_code_and_words(self):
        self.host.on_sample(samples.read('instance-refused'))

        with self.assertRaises(DriverHostError) as refused:
            self.client.spawn(UUID, {})

        self.assertEqual((403, 'image_not_approved'), (refused.exception.status, refused.exception.code))
        self.assertEqual("Image 'image' waits for an administrator's approval. Until then it cannot boot.", str(refused.exception))

    def test_unreadable_refusal_tells_the_status(self):
        self.host.on('GET', SHOW, (502, b'<html>'))

        with self.assertRaisesRegex(DriverHostError, 'The driver host answered 502.') as refused:
            self.client.instance(UUID)

        self.assertEqual('unexpected', refused.exception.code)

    def test_503_is_down(self):
        self.host.on(
            'GET', '/v1/host', (503, {'status': 503, 'code': 'keystone_unreachable', 'title': 'x', 'detail': 'Keystone does not answer.'})
        )

        with self.assertRaisesRegex(DriverHostDown, 'Keystone does not answer.'):
            self.client.host()

    def test_refused_token_is_renewed_once(self):
        self.host.on('GET', SHOW, (401, None), (200, {'id': UUID}))

        self.assertEqual({'id': UUID}, self.client.instance(UUID))
        self.assertEqual(['old', 'fresh'], [asked['token'] for asked in self.host.requests])

    def test_token_refused_twice_is_an_error(self):
        self.host.on('GET', SHOW, (401, {'status': 401, 'code': 'unauthorized', 'title': 'x', 'detail': 'Send a valid token.'}))

        with self.assertRaisesRegex(DriverHostError, 'Send a valid token.'):
            self.client.instance(UUID)

        self.assertEqual(2, len(self.host.requests))

    def test_nobody_listens_is_down(self):
        client = DriverHostClient(os.path.join(os.path.dirname(self.host.path), 'nobody.sock'), self.token)

        with self.assertRaisesRegex(DriverHostDown, 'does not answer'):
            client.host()

    def test_console_keeps_the_end(self):
        self.host.on('GET', SHOW + '/logs', (200, b'first line\n' + 'ü'.encode() * CONSOLE_BYTES))

        console = self.client.console(UUID)

        self.assertIsInstance(console, bytes)
        self.assertEqual('ü'.encode() * (CONSOLE_BYTES // 2), console)
        self.assertEqual('text/plain', self.host.requests[0]['accept'])

    def test_events_are_read_line_by_line_to_their_end(self):
        lines = [{'type': 'instance', 'state': samples.read('instance-show')['response']['body']}, {'type': 'synced'}, {'type': 'ping'}]
        self.host.on('GET', '/v1/events', (200, b''.join(json.dumps(line).encode() + b'\n' for line in lines)))

        self.assertEqual(lines, list(self.client.events(5)))


if __name__ == '__main__':
    unittest.main()
