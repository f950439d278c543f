"""Lets a network of its own reach loopback ports of the one that its starter is in: relay.py PORT…

Sockets belong to the network that a process is in when it makes them: it listens in the inner one, then goes back to the outer one to connect.
"""

import ctypes
import os
import socket
import sys
import threading

OUTER = '/proc/%d/ns/net' % os.getppid()
CLONE_NEWNET = 0x40000000


def copy(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        # Either side broke off: the other is told.
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def serve(listener, port):
    while True:
        inner, _ = listener.accept()
        try:
            outer = socket.create_connection(('127.0.0.1', port))
        except OSError:
            inner.close()
            continue
        for ends in ((inner, outer), (outer, inner)):
            threading.Thread(target=copy, args=ends, daemon=True).start()


listeners = [(socket.create_server(('127.0.0.1', port)), port) for port in map(int, sys.argv[1:])]
with open(OUTER) as outer_network:
    if ctypes.CDLL(None, use_errno=True).setns(outer_network.fileno(), CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), 'setns')
threads = [threading.Thread(target=serve, args=pair) for pair in listeners]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
