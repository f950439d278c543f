"""A registry on this machine with an image to build on: as the framework's own image, it has the .NET runtime (the one installed here), what that links, and a user 1654."""

import glob
import io
import os
import pathlib
import re
import socket
import subprocess
import tarfile
import time

PATIENCE = 30  # seconds
# Opened by name while the program runs.
OPENED_BY_NAME = ('libssl.so.3', 'libcrypto.so.3')


class Registry:
    def __init__(self, folder):
        folder.mkdir()
        with socket.create_server(('127.0.0.1', 0)) as free:
            self._port = free.getsockname()[1]
        self._log = folder / 'log'
        settings = 'version: 0.1\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "127.0.0.1:%d"}\n' % (folder / 'images', self._port)
        (folder / 'config.yml').write_text(settings)
        with open(self._log, 'w') as log:
            self._process = subprocess.Popen(['docker-registry', 'serve', folder / 'config.yml'], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE
        while not self._listens():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(self._log.read_text())
            time.sleep(0.1)

    def stop(self):
        self._process.terminate()
        self._process.wait()

    def give_base(self):
        """The name of the image below, as the registry has it."""
        name = 'localhost:%d/aspnet:10.0' % self._port
        settings = 'ENV APP_UID=1654 ASPNETCORE_HTTP_PORTS=8080 DOTNET_RUNNING_IN_CONTAINER=true'
        subprocess.run(['docker', 'import', '--change', settings, '-', name], input=base(), check=True, stdout=subprocess.DEVNULL)
        subprocess.run(['docker', 'push', '--quiet', name], check=True, stdout=subprocess.DEVNULL)
        subprocess.run(['docker', 'rmi', name], check=True, stdout=subprocess.DEVNULL)
        return name

    def _listens(self):
        with socket.socket() as trial:
            return trial.connect_ex(('127.0.0.1', self._port)) == 0


def base():
    runtime = pathlib.Path('/usr/bin/dotnet').resolve().parent
    newest = [max(glob.glob('%s/shared/Microsoft.%s.App/10.*' % (runtime, kind)), key=version) for kind in ('NETCore', 'AspNetCore')]
    host = max(glob.glob('%s/host/fxr/10.*' % runtime), key=version)
    programs = [str(runtime / 'dotnet'), *glob.glob(newest[0] + '/*.so'), *glob.glob(host + '/*.so')]
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode='w', dereference=True) as archive:
        for path in [runtime / 'dotnet', host, *newest, '/etc/ssl/certs/ca-certificates.crt', *libraries(programs)]:
            archive.add(path, str(path).lstrip('/'))
        link = tarfile.TarInfo('usr/bin/dotnet')
        link.type, link.linkname = tarfile.SYMTYPE, str(runtime / 'dotnet')
        archive.addfile(link)
        users = b'root:x:0:0::/root:/bin/false\napp:x:1654:1654::/home/app:/bin/false\n'
        entry = tarfile.TarInfo('etc/passwd')
        entry.size, entry.mode = len(users), 0o644
        archive.addfile(entry, io.BytesIO(users))
    return target.getvalue()


def libraries(programs):
    """What they link, by the names that they link it by: links become files."""
    known = subprocess.run(['/sbin/ldconfig', '-p'], check=True, capture_output=True, text=True).stdout
    opened = [re.search(r'\s%s .*=> (\S+)' % re.escape(name), known)[1] for name in OPENED_BY_NAME]
    linked = subprocess.run(['ldd', *programs, *opened], check=True, capture_output=True, text=True).stdout
    found = {*opened, *re.findall(r'(?:=> |^\s+)(/\S+) \(', linked, re.MULTILINE)}
    return sorted(path for path in found if os.path.dirname(path) not in map(os.path.dirname, programs))


def version(path):
    return [int(part) for part in re.findall(r'\d+', os.path.basename(path))]
