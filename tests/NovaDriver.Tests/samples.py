"""The driver host's API as tests/Samples/driver-host has it: the driver host's own tests are held to the same files."""

import json
import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parent.parent / 'Samples' / 'driver-host'
UUID = '5f1c1ad2-9d3c-4a51-8f5e-2b9b1d0c7a11'
DEFAULTS = {'uuid': UUID, 'id': '8c2f4b6f0f3e4d0c9c1f7a6b5d4e3f21', 'number': 42, 'flag': True, 'text': 'text'}
HOLE = re.compile(r'\{([a-z0-9]+)(?::([a-z0-9-]+))?\??\}')


def read(name, **values):
    """A sample with its holes filled: {kind} or {kind:name}; values by name, with _ for -."""
    return _fill(json.loads((FOLDER / (name + '.json')).read_text()), {key.replace('_', '-'): value for key, value in values.items()})


def _fill(node, values):
    if isinstance(node, dict):
        return {key: _fill(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_fill(value, values) for value in node]
    if not isinstance(node, str):
        return node
    whole = HOLE.fullmatch(node)
    if whole:
        return _value(whole, values)
    return HOLE.sub(lambda hole: str(_value(hole, values)), node)


def _value(hole, values):
    return values.get(hole.group(2), DEFAULTS[hole.group(1)])
