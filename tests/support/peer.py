# A peer of the tests' own in Python: peer.py tcp|udp server|client. The client's "exit" ends it.
# A server tells its port as our scripts do; all other words are its own.
import socket
import sys

tcp, server = sys.argv[1] == "tcp", sys.argv[2] == "server"
chat = socket.socket(socket.AF_INET, socket.SOCK_STREAM if tcp else socket.SOCK_DGRAM)
address = ("127.0.0.1", int(input("port? ")))


def say():
    text = input("say? ")
    chat.sendall(text.encode()) if tcp else chat.sendto(text.encode(), address)
    return text


def hear():
    global address
    data, address = chat.recvfrom(1024)
    print(f"heard <{data.decode()}>")
    return data.decode()


if server:
    chat.bind(address)
    print("Port yang dipilih sistem:", chat.getsockname()[1], file=sys.stderr)
if tcp and server:
    chat.listen()
    chat, _ = chat.accept()
elif tcp:
    chat.connect(address)

first, second = (hear, say) if server else (say, hear)
while first() != "exit":
    second()
