// What a test needs, and the one file to read before writing one:
//   Deno.test.each(scripts)("%s: a message arrives", async (script) => {
//     await using chat = await meet(script); // with a peer of ours opposite it
//     await chat.ask(); // brings any script to its prompt: a server is spoken to first
//     await chat.type("hai\n"); // as a person would
//     assertEquals(await chat.peer.receive(3), "hai"); // 3 bytes or more; over UDP one datagram
//     await chat.peer.send("halo");
//     await chat.until("]: halo\n"); // what it says then; `ended()` waits for its end and status
//   });
// run() plays a script that ends by itself; start() and serve() begin one without a peer. Whatever was
// started ends with its test (`await using`). A wait that is in vain throws after `patience`: 10 s.
import { once } from "node:events";
import net from "node:net";
import { type Peer, tcpConnect, tcpPeer, udpPeer } from "./peer.ts";
import { deadline, type Options, Program } from "./program.ts";
import { command, type Protocol, type Script } from "./scripts.ts";
import { inTerminal } from "./system.ts";

export { encode, Program } from "./program.ts";
export { tcpConnect, udpPeer } from "./peer.ts";
export { scripts } from "./scripts.ts";

/** Starts a script with these arguments. */
export const start = (script: Script, args: string[] = [], options?: Options) =>
  new Program(command(script, args), options);

/** Runs a command to its end with `input` typed ahead; gives what it said, and its status. */
export async function finish(words: string[], input = "") {
  await using program = new Program(words);
  await program.type(input);
  await program.end();
  const status = await program.ended();
  return { out: program.out, err: program.err, status };
}

/** Runs a script to its end, in the same way; `rights` in place of --allow-net. */
export const run = (script: Script, args: readonly string[] = [], input = "", rights?: string[]) =>
  finish(command(script, args, rights), input);

/** Waits until `server`, on `--port 0`, tells which port the system has picked. */
export async function listening<T extends Program>(server: T, stream: "out" | "err" = "err") {
  await server.until("Port yang dipilih sistem: ", stream);
  server.port = Number(await server.until("\n", stream));
  return server;
}

/** Starts a server on a port that the system picks: its `port`. */
export const serve = (script: `${Protocol}_server`, args: string[] = []) =>
  listening(start(script, ["--port", "0", ...args]));

/** A script with a peer opposite it. */
export class Chat extends Program {
  /** Sends and receives bytes, and knows no dialogue. */
  peer!: Peer;
  /** What the script asks its user, and what stands before a message of its peer's. */
  prompt: string;
  label: string;
  /** Who the peer is to the script. */
  readonly other: "Server" | "Client";

  constructor(script: Script, args: string[], terminal?: Record<string, string>) {
    const words = command(script, args);
    super(terminal ? inTerminal(words) : words, { env: { TERM: "xterm", ...terminal } });
    this.other = script.endsWith("client") ? "Server" : "Client";
    this.prompt = this.other === "Server" ? "[Client] Ketik pesan: " : "[Server] Ketik balasan: ";
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
  const connection = deadline(once(listener, "connection"));
  const [socket] = await connection.finally(() => listener.close());
  return Object.assign(chat, { peer: tcpPeer(socket) });
}
