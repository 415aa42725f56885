"""Runs the real binary and speaks to it with Python's gRPC, knowing only what reflection says."""

import json
import signal
import subprocess
import sys
import threading
import time

import grpc
from google.protobuf import descriptor_pool, json_format, message_factory
from grpc_reflection.v1alpha.proto_reflection_descriptor_database import ProtoReflectionDescriptorDatabase

MAX_RECEIVE_BYTES = 4 << 20
START_SECONDS = 120
CALL_SECONDS = 120


class Server:
    """`claimd serve` on a free port, from the time it serves until the end of the `with` block."""

    def __init__(self, binary, *arguments):
        command = [binary, "serve", "--listen", "127.0.0.1:0", "--log-format", "json", *arguments]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        self.log = []
        self.address = None
        serving = threading.Event()
        threading.Thread(target=self._read_log, args=[serving], daemon=True).start()
        if not serving.wait(START_SECONDS) or self.address is None:
            self.process.kill()
            sys.exit("the server did not come up:\n" + "\n".join(self.log))

    def _read_log(self, serving):
        for line in self.process.stderr:
            self.log.append(line.rstrip())
            event = json.loads(line)
            if event.get("message") == "serving":
                self.address = event["address"]
                serving.set()
        serving.set()

    def terminate(self):
        """Sends SIGTERM: the exit code, and the seconds until it was there."""
        sent = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        return code, time.monotonic() - sent

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Client:
    """Calls methods by their full name with plain values, as JSON has them."""

    def __init__(self, address):
        options = [("grpc.max_receive_message_length", MAX_RECEIVE_BYTES)]
        self.channel = grpc.insecure_channel(address, options)
        self.database = ProtoReflectionDescriptorDatabase(self.channel)
        self.pool = descriptor_pool.DescriptorPool(self.database)
        self.methods = {}

    def close(self):
        self.channel.close()

    def message(self, name):
        return message_factory.GetMessageClass(self.pool.FindMessageTypeByName(name))

    def _method(self, name):
        if name not in self.methods:
            service, method = name.rsplit("/", 1)
            found = self.pool.FindServiceByName(service).FindMethodByName(method)
            self.methods[name] = [message_factory.GetMessageClass(kind) for kind in (found.input_type, found.output_type)]
        return self.methods[name]

    def call_raw(self, name, request):
        """The answer's bytes and its headers; raises grpc.RpcError."""
        kind, _ = self._method(name)
        stub = self.channel.unary_unary("/" + name, request_serializer=kind.SerializeToString)
        message = json_format.ParseDict(request, kind(), descriptor_pool=self.pool)
        answer, call = stub.with_call(message, timeout=CALL_SECONDS)
        return answer, dict(call.initial_metadata())

    def call(self, name, request):
        """The answer and its headers; raises grpc.RpcError."""
        answer, headers = self.call_raw(name, request)
        _, kind = self._method(name)
        message = kind.FromString(answer)
        values = json_format.MessageToDict(message, preserving_proto_field_name=True, descriptor_pool=self.pool)
        return values, headers

    def error(self, name, request):
        """The code of a call that fails, and its details by the names of their messages."""
        try:
            self.call_raw(name, request)
        except grpc.RpcError as error:
            trailers = dict(error.trailing_metadata())
            status = self.message("google.rpc.Status").FromString(trailers.get("grpc-status-details-bin", b""))
            details = {}
            for packed in status.details:
                kind = packed.type_url.rsplit("/", 1)[-1]
                unpacked = self.message(kind).FromString(packed.value)
                details[kind] = json_format.MessageToDict(unpacked, preserving_proto_field_name=True)
            return error.code().name, details
        sys.exit(f"{name} {request} was expected to fail, and did not")
