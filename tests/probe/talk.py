#!/usr/bin/env python3
"""One end of a TCP connection whose octets are known.  Run as: talk.py
serve PORT, or as talk.py idle|sends|receives ADDRESS PORT LOCAL_PORT: a client
that goes on until SIGTERM and then prints how many octets arrived unharmed."""
import hashlib
import signal
import socket
import sys
import threading
import time

PAUSE = 0.01


def block(number):
    return hashlib.sha512(b"%d" % number).digest() * 256


def send_until(sock, ended):
    number = 0
    while not ended():
        sock.sendall(block(number))
        number += 1
        time.sleep(PAUSE)


def receive_all(sock):
    """How many octets came as they were sent; -1 if others did."""
    held, number, total = b"", 0, 0
    while octets := sock.recv(65536):
        held += octets
        while len(held) >= len(block(number)):
            if not held.startswith(block(number)):
                return -1
            total += len(block(number))
            held = held[len(block(number)):]
            number += 1
    return total if block(number).startswith(held) else -1


def serve_one(sock):
    """The client's first octet says who sends."""
    if sock.recv(1) == b"r":
        gone = threading.Event()
        threading.Thread(target=lambda: (sock.recv(1), gone.set())).start()
        send_until(sock, gone.is_set)
        sock.shutdown(socket.SHUT_WR)
    else:
        sock.sendall(b"%d\n" % receive_all(sock))
    sock.close()


def serve(port):
    listener = socket.create_server(("", port), family=socket.AF_INET6,
                                    dualstack_ipv6=True)
    print("ready", flush=True)
    while True:
        threading.Thread(target=serve_one, args=(listener.accept()[0],),
                         daemon=True).start()


def talk(mode, address, port, local):
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    v6 = ":" in address
    sock = socket.socket(socket.AF_INET6 if v6 else socket.AF_INET)
    sock.bind(("::" if v6 else "0.0.0.0", local))
    sock.connect((address, port))
    sock.sendall(mode[:1].encode())
    print("ready", flush=True)
    if mode == "receives":
        threading.Thread(target=lambda: (
            ended.wait(), sock.shutdown(socket.SHUT_WR))).start()
        print(receive_all(sock))
        return
    if mode == "sends":
        send_until(sock, ended.is_set)
    else:
        ended.wait()
        sock.sendall(block(0))
    sock.shutdown(socket.SHUT_WR)
    print(sock.makefile().read().strip())


if sys.argv[1] == "serve":
    serve(int(sys.argv[2]))
else:
    talk(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
