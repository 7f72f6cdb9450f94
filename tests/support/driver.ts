/**
 * Starts programs, types to them, waits for what they say, and ends them whatever happens.
 * @module
 */

/** The folder of the scripts. */
export const root = new URL("../..", import.meta.url);

const own = () => Deno.build.os === "linux" ? Deno.readTextFileSync("/proc/self/cmdline") : "";

/**
 * The flags by which the scripts find the packages as this run did: those of tests/tools/deno.ts,
 * or those that a `deno test` by hand was given itself, where the system tells of them.
 */
export const flags = (Deno.env.get("STD_FLAGS") ?? own()).split(/[ \0]/)
  .filter((flag) => /^--(no-lock|lock=|frozen|import-map=)/.test(flag));

/** The four scripts, by their names without `.ts`. */
export const scripts = ["tcp_server", "tcp_client", "udp_server", "udp_client"] as const;
export type Script = typeof scripts[number];

/** Both protocols, for tests that say the same of each. */
export const protocols = ["tcp", "udp"] as const;
export type Protocol = typeof protocols[number];

/** What `wait` gives; throws where it takes longer than `patience` milliseconds. */
async function deadline<T>(wait: Promise<T>, patience: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`nothing came in ${patience} ms`)), patience);
  return await Promise.race([wait, promise]).finally(() => clearTimeout(timer));
}

/** How a program is started; the output `unread` has a reader that leaves at once. */
export interface Options {
  env?: Record<string, string>;
  unread?: "out" | "err";
  heard?: (text: string) => void;
}

const encode = (bytes: string | Uint8Array) =>
  typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
const decode = (bytes: Uint8Array) => new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);

/** A started program with piped standard streams; `await using` ends it. */
export class Program implements AsyncDisposable {
  /** All that it wrote so far. */
  out = "";
  err = "";
  /** Its exit status (128 and more: ended by a signal), once both its outputs are closed too. */
  readonly status: Promise<number>;
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #unseen = { out: "", err: "" }; // what until() has not yet passed
  #wake = Promise.withResolvers<void>();
  #over = false;

