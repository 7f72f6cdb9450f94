"""A peer of the tests' own in Python: plays one side of the report's dialogue over plain sockets.

    peer.py tcp|udp server|client PORT MESSAGE ...

A client sends each MESSAGE and prints what comes back, then sends nothing more; a server prints
its port (PORT 0: the system picks one) and each message, and answers it with the next MESSAGE.
Lines are printed as Python shows bytes, so that the test sees every byte.
"""
import socket
import sys

protocol, side, port, *messages = sys.argv[1:]
address = ("127.0.0.1", int(port))
kind = socket.SOCK_STREAM if protocol == "tcp" else socket.SOCK_DGRAM
with socket.socket(socket.AF_INET, kind) as sock:
    sock.settimeout(20)
    if side == "server":
        sock.bind(address)
        if protocol == "tcp":
            sock.listen(1)
        print(sock.getsockname()[1], flush=True)
        peer = sock.accept()[0] if protocol == "tcp" else None
        for message in messages:
            data, sender = (peer or sock).recvfrom(1024)
            print(data, flush=True)
            peer.sendall(message.encode()) if peer else sock.sendto(message.encode(), sender)
        print((peer or sock).recv(1024), flush=True)
    else:
        sock.connect(address)
        for message in messages:
            sock.sendall(message.encode())
            if message.lower() in ("exit", "quit"):
                break
            print(sock.recv(1024), flush=True)
