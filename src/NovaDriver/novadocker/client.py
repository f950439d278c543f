"""The driver host's API over its unix socket.

Plain sockets, so that it is green under eventlet and ordinary under threads.
"""

from __future__ import annotations

import http.client
import json
import socket
from typing import Callable, Iterator
from urllib.parse import quote, urlencode

QUICK = 30  # seconds: answers from the driver host's memory, or one question to its engine
LONG = 3600  # seconds: an image of many gigabytes is fetched and loaded, or saved and sent
CONSOLE_LINES = 10000
CONSOLE_BYTES = 100 * 1024  # as Nova's other drivers do


class DriverHostError(Exception):
    """The driver host refused. ``code`` is for programs, the text for people."""

    def __init__(self, status: int | None, code: str, message: str):
        super().__init__(message)
        self.status = status
        self.code = code


class DriverHostDown(DriverHostError):
    """Nobody can say how things are: the driver host, its engine or Keystone does not answer."""

    def __init__(self, message: str, status: int | None = None, code: str = 'unreachable'):
        super().__init__(status, code, message)


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a unix socket."""

    def __init__(self, path: str, timeout: float):
        super().__init__('driver-host', timeout=timeout)
        self._path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class DriverHostClient:
    """One method for each route that Nova needs; a connection for each call.

    :param path: the socket's.
    :param token: gives a Keystone token with the role service or admin; asked with True when
        the last one was refused.
    """

    def __init__(self, path: str, token: Callable[[bool], str]):
        self._path = path
        self._token = token

    def host(self) -> dict:
        return self._json('GET', '/v1/host')

    def instances(self) -> list[dict]:
        return self._json('GET', '/v1/instances')

    def instance(self, uuid: str) -> dict:
        return self._json('GET', _path(uuid))

    def spawn(self, uuid: str, spec: dict) -> dict:
        return self._json('PUT', _path(uuid), spec, timeout=LONG)

    def delete(self, uuid: str, keep_links: bool = False) -> None:
        """:param keep_links: those of its ports stay, for the instance that is spawned next."""
        query = {'keepLinks': 'true'} if keep_links else None
        self._json('DELETE', _path(uuid, query=query), timeout=LONG)

    def plug(self, uuid: str, port: dict) -> dict:
        """Makes the port's link on the host; a container that there is gets it at once.

        :returns: ``made``: whether the link is new.
        """
        return self._json('PUT', _path(uuid, 'ports/' + quote(port['id'], safe='')), port, timeout=LONG)

    def unplug(self, uuid: str, port_id: str) -> None:
        self._json('DELETE', _path(uuid, 'ports/' + quote(port_id, safe='')), timeout=LONG)

    def act(self, uuid: str, action: str, timeout: float = LONG, **query) -> dict:
        """start, stop, reboot, pause or unpause."""
        return self._json('POST', _path(uuid, action, query), timeout=timeout)

    def snapshot(self, uuid: str, image_id: str, name: str) -> dict:
        return self._json(
            'POST', _path(uuid, 'snapshot'), {'image_id': image_id, 'name': name}, timeout=LONG
        )

    def cache_image(self, image_id: str) -> dict:
        path = '/v1/images/%s/cache' % quote(image_id, safe='')
        return self._json('POST', path, timeout=LONG)

    def console(self, uuid: str) -> bytes:
        """The end of what the instance's process wrote."""
        kept = b''
        with self._open(
            'GET', _path(uuid, 'logs', {'tail': CONSOLE_LINES}), accept='text/plain'
        ) as answer:
            for chunk in _chunks(answer):
                kept = (kept + chunk)[-CONSOLE_BYTES:]
        return kept

    def events(self, silence: float) -> Iterator[dict]:
        """Every instance once, ``synced``, then changes and pings, until the connection is lost.

        :param silence: seconds without a word after which it counts as lost.
        """
        with self._open(
            'GET', '/v1/events', accept='application/x-ndjson', timeout=silence
        ) as answer:
            try:
                for line in answer:
                    yield json.loads(line)
            except (OSError, http.client.HTTPException) as lost:
                raise DriverHostDown(
                    'The connection to the driver host was lost: %s' % lost
                ) from lost

    def _json(self, method: str, path: str, body: dict | None = None, timeout: float = QUICK):
        with self._open(method, path, body, timeout=timeout) as answer:
            content = b''.join(_chunks(answer))
        return json.loads(content) if content else None

    def _open(self, method, path, body=None, accept='application/json', timeout=QUICK) -> _Answer:
        answer = self._send(method, path, body, accept, timeout, self._token(False))
        if answer.status == 401:
            answer.close()
            answer = self._send(method, path, body, accept, timeout, self._token(True))
        if answer.status < 400:
            return answer
        with answer as refusal:
            raise _error(refusal.status, b''.join(_chunks(refusal)))

    def _send(self, method, path, body, accept, timeout, token) -> _Answer:
        connection = UnixConnection(self._path, timeout)
        headers = {'X-Auth-Token': token, 'Accept': accept}
        if body is not None:
            headers['Content-Type'] = 'application/json'
        try:
            connection.request(
                method, path, None if body is None else json.dumps(body).encode(), headers
            )
            return _Answer(connection, connection.getresponse())
        except (OSError, http.client.HTTPException) as silent:
            connection.close()
            raise DriverHostDown(
                'The driver host at %s does not answer: %s'
                % (self._path, silent or type(silent).__name__)
            ) from silent


class _Answer:
    """An answer and the connection that it comes by; both are closed together."""

    def __init__(self, connection: UnixConnection, response: http.client.HTTPResponse):
        self._connection = connection
        self._response = response
        self.status = response.status

    def __enter__(self) -> http.client.HTTPResponse:
        return self._response

    def __exit__(self, *_):
        self.close()

    def close(self):
        self._response.close()
        self._connection.close()


def _chunks(answer: http.client.HTTPResponse) -> Iterator[bytes]:
    try:
        while chunk := answer.read(64 * 1024):
            yield chunk
    except (OSError, http.client.HTTPException) as lost:
        raise DriverHostDown('The driver host broke off its answer: %s' % lost) from lost


def _path(uuid: str, action: str | None = None, query: dict | None = None) -> str:
    path = '/v1/instances/' + quote(uuid, safe='')
    if action:
        path += '/' + action
    return path + '?' + urlencode(query) if query else path


def _error(status: int, content: bytes) -> DriverHostError:
    try:
        problem = json.loads(content)
        code, message = problem['code'], problem.get('detail') or problem['title']
    except (ValueError, KeyError, TypeError):
        code, message = 'unexpected', 'The driver host answered %d.' % status
    return (
        DriverHostDown(message, status, code)
        if status == 503
        else DriverHostError(status, code, message)
    )
