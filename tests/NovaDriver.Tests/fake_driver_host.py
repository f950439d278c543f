"""A driver host that answers as it is told, on a real unix socket."""

import http.server
import json
import os
import socketserver
import tempfile
import threading


class FakeDriverHost:
    """Keeps what it was asked; answers by (method, path without query), each with a list of which the last answer stays."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory()
        self.path = os.path.join(self._folder.name, 'driver-host.sock')
        self.requests = []
        self._answers = {}
        self._server = _Server(self.path, _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={'poll_interval': 0.01}, daemon=True)
        self._thread.start()

    def on(self, method, path, *answers):
        """Each answer is (status, body): JSON, or bytes as they are."""
        self._answers[method, path] = list(answers)

    def on_sample(self, sample):
        request, response = sample['request'], sample['response']
        self.on(request['method'], request['path'], (response['status'], response.get('body')))

    def take(self, method, path):
        answers = self._answers.get((method, path.split('?')[0]), [(500, None)])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def close(self):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self._folder.cleanup()


class _Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


def _handler(host):
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'

        def answer(self):
            content = self.rfile.read(int(self.headers.get('Content-Length', 0)))
            host.requests.append(
                {
                    'method': self.command,
                    'path': self.path,
                    'token': self.headers['X-Auth-Token'],
                    'accept': self.headers['Accept'],
                    'body': json.loads(content) if content else None,
                }
            )
            status, body = host.take(self.command, self.path)
            sent = body if isinstance(body, bytes) else b'' if body is None else json.dumps(body).encode()
            self.send_response(status)
            self.send_header('Content-Length', str(len(sent)))
            self.end_headers()
            if sent:
                self.wfile.write(sent)

        do_GET = do_PUT = do_POST = do_DELETE = answer

        def address_string(self):
            return 'socket'

        def log_message(self, *_):
            pass

    return Handler
