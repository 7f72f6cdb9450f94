// A peer of the tests' own opposite a script: it knows bytes, no dialogue.
import { once } from "node:events";
import net from "node:net";
import { deadline, decode, encode, listening, Program } from "./driver.ts";
import { command, type Script } from "./scripts.ts";
import { inTerminal } from "./system.ts";

export interface Peer extends Disposable {
  port: number;
  /** The port of whoever wrote last, over UDP. */
  from?: number;
  /** Over UDP: to the port it was made for, else to `from`. */
  send(bytes: string | Uint8Array): Promise<unknown>;
  /** The next text: over TCP at least `size` bytes, null at the end; over UDP a datagram. */
  receive(size?: number): Promise<string | null>;
  /** Leaves the connection, over TCP. */
  leave?(way: "closes" | "resets"): Promise<unknown>;
}

/** A TCP connection as a peer: a socket of Node's, since Deno's cannot reset one. */
function tcpPeer(socket: net.Socket): Peer {
  socket.setNoDelay().setEncoding("utf-8").on("error", () => {});
  const texts = socket[Symbol.asyncIterator]();
  return {
    port: socket.localPort!,
    send: (bytes) => new Promise((sent) => socket.write(bytes, sent)),
    async receive(size = 1) {
      let text = "";
      while (encode(text).length < size) {
        const { done, value } = await deadline(texts.next(), 5_000);
        if (done) return null;
        text += value;
      }
      return text;
    },
    leave: (way) => once(way === "closes" ? socket.destroy() : socket.resetAndDestroy(), "close"),
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

  constructor(script: Script, args: string[], terminal?: Record<string, string>) {
    const words = command(script, args);
    super(terminal ? inTerminal(words) : words, { env: { TERM: "xterm", ...terminal } });
    [this.other, this.prompt] = script.endsWith("client")
      ? ["Server", "[Client] Ketik pesan: "]
      : ["Client", "[Server] Ketik balasan: "];
    this.label = `[${this.other}]: `;
  }

  /** The user says "halo", and the peer hears it. */
  async say() {
    await this.type("halo\n");
    if (await this.peer.receive(4) !== "halo") throw new Error("the peer heard something else");
  }

  /** Lets the script wait for its peer: a client once its user has said something. */
  async wait() {
    if (this.other === "Server") await this.say();
  }

  /** Lets the script ask its user: a server once its peer has said something. */
  async ask() {
    if (this.other === "Client") await this.peer.send("halo");
    await this.until(this.prompt);
  }

  /** Plays a turn: the peer sends `bytes`, the script shows them as `line`. */
  async hear(bytes: string | Uint8Array, line: string) {
    await this.wait();
    await this.peer.send(bytes);
    await this.until(`${this.label}${line}\n${this.prompt}`);
    if (this.other === "Client") await this.say();
  }

  override async [Symbol.asyncDispose]() {
    this.peer[Symbol.dispose]();
    await super[Symbol.asyncDispose]();
  }
}

/** Starts `script` opposite a peer; in a terminal where its variables are given as `terminal`. */
export async function meet(
  script: Script,
  args: string[] = [],
  hostname = "127.0.0.1",
  terminal?: Record<string, string>,
): Promise<Chat> {
  const begin = (port: number) => {
    const chat = new Chat(script, ["--host", hostname, "--port", `${port}`, ...args], terminal);
    return Object.assign(chat, { port });
  };
  if (script.endsWith("server")) {
    const chat = await listening(begin(0), terminal ? "out" : "err");
    const connect = script === "tcp_server" ? tcpConnect : udpPeer;
    return Object.assign(chat, { peer: await connect(chat.port, hostname) });
  }
  if (script === "udp_client") {
    const peer = udpPeer(undefined, hostname);
    return Object.assign(begin(peer.port), { peer });
  }
  const listener = net.createServer().listen(0, hostname);
  await once(listener, "listening");
  const chat = begin((listener.address() as net.AddressInfo).port);
  const connection = deadline(once(listener, "connection"), 10_000);
  const [socket] = await connection.finally(() => listener.close());
  return Object.assign(chat, { peer: tcpPeer(socket) });
}