  constructor(command: string, args: string[], { env = {}, heard, unread }: Options = {}) {
    const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    const colours = { NO_COLOR: "" }; // those of a pipe are none even where nobody forbids them
    const options = { args, cwd: root, env: { ...colours, ...env }, ...pipes };
    this.#child = new Deno.Command(command, options).spawn();
    this.#stdin = this.#child.stdin.getWriter();
    const read = async (stream: "out" | "err", bytes: ReadableStream<Uint8Array<ArrayBuffer>>) => {
      if (stream === unread) return await bytes.cancel();
      const decoder = new TextDecoderStream("utf-8", { ignoreBOM: true });
      for await (const text of bytes.pipeThrough(decoder)) {
        this[stream] += text;
        this.#unseen[stream] += text;
        heard?.(text);
        this.#notify();
      }
    };
    const outputs = [read("out", this.#child.stdout), read("err", this.#child.stderr)];
    // A program that hangs fails its test, instead of holding it up for ever.
    const limit = setTimeout(() => this.kill("SIGKILL"), 60_000);
    this.status = Promise.all(outputs).then(() => this.#child.status).then(({ code }) => {
      clearTimeout(limit);
      this.#over = true;
      this.#notify();
      return code;
    });
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Types `text` (or raw bytes) on standard input. */
  async type(text: string | Uint8Array): Promise<void> {
    await this.#stdin.write(encode(text));
  }

  /** Ends standard input. */
  async end(): Promise<void> {
    await this.#stdin.close();
  }

  /**
   * Waits until standard output (or error) holds `wanted` behind what was waited for before; gives
   * the text up to it. Throws when the program ends first, or after `patience` milliseconds.
   */
  async until(wanted: string, stream: "out" | "err" = "out", patience = 15_000): Promise<string> {
    const look = async () => {
      while (!this.#unseen[stream].includes(wanted) && !this.#over) await this.#wake.promise;
    };
    await deadline(look(), patience).catch(() => {});
    const unseen = this.#unseen[stream];
    const at = unseen.indexOf(wanted);
    if (at < 0) {
      const seen = { over: this.#over, out: this.out.slice(-2_000), err: this.err.slice(-2_000) };
      throw new Error(`not said: ${JSON.stringify({ wanted, ...seen })}`);
    }
    this.#unseen[stream] = unseen.slice(at + wanted.length);
    return unseen.slice(0, at);
  }

  /** Sends it a signal, unless it has ended by itself. */
  kill(signal: Deno.Signal): void {
    try {
      this.#child.kill(signal);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A program that is just ending writes its coverage: killed then, it would leave half a file.
    if (Deno.env.has("DENO_COVERAGE_DIR")) await deadline(this.status, 300).catch(() => {});
    this.kill("SIGKILL");
    await this.#stdin.abort().catch(() => {});
    await this.status;
  }
}

/** The arguments that run `script` with `permissions` in a child of this Deno. */
export const command = (script: Script, args: string[] = [], permissions = ["--allow-net"]) =>
  ["run", "--quiet", ...flags, ...permissions, `${script}.ts`].concat(args);

/** The arguments that run the bare calls of `script` (tests/tools/bare.ts) at `port`. */
export const bareCommand = (script: Script, port: number) =>
  ["run", "--quiet", ...flags, "--allow-net", "tests/tools/bare.ts"].concat(script, `${port}`);

/** Starts one of the scripts. */
export const start = (script: Script, args: string[] = [], options?: Options) =>
  new Program(Deno.execPath(), command(script, args), options);

/** The port that the system has picked for `server`, once it tells of it. */
export async function picked(server: Program): Promise<number> {
  await server.until("Port yang dipilih sistem: ", "err");
  return Number(await server.until("\n", "err"));
}

/** Starts a server on a port that the system picks; gives the program and its port. */
export async function serve(
  script: `${Protocol}_server`,
  args: string[] = [],
  options?: Options,
): Promise<{ server: Program; port: number }> {
  const server = start(script, ["--port", "0", ...args], options);
  return { server, port: await picked(server) };
}

/** A port of 127.0.0.1 that is free for both protocols now. */
export function freePort(): number {
  while (true) {
    using peer = udpPeer();
    try {
      Deno.listen({ hostname: "127.0.0.1", port: peer.port }).close();
      return peer.port;
    } catch { /* taken over TCP: the next one */ }
  }
}

/** Runs one of the scripts to its end with `input` typed ahead; gives all it said and its status. */
export async function run(
  script: Script,
  args: string[] = [],
  input: string | Uint8Array = "",
  permissions?: string[],
): Promise<{ out: string; err: string; status: number }> {
  await using program = new Program(Deno.execPath(), command(script, args, permissions));
  // A script that ends without reading closes the pipe first.
  await program.type(input).then(() => program.end()).catch(() => {});
  const status = await program.status;
  return { out: program.out, err: program.err, status };
}

/** The folder with the report's four programs, where the run was told of one. */
export const reportDir = Deno.env.get("REPORT_DIR");

/** The path of Python 3 itself (not of a launcher in front of it), undefined where there is none. */
export const python = ["python3", "python"].map((name) => {
  try {
    const code = "import sys; print(sys.executable if sys.version_info[0] == 3 else '')";
    const { stdout } = new Deno.Command(name, { args: ["-c", code] }).outputSync();
    return new TextDecoder().decode(stdout).trim();
  } catch {
    return "";
  }
}).find((path) => path !== "");

// Runs a program of the report unchanged, but tells on standard error which port it has bound.
const tell = `
import runpy, socket, sys
class Told(socket.socket):
    def bind(self, address):
        super().bind(address)
        print("bound", self.getsockname()[1], file=sys.stderr, flush=True)
socket.socket = Told
runpy.run_path(sys.argv[1], run_name="__main__")
`;

/** The path of the report's own program for `script`, where REPORT_DIR tells of it. */
export function reportFile(script: Script): string {
  const [protocol, side] = script.split("_") as [Protocol, "server" | "client"];
  return `${reportDir}/${side === "server" ? "Server" : "Client"}${protocol.toUpperCase()}.py`;
}

/** The command that runs the report's own program for `script`. */
export const reportCommand = (
  script: Script,
): [string, ...string[]] => [python!, "-u", "-c", tell, reportFile(script)];

/** Starts the report's own program for `script`; it asks for its port. */
export function startReport(script: Script): Program {
  const [program, ...args] = reportCommand(script);
  return new Program(program, args, { env: { PYTHONIOENCODING: "utf-8" } });
}

/** A socket of the tests' own, opposite a script: it knows bytes, no dialogue. */
export interface Peer extends Disposable {
  port: number;
  /** The port of whoever wrote last, over UDP. */
  from?: number;
  /** Sends all of `bytes`; over UDP to the port it was made for, else to `from`. */
  send(bytes: string | Uint8Array): Promise<void>;
  /** The next text: over TCP at least `size` bytes, null at the end; over UDP a datagram. */
  receive(size?: number): Promise<string | null>;
}

/** A TCP connection as a peer. */
function tcpPeer(connection: Deno.TcpConn): Peer {
  const buffer = new Uint8Array(65_536);
  return {
    port: connection.localAddr.port,
    async send(bytes) {
      for (let rest = encode(bytes); rest.length > 0;) {
        rest = rest.subarray(await connection.write(rest));
      }
    },
    async receive(size = 1) {
      let length = 0;
      while (length < size) {
        const more = await deadline(connection.read(buffer.subarray(length)), 10_000);
        if (more === null) return null;
        length += more;
      }
      return decode(buffer.subarray(0, length));
    },
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  };
}

/** A datagram socket as a peer, bound to `port` of `own`, which writes to `to` at `hostname`. */
export function udpPeer(to?: number, hostname = "127.0.0.1", own = hostname, port = 0): Peer {
  const socket = Deno.listenDatagram({ hostname: own, port, transport: "udp" });
  const buffer = new Uint8Array(65_535);
  const peer: Peer = {
    port: (socket.addr as Deno.NetAddr).port,
    async send(bytes) {
      await socket.send(encode(bytes), { hostname, port: to ?? peer.from!, transport: "udp" });
    },
    async receive() {
      const [bytes, addr] = await deadline(socket.receive(buffer), 10_000);
      peer.from = (addr as Deno.NetAddr).port;
      return decode(bytes);
    },
    [Symbol.dispose]: () => socket.close(),
  };
  return peer;
}

/** How `script` asks its user, and how it names and shows its peer. */
export const words = (script: Script) =>
  script.endsWith("client")
    ? { prompt: "[Client] Ketik pesan: ", label: "[Server]: ", other: "Server" }
    : { prompt: "[Server] Ketik balasan: ", label: "[Client]: ", other: "Client" };

/** A script and the peer opposite it; `await using` ends both. */
export class Chat implements AsyncDisposable {
  readonly prompt: string;
  readonly label: string;
  readonly other: string;
  readonly port: number; // the server's

  constructor(
    readonly script: Script,
    readonly program: Program,
    readonly peer: Peer,
    at?: number,
  ) {
    ({ prompt: this.prompt, label: this.label, other: this.other } = words(script));
    this.port = at ?? peer.port;
  }

  /** The script's user says "halo", and the peer hears it. */
  async say(): Promise<void> {
    await this.program.type("halo\n");
    if (await this.peer.receive(4) !== "halo") throw new Error("the peer heard something else");
  }

  /** Lets the script wait for its peer; a client does so once its user has said something. */
  async listen(): Promise<void> {
    if (this.other === "Server") await this.say();
  }

  /** Lets the script ask its user; a server does so once its peer has said "halo". */
  async asked(): Promise<void> {
    if (this.other === "Client") await this.peer.send("halo");
    await this.program.until(this.prompt);
  }

  /** Plays a turn in which the peer sends `bytes`, which the script shows as `line`. */
  async hear(bytes: string | Uint8Array, line: string): Promise<void> {
    await this.listen();
    await this.peer.send(bytes);
    await this.program.until(`${this.label}${line}\n${this.prompt}`);
    if (this.other === "Client") await this.say();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.peer[Symbol.dispose]();
    await this.program[Symbol.asyncDispose]();
  }
}

/** Starts `script` and brings it together with a peer at `hostname`. */
export async function meet(script: Script, args: string[] = [], hostname = "127.0.0.1") {
  args = ["--host", hostname, ...args];
  if (script === "tcp_server" || script === "udp_server") {
    const { server, port } = await serve(script, args);
    const peer = script === "udp_server"
      ? udpPeer(port, hostname)
      : tcpPeer(await Deno.connect({ hostname, port }));
    return new Chat(script, server, peer, port);
  }
  if (script === "udp_client") {
    const peer = udpPeer(undefined, hostname);
    return new Chat(script, start(script, ["-p", `${peer.port}`, ...args]), peer);
  }
  using listener = Deno.listen({ hostname, port: 0 });
  const client = start(script, ["-p", `${listener.addr.port}`, ...args]);
  return new Chat(script, client, tcpPeer(await listener.accept()));
}

// Under Wine, programs that are started in the same moment hang now and then.
const atOnce = Deno.build.os === "windows" ? 1 : 8;

/** A test that does `act` for all `cases`, side by side, unless something here is lacking. */
export function test<T>(
  name: string,
  cases: Iterable<T>,
  act: (one: T) => Promise<unknown>,
  lack = "",
): void {
  const fn = async () => {
    const queue = [...cases].values();
    const work = async () => {
      for (const one of queue) {
        await act(one).catch((cause) => {
          throw new Error(`case ${JSON.stringify(one)}`, { cause });
        });
      }
    };
    const ends = await Promise.allSettled(Array.from({ length: atOnce }, work));
    for (const end of ends) if (end.status === "rejected") throw end.reason;
  };
  Deno.test({ name: lack ? `${name} (skipped: ${lack})` : name, ignore: lack !== "", fn });
}
