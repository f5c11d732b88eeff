"""The processes that submissions run under, as the grader sees them: asked, and replaced when they die."""

import json
import os
import queue
import select
import signal
import subprocess
import time
from contextlib import suppress

from sepconv.grading.hosts import FORKS, Host
from sepconv.grading.worker import write_frame

_START_TIME = 120  # seconds until a process has imported torch
_MOST_REPLY = 72 * 2**20  # bytes


class ServerGone(Exception):
    """The process that runs submissions ended, or fell silent.

    Parameters
    ----------
    data : bytes
        What the submission had sent until then.
    """

    def __init__(self, data=b""):
        super().__init__("the process that runs submissions is gone")
        self.data = data


def servers_of_one_host(count, sandbox, judges=0) -> list["Server"]:
    """Return servers whose processes are forks of one, so that torch is imported once for all of them.

    In bubblewrap each has a host of its own: what runs in one sandbox can end what else runs there.

    Parameters
    ----------
    count : int
    sandbox : {"bwrap", "none"}
    judges : int
        How many processes that judge are forked beside them, where there is one host: the ``judges`` of each server.
    """
    servers = [Server(sandbox) for _ in range(count)]
    if sandbox != "none" or not FORKS:
        for server in servers:
            server.launch()
        return servers
    host = Host(sandbox, lanes=count, judges=judges)
    for server, lane in zip(servers, host.lanes, strict=True):
        server.use(host, *lane)
    return servers


class FreeServers:
    """Servers of which each request gets one that is free, so that none waits while answers are judged.

    Parameters
    ----------
    servers : sequence of Server
    """

    def __init__(self, servers):
        self._free = queue.SimpleQueue()
        for server in servers:
            self._free.put(server)

    def ask(self, request: dict) -> tuple[bytes, str]:
        """Do as `Server.ask`."""
        server = self._free.get()
        try:
            return server.ask(request)
        finally:
            self._free.put(server)


class Server:
    """One process that runs submissions, started when it is first needed, and again when it has died.

    Parameters
    ----------
    sandbox : {"bwrap", "none"}
    forking : bool
        Whether one process serves many submissions. Without, each one starts a process of its own.
    """

    def __init__(self, sandbox="none", forking=FORKS):
        self.sandbox, self.forking = sandbox, forking
        self._host = self._requests = self._replies = self._lane = None

    def launch(self):
        """Start a process of one's own, and do not wait until it is ready."""
        host = Host(self.sandbox, forking=self.forking)
        self.use(host, host.process.stdin, host.process.stdout)

    def use(self, host, requests, replies):
        """Speak with a process of a host over these pipes."""
        self._host, self._requests, self._replies = host, requests, replies
        self._lane, self._ready = None, not self.forking
        host.users += 1

    @property
    def judges(self):
        """The connections to the processes that judge, forked beside this one; maybe none."""
        return self._host.judges

    def provide(self):
        """Give the launched process the package that it then imports."""
        self._host.provide()

    def ask(self, request: dict) -> tuple[bytes, str]:
        """Run a submission; return what it sent and how it ended.

        Raises
        ------
        ServerGone
            If the process ended or fell silent. The next request starts another.
        """
        data = bytearray()
        try:
            if self._host is None or self._host.process.poll() is not None:
                self.close()
                self.launch()
                self.provide()
            if not self._ready:
                process = json.loads(self._reply(_START_TIME))
                self._lane = process if self._host.lanes else None
                self._host.one_is_ready()
                self._ready = True
            write_frame(self._requests, json.dumps(request).encode())
            if not self.forking:
                return self._last_words(request)
            while (reply := self._reply(request["total"] + 30))[:1] == b"+":
                data += reply[1:]
                if len(data) > _MOST_REPLY:
                    raise ValueError("no submission may send that much")
            return bytes(data), json.loads(reply)[0]
        except (OSError, ValueError):
            self.close()
            raise ServerGone(bytes(data)) from None

    def _reply(self, seconds):
        deadline = time.monotonic() + seconds
        size = int.from_bytes(self._read(8, deadline), "big")
        if size > _MOST_REPLY:
            raise ValueError("a reply of that size is none")
        return self._read(size, deadline)

    def _read(self, size, deadline):
        """Read so many bytes, and no longer than until then."""
        data, source = bytearray(), self._replies.fileno()
        while len(data) < size:
            if not select.select([source], [], [], max(0, deadline - time.monotonic()))[0]:
                raise ValueError("no reply in time")
            chunk = os.read(source, min(1 << 20, size - len(data)))
            if not chunk:
                raise ValueError("the process ended")
            data += chunk
        return bytes(data)

    def _last_words(self, request):
        """Without a fork: what a process of its own says until it ends."""
        try:
            data = self._host.process.communicate(timeout=request["total"] + _START_TIME)[0]
            return data[:_MOST_REPLY], "ended"
        except subprocess.TimeoutExpired as slow:
            return slow.stdout or b"", "slow"
        finally:
            self.close()

    def close(self):
        """End the process; the last one that leaves a host ends that, too."""
        if self._host is None:
            return
        for pipe in (self._requests, self._replies):
            with suppress(OSError):
                pipe.close()
        if self._lane:
            with suppress(OSError):
                os.killpg(self._lane, signal.SIGKILL)
        self._host.leave()
        self._host = self._requests = self._replies = self._lane = None
