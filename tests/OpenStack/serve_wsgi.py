"""Serves Keystone's or Placement's own WSGI application on a loopback port: serve_wsgi.py PORT MODULE FACTORY"""

import importlib
import socketserver
import sys
import wsgiref.simple_server


class Server(socketserver.ThreadingMixIn, wsgiref.simple_server.WSGIServer):
    daemon_threads = True
    request_queue_size = 64


if __name__ == '__main__':
    port, module, factory = sys.argv[1:]
    sys.argv[1:] = []
    application = getattr(importlib.import_module(module), factory)()
    with wsgiref.simple_server.make_server('127.0.0.1', int(port), application, Server) as server:
        server.serve_forever()
