"""A kernel for the tests: one for most of them, a fresh one for those that ask."""

import time

import pytest
from jupyter_client.manager import KernelManager

LIMIT = 120

# A network that learns pairs of patterns, for tests that train.
ASSOCIATOR = """
let mut net = Network::new("associator");
let input = net.add_layer("Input", &[5, 5], LayerType::Input)?;
let output = net.add_layer("Output", &[5, 5], LayerType::Target)?;
net.connect(input, output, Full::default(), ProjectionType::Forward)?;
net.build()?;
let patterns = patgen::pattern_pairs(4, &[5, 5], &[5, 5], 6, 1)?;
"""


class Reply:
    """What came back for one cell."""

    def __init__(self, reply, messages):
        self.content = reply["content"]
        self.status = self.content["status"]
        self.count = self.content["execution_count"]
        self.messages = messages
        self.result = None
        for message in messages:
            if message["msg_type"] == "execute_result":
                self.result = message["content"]

    def of_type(self, kind):
        return [m["content"] for m in self.messages if m["msg_type"] == kind]

    def stream(self, name):
        return "".join(c["text"] for c in self.of_type("stream") if c["name"] == name)

    @property
    def text(self):
        return self.result["data"]["text/plain"] if self.result else None

    @property
    def error(self):
        return self.content.get("ename"), self.content.get("evalue")

    @property
    def traceback(self):
        return "\n".join(self.content["traceback"])


class Kernel:
    """A running kernel and its client."""

    def __init__(self, program=None, shell_port=0, **options):
        self.manager = KernelManager(kernel_name="emergent", shell_port=shell_port)
        if program:
            self.manager.kernel_spec.argv[0] = str(program)
        self.manager.start_kernel(**options)
        self.connect()

    def connect(self):
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=LIMIT)

    def submit(self, code, **options):
        return self.client.execute(code, **options)

    def collect(self, identity):
        """Waits for the reply to a cell and for all of its output."""
        end = time.monotonic() + LIMIT
        messages, reply, idle = [], None, False
        while not idle:
            message = self.client.get_iopub_msg(timeout=end - time.monotonic())
            if message["parent_header"].get("msg_id") != identity:
                continue
            messages.append(message)
            idle = message["content"].get("execution_state") == "idle"
        while reply is None:
            message = self.client.get_shell_msg(timeout=end - time.monotonic())
            if message["parent_header"].get("msg_id") == identity:
                reply = message
        return Reply(reply, messages)

    def run(self, code, **options):
        return self.collect(self.submit(code, **options))

    def ok(self, code):
        reply = self.run(code)
        assert reply.status == "ok", reply.content
        return reply

    def value(self, code):
        return self.ok(code).text

    def complete(self, code, at=None):
        at = len(code) if at is None else at
        return self.client.complete(code, at, reply=True, timeout=LIMIT)["content"]

    def inspect(self, code, at=None):
        at = len(code) if at is None else at
        return self.client.inspect(code, at, reply=True, timeout=LIMIT)["content"]

    def wait_for(self, kind):
        """Waits for a message of a cell that runs."""
        while True:
            message = self.client.get_iopub_msg(timeout=LIMIT)
            if message["msg_type"] == kind:
                return message["content"]

    def interrupt(self):
        self.client.control_channel.send(self.client.session.msg("interrupt_request", {}))

    def stop(self, identity):
        """Presses the stop button; the cell must end before the grace of 5 s is over."""
        start = time.monotonic()
        self.interrupt()
        reply = self.collect(identity)
        assert time.monotonic() - start < 4
        return reply

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


@pytest.fixture(scope="session")
def kernel():
    kernel = Kernel()
    kernel.ok("use emergent::prelude::*;")
    yield kernel
    kernel.close()


@pytest.fixture
def fresh():
    kernel = Kernel()
    yield kernel
    kernel.close()
