"""Many threads that read their first answers at the same moment."""

import subprocess
import sys

READ = """
import sys, threading
from oint.cdek.events import parse
from oint.cdek.api.orders import OrderResponse

sys.setswitchinterval(1e-6)
CARD = b'{"entity": {"uuid": "x", "statuses": [{"code": "A"}]}, "requests": [{"state": "A", "errors": [{"code": "a"}]}]}'
EVENT = b'{"type": "ORDER_STATUS", "uuid": "x", "attributes": {"code": "A"}}'
at_once, read = threading.Barrier(12), []


def first(number):
    at_once.wait()
    read.append(OrderResponse.decode(CARD)[0].order.uuid if number % 2 else parse(EVENT).uuid)


threads = [threading.Thread(target=first, args=(number,)) for number in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(read == ["x"] * 12)
"""


def test_first_decoding_by_many_threads_does_not_crash():
    for _ in range(4):
        done = subprocess.run([sys.executable, "-c", READ], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
