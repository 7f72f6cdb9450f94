// A peer of the tests' own opposite a script: it knows bytes, no dialogue.
import { once } from "node:events";
import net from "node:net";
import { deadline, decode, encode, listening, Program } from "./driver.ts";
import { command, type Script } from "./scripts.ts";
import { inTerminal } from "./system.ts";

/** What a peer can do. */
export interface Peer extends Disposable {
  port: number;
  /** The port of whoever wrote last, over UDP. */
  from?: number;
  /** Sends all of `bytes`; over UDP to the port it was made for, else to `from`. */
  send(bytes: string | Uint8Array): Promise<unknown>;
  /** The next text: over TCP at least `size` bytes, null at the end; over UDP a datagram. */
  receive(size?: number): Promise<string | null>;
  /** Leaves the connection, over TCP. */
  leave?(way: "closes" | "resets"): Promise<unknown>;
}

/** A TCP connection as a peer: a socket of Node's, since Deno's cannot reset one. */
function tcpPeer(socket: net.Socket): Peer {
  const pieces = socket.setNoDelay().on("error", () => {})[Symbol.asyncIterator]();
  return {
    port: socket.localPort!,
    send: (bytes) => new Promise((sent) => socket.write(bytes, sent)),
    async receive(size = 1) {
      let bytes = new Uint8Array();
      while (bytes.length < size) {
        const { done, value } = await deadline(pieces.next(), 5_000);
        if (done) return null;
        bytes = new Uint8Array([...bytes, ...value]);
      }
      return decode(bytes);
    },
    leave: (way) => once(way === "closes" ? socket.destroy() : socket.resetAndDestroy(), "close"),
    [Symbol.dispose]: () => socket.destroy(),
  };
}

/** A peer that has connected to `port`. */
export async function tcpConnect(port: number, hostname = "127.0.0.1"): Promise<Peer> {
  const socket = net.connect(port, hostname);
  await once(socket, "connect");
  return tcpPeer(socket);
}

/** A datagram socket as a peer, bound to `port` of `own`, which writes to `to` at `hostname`. */
export function udpPeer(to?: number, hostname = "127.0.0.1", own = hostname, port = 0): Peer {
  const socket = Deno.listenDatagram({ hostname: own, port, transport: "udp" });
  const buffer = new Uint8Array(65_535);
  const peer: Peer = {
    port: (socket.addr as Deno.NetAddr).port,
    send: (bytes) =>
      socket.send(encode(bytes), { hostname, port: to ?? peer.from!, transport: "udp" }),
    async receive() {
      const [bytes, addr] = await deadline(socket.receive(buffer), 5_000);
      peer.from = (addr as Deno.NetAddr).port;
      return decode(bytes);
    },
    [Symbol.dispose]: () => socket.close(),
  };
  return peer;
}

/** A script with a peer opposite it; `await using` ends both. */
export class Chat extends Program {
  peer!: Peer;
  prompt: string;
  label: string;
  readonly other: string;

  constructor(script: Script, port: number, args: string[], terminal?: Record<string, string>) {
    const words = command(script, ["--port", `${port}`, ...args]);
    super(terminal ? inTerminal(words) : words, { env: { TERM: "xterm", ...terminal } });
    this.port = port;
    this.other = script.endsWith("client") ? "Server" : "Client";
    this.prompt = this.other === "Server" ? "[Client] Ketik pesan: " : "[Server] Ketik balasan: ";
    this.label = `[${this.other}]: `;
  }

  /** The script's user says "halo", and the peer hears it. */
  async say(): Promise<void> {
    await this.type("halo\n");
    if (await this.peer.receive(4) !== "halo") throw new Error("the peer heard something else");
  }

  /** Lets the script wait for its peer; a client does so once its user has said something. */
  async wait(): Promise<void> {
    if (this.other === "Server") await this.say();
  }

  /** Lets the script ask its user; a server does so once its peer has said "halo". */
  async ask(): Promise<void> {
    if (this.other === "Client") await this.peer.send("halo");
    await this.until(this.prompt);
  }

  /** Plays a turn in which the peer sends `bytes`, which the script shows as `line`. */
  async hear(bytes: string | Uint8Array, line: string): Promise<void> {
    await this.wait();
    await this.peer.send(bytes);
    await this.until(`${this.label}${line}\n${this.prompt}`);
    if (this.other === "Client") await this.say();
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.peer[Symbol.dispose]();
    await super[Symbol.asyncDispose]();
  }
}

/**
 * Starts `script` and brings it together with a peer at `hostname`; in a terminal of its own where
 * the variables of a `terminal` are given.
 */
export async function meet(
  script: Script,
  args: string[] = [],
  hostname = "127.0.0.1",
  terminal?: Record<string, string>,
): Promise<Chat> {
  const begin = (port: number) => new Chat(script, port, ["--host", hostname, ...args], terminal);
  if (script.endsWith("server")) {
    const chat = await listening(begin(0), terminal ? "out" : "err");
    const tcp = script === "tcp_server";
    const peer = tcp ? await tcpConnect(chat.port, hostname) : udpPeer(chat.port, hostname);
    return Object.assign(chat, { peer });
  }
  if (script === "udp_client") {
    const peer = udpPeer(undefined, hostname);
    return Object.assign(begin(peer.port), { peer });
  }
  const listener = net.createServer().listen(0, hostname);
  await once(listener, "listening");
  const chat = begin((listener.address() as net.AddressInfo).port);
  const [socket] = await once(listener, "connection");
  listener.close();
  return Object.assign(chat, { peer: tcpPeer(socket) });
}
