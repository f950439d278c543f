"""A network service that stands in where there is no Neutron: Nova asks one for the ports of each server that it shows."""

import http.server
import json
import threading


def no_network(port):
    """Answers every list of ports, networks and groups with an empty one, and sets no limits; knows none of them by name."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'

        def do_GET(self):
            parts = self.path.split('?')[0].strip('/').split('/')
            if len(parts) < 2:
                self.answer(200, {'versions': [{'id': 'v2.0', 'status': 'CURRENT', 'links': []}]})
            elif len(parts) == 2:
                self.answer(200, {parts[1].replace('-', '_'): []})
            elif parts[1] == 'quotas':
                self.answer(200, {'quota': {name: -1 for name in ('network', 'subnet', 'port', 'floatingip', 'security_group')}})
            else:
                self.refuse()

        def refuse(self):
            self.rfile.read(int(self.headers.get('Content-Length', 0)))
            self.answer(404, {'NeutronError': {'type': 'NotFound', 'message': 'No network service here.', 'detail': ''}})

        do_POST = do_PUT = do_DELETE = refuse

        def answer(self, status, content):
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header('Content-Type', 'application/json')
            self.send_header('Content-Length', str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(('127.0.0.1', port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
