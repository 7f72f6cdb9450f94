// A peer of the tests' own opposite a script: it knows bytes, no dialogue.
import { once } from "node:events";
import net from "node:net";
import { deadline, decode, encode } from "./program.ts";

export interface Peer extends Disposable {
  port: number;
  /** The port of whoever wrote last, over UDP. */
  from?: number;
  /** Over UDP: to the port it was made for, else to `from`. */
  send(bytes: string | Uint8Array): Promise<unknown>;
  /**
   * The next text. Over TCP: waits for `size` bytes or more, and gives all that has come; null at the
   * end. Over UDP: one datagram, whatever its size.
   */
  receive(size?: number): Promise<string | null>;
  /** Leaves the connection, over TCP. */
  leave?(way: "closes" | "resets"): Promise<unknown>;
}

/** Whether a program still holds the connection between two ports of IPv4; Linux tells. */
function held(ports: number[]): boolean {
  if (Deno.build.os !== "linux") return false;
  const [own, other] = ports.map((port) => port.toString(16).toUpperCase().padStart(4, "0"));
  // Its addresses, its state, five figures, and its inode, which is 0 once nobody holds it.
  const line = RegExp(`:${own} \\w+:${other} \\w+( +\\S+){5} +[1-9]`);
  return line.test(Deno.readTextFileSync("/proc/net/tcp"));
}

/** A TCP connection as a peer: a socket of Node's, since Deno's cannot reset one. */
export function tcpPeer(socket: net.Socket): Peer {
  socket.setNoDelay().setEncoding("utf-8").on("error", () => {});
  const texts = socket[Symbol.asyncIterator]();
  return {
    port: socket.localPort!,
    send: (bytes) => new Promise((sent) => socket.write(bytes, sent)),
    async receive(size = 1) {
      let text = "";
      while (encode(text).length < size) {
        const { done, value } = await deadline(texts.next());
        if (done) return null;
        text += value;
      }
      return text;
    },
    async leave(way) {
      const ports = [socket.localPort!, socket.remotePort!];
      const closed = once(socket, "close");
      // Its end goes out before it is closed: what still came in between would make it a reset.
      if (way === "closes") socket.end(() => socket.destroy());
      else socket.resetAndDestroy();
      await closed;
      // Any program that this process is just starting holds the socket, too, for a moment more.
      while (held(ports)) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    [Symbol.dispose]: () => socket.destroy(),
  };
}

export async function tcpConnect(port: number, hostname = "127.0.0.1"): Promise<Peer> {
  const socket = net.connect(port, hostname);
  await once(socket, "connect");
  return tcpPeer(socket);
}

/** A datagram socket at `hostname`, which writes to port `to` there. */
export function udpPeer(to?: number, hostname = "127.0.0.1"): Peer {
  const socket = Deno.listenDatagram({ hostname, port: 0, transport: "udp" });
  const buffer = new Uint8Array(65_535);
  const peer: Peer = {
    port: (socket.addr as Deno.NetAddr).port,
    send: (bytes) =>
      socket.send(encode(bytes), { hostname, port: to ?? peer.from!, transport: "udp" }),
    async receive() {
      const [bytes, addr] = await deadline(socket.receive(buffer));
      peer.from = (addr as Deno.NetAddr).port;
      return decode(bytes);
    },
    [Symbol.dispose]: () => socket.close(),
  };
  return peer;
}
