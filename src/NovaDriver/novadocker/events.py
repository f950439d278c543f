"""Follows the driver host's events: Nova knows within a second what happened behind its back."""

from __future__ import annotations

import logging
import threading
from typing import Callable, Iterator

from novadocker.client import DriverHostError

LOG = logging.getLogger(__name__)

STARTED, STOPPED, PAUSED, RESUMED = 'started', 'stopped', 'paused', 'resumed'
SILENCE = 20  # seconds; the driver host says something every five
LONGEST_WAIT = 30  # seconds between two tries to connect
MOST_REMINDERS = 24  # one with each ping: two minutes, then Nova's own periodic task is left


class InstanceEvents:
    """Reads the stream in a thread of its own, connecting again whenever it breaks.

    :param stream: opens the stream; ``DriverHostClient.events``.
    :param tell: is told (uuid, STARTED | STOPPED | PAUSED | RESUMED), also twice.
    """

    def __init__(
        self, stream: Callable[[float], Iterator[dict]], tell: Callable[[str, str], None]
    ):
        self._stream = stream
        self._tell = tell
        self._states: dict[str, str] = {}
        self._ended: dict[str, int] = {}
        self._stopping = threading.Event()

    def start(self):
        threading.Thread(target=self._run, name='novadocker-events', daemon=True).start()

    def stop(self):
        self._stopping.set()

    def _run(self):
        wait = 1
        while not self._stopping.is_set():
            try:
                for event in self._stream(SILENCE):
                    if self._stopping.is_set():
                        return
                    wait = 1
                    self.take(event)
                LOG.info("The stream of the driver host's events ended; connecting again.")
            except DriverHostError as refused:
                LOG.warning(
                    'No events from the driver host: %s Trying again in %d s.', refused, wait
                )
            except Exception:
                LOG.exception(
                    "An event of the driver host's could not be handled; connecting again."
                )
            self._stopping.wait(wait)
            wait = min(wait * 2, LONGEST_WAIT)

    def take(self, event: dict):
        """Handles one event of the stream."""
        kind, instance = event['type'], event.get('state')
        if kind == 'instance':
            self._see(instance)
        elif kind == 'deleted':
            self._states.pop(instance['id'], None)
            self._ended.pop(instance['id'], None)
        elif kind == 'ping':
            self._remind()

    def _see(self, instance: dict):
        uuid, now = instance['id'], instance['state']
        before = self._states.get(uuid)
        self._states[uuid] = now
        ended_by_itself = now == 'exited' and instance['wanted_running']
        if not ended_by_itself:
            self._ended.pop(uuid, None)
        if now == before or now not in ('running', 'paused', 'exited'):
            return
        if ended_by_itself:
            self._ended[uuid] = 0
        if now == 'exited' and (before is not None or ended_by_itself):
            self._tell(uuid, STOPPED)
        elif now == 'paused' and before is not None:
            self._tell(uuid, PAUSED)
        elif now == 'running' and before == 'paused':
            self._tell(uuid, RESUMED)
        elif now == 'running' and before == 'exited':
            self._tell(uuid, STARTED)

    # Nova passes over an event while it has a task with the server: one whose process ends
    # during its own spawn would stay ACTIVE.
    def _remind(self):
        for uuid, times in list(self._ended.items()):
            if times < MOST_REMINDERS:
                self._ended[uuid] = times + 1
                self._tell(uuid, STOPPED)
