import types
import unittest

from novadocker import spec
import samples
import test_vif

PROJECT = samples.DEFAULTS['id']


def instance(**given):
    flavor = types.SimpleNamespace(name='m1.tiny', vcpus=1, memory_mb=64, root_gb=0, extra_specs={})
    values = {
        'uuid': samples.UUID,
        'project_id': PROJECT,
        'user_id': PROJECT,
        'display_name': 'web',
        'flavor': flavor,
        'metadata': {},
        'key_data': None,
        'user_data': None,
        'config_drive': '',
        'task_state': None,
    }
    return types.SimpleNamespace(**{**values, **given})


class ImageMeta:
    """As nova.objects.ImageMeta: a field that was not given is not set."""

    def __init__(self, container_format='docker', command=None, image_id=samples.UUID):
        self.id = image_id
        self.container_format = container_format
        self.properties = {'os_command_line': command}

    def obj_attr_is_set(self, name):
        return getattr(self, name) is not None


class SpecTests(unittest.TestCase):
    def test_server_becomes_the_samples_spec(self):
        expected = samples.read('instance-spawn')['request']['body']

        self.assertEqual(expected, spec.of(instance(metadata=expected['metadata']), ImageMeta()))

    def test_key_and_user_data_are_handed_on(self):
        made = spec.of(instance(key_data='ssh-ed25519 AAAA me\n', user_data='aGVsbG8='), ImageMeta())

        self.assertEqual(('ssh-ed25519 AAAA me', 'aGVsbG8='), (made['public_key'], made['user_data']))

    def test_same_server_gives_the_same_spec(self):
        self.assertEqual(spec.of(instance(), ImageMeta()), spec.of(instance(), ImageMeta()))

    def test_nameless_server_is_called_by_its_id(self):
        self.assertEqual(samples.UUID, spec.of(instance(display_name=None), ImageMeta())['name'])

    def test_command_is_metadatas_before_the_images(self):
        self.assertEqual(['sleep', 'a b'], spec.of(instance(), ImageMeta(command="sleep 'a b'"))['command'])
        self.assertEqual(['true'], spec.of(instance(metadata={'docker:command': '["true"]'}), ImageMeta(command='sleep 1'))['command'])
        self.assertNotIn('command', spec.of(instance(), ImageMeta()))

    def test_ports_are_handed_on_in_novas_order(self):
        made = spec.of(instance(), ImageMeta(), network_info=[test_vif.vif(id='one'), test_vif.vif(id='two')])

        self.assertEqual((['one', 'two'], 'none'), ([port['id'] for port in made['ports']], made['network']))
        self.assertNotIn('ports', spec.of(instance(), ImageMeta(), network_info=[]))

    def test_what_cannot_run_is_refused_in_words(self):
        for words, call in {
            'container format of image .* is bare, not docker': lambda: spec.of(instance(), ImageMeta('bare')),
            'is not set, not docker': lambda: spec.of(instance(), ImageMeta(None)),
            'volumes cannot boot here': lambda: spec.of(instance(), ImageMeta(image_id=None)),
            'Volumes cannot be attached': lambda: spec.of(instance(), ImageMeta(), block_device_info={'block_device_mapping': [{}]}),
            'Files cannot be injected': lambda: spec.of(instance(), ImageMeta(), injected_files=[('/x', 'y')]),
            'no config drive': lambda: spec.of(instance(config_drive='True'), ImageMeta()),
            'docker:command must be a JSON list': lambda: spec.of(instance(metadata={'docker:command': 'sleep 1'}), ImageMeta()),
            'docker:entrypoint must be a JSON list': lambda: spec.of(instance(metadata={'docker:entrypoint': '[1]'}), ImageMeta()),
            'cannot be split into words': lambda: spec.of(instance(), ImageMeta(command="sleep '")),
        }.items():
            with self.subTest(words), self.assertRaisesRegex(spec.SpecRefused, words):
                call()


if __name__ == '__main__':
    unittest.main()
