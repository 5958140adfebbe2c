"""Unit tests start no process and open no connection."""

import os
import socket
import subprocess

import pytest


@pytest.fixture(autouse=True)
def _no_process_and_no_connection(monkeypatch):
    def fail(*_args, **_options):
        pytest.fail("this test starts a process or opens a connection: move it to tests/integration")

    for owner, name in (
        (subprocess.Popen, "__init__"),
        (os, "fork"),
        (socket, "create_connection"),
        (socket, "create_server"),
        (socket.socket, "listen"),
    ):
        if hasattr(owner, name):
            monkeypatch.setattr(owner, name, fail)
