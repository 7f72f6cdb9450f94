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

/** Both protocols, for tests that say the same of each. */
export const protocols = ["tcp", "udp"] as const;
export type Protocol = typeof protocols[number];

/** The four scripts, by their names without `.ts`. */
export const scripts = ["tcp_server", "tcp_client", "udp_server", "udp_client"] as const;
export type Script = typeof scripts[number];

/** The text of `bytes`, a byte order mark included; and the bytes of a text. */
export const decode = (bytes: Uint8Array) =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
export const encode = (bytes: string | Uint8Array) =>
  typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;

/** What a command prints; undefined where it fails, or is not there. */
export function output(name: string, ...args: string[]): string | undefined {
  try {
    const { success, stdout, stderr } = new Deno.Command(name, { args }).outputSync();
    return success ? decode(stdout) + decode(stderr) : undefined;
  } catch {
    return undefined;
  }
}

/** What `wait` gives; throws where it takes longer than `patience` milliseconds. */
export async function deadline<T>(wait: Promise<T>, patience: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`nothing came in ${patience} ms`)), patience);
  return await Promise.race([wait, promise]).finally(() => clearTimeout(timer));
}

/** Variables of a program; and its output whose reader leaves at once. */
export interface Options {
  env?: Record<string, string>;
  unread?: "out" | "err";
}

/** A started program with piped standard streams; `await using` ends it. */
export class Program implements AsyncDisposable {
  /** All that it wrote so far. */
  out = "";
  err = "";
  /** The port of the server in its chat, once that is known. */
  port = 0;
  /** Its exit status (128 and more: ended by a signal), once both its outputs are closed too. */
  readonly status: Promise<number>;
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #unseen = { out: "", err: "" }; // what until() has not yet passed
  #wake = Promise.withResolvers<void>();
  #over = false;

  constructor(words: readonly string[], { env, unread }: Options = {}) {
    const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    const colours = { NO_COLOR: "" }; // those of a pipe are none even where nobody forbids them
    const options = { args: words.slice(1), cwd: root, env: { ...colours, ...env }, ...pipes };
    this.#child = new Deno.Command(words[0]!, options).spawn();
    this.#stdin = this.#child.stdin.getWriter();
    const read = async (stream: "out" | "err", bytes: ReadableStream<Uint8Array<ArrayBuffer>>) => {
      if (stream === unread) return await bytes.cancel();
      const decoder = new TextDecoderStream("utf-8", { ignoreBOM: true });
      for await (const text of bytes.pipeThrough(decoder)) {
        this[stream] += text;
        this.#unseen[stream] += text;
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

  /** What it wrote on standard error, but for the line that tells the port picked. */
  get notes(): string {
    return this.err.replace(/^Port yang dipilih sistem: \d+\n/, "");
  }

  /** Types `text` (or raw bytes) on standard input; a program that has ended hears nothing. */
  async type(text: string | Uint8Array): Promise<void> {
    await this.#stdin.write(encode(text)).catch(() => {});
  }

  /** Ends standard input. */
  async end(): Promise<void> {
    await this.#stdin.close().catch(() => {});
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

/** The command that runs `file` in this Deno, with the packages of this run. */
export function deno(file: string, args: readonly string[] = [], rights = ["--allow-net"]) {
  return [Deno.execPath(), "run", "--quiet", ...flags, ...rights, file, ...args];
}

/** The command that runs `script`. */
export const command = (script: Script, args?: readonly string[], rights?: string[]) =>
  deno(`${script}.ts`, args, rights);

/** The command that runs `words` in a terminal of its own, whose screen is its standard output. */
export const inTerminal = (words: string[]) => [python!, "tests/support/terminal.py", ...words];

/** Starts one of the scripts. */
export const start = (script: Script, args: string[] = [], options?: Options) =>
  new Program(command(script, args), options);

/** Ends `program` with `input` typed ahead; gives all that it said, and its status. */
export async function finish(program: Program, input = "") {
  await using _program = program;
  await program.type(input);
  await program.end();
  const status = await program.status;
  return { out: program.out, err: program.err, status };
}

/** Runs one of the scripts to its end. */
export const run = (script: Script, args: readonly string[] = [], input = "", rights?: string[]) =>
  finish(new Program(command(script, args, rights)), input);

/** Waits until `server` tells on `stream` which port the system has picked; gives the server. */
export async function listening<T extends Program>(server: T, stream: "out" | "err" = "err") {
  await server.until("Port yang dipilih sistem: ", stream);
  server.port = Number(await server.until("\n", stream));
  return server;
}

/** Starts a server on a port that the system picks. */
export const serve = (script: `${Protocol}_server`, args: string[] = [], options?: Options) =>
  listening(start(script, ["--port", "0", ...args], options));

/** A free port out of those that no system picks: a closed connection may block one for Python. */
export function freePort(): number {
  const address = { hostname: "127.0.0.1", port: 10_000 + Math.floor(20_000 * Math.random()) };
  try {
    Deno.listen(address).close();
    return address.port;
  } catch {
    return freePort();
  }
}

/** The path of Python 3 itself (not of a launcher in front of it), undefined where there is none. */
export const python = ["python3", "python"]
  .map((name) => output(name, "-c", "import sys; print(sys.executable)")?.trim())
  .find((path) => path);

/** The folder with the report's four programs, where the run was told of one. */
export const reportDir = Deno.env.get("REPORT_DIR");

/** The path of the report's own program for `script`, where REPORT_DIR tells of it. */
export function reportFile(script: Script): string {
  const [protocol, side] = script.split("_") as [Protocol, "server" | "client"];
  return `${reportDir}/${side === "server" ? "Server" : "Client"}${protocol.toUpperCase()}.py`;
}

// Runs a program of the report unchanged, but tells which port it has bound, as ours do.
const tell = `
import runpy, socket, sys
class Told(socket.socket):
    def bind(self, address):
        super().bind(address)
        print("Port yang dipilih sistem:", self.getsockname()[1], file=sys.stderr, flush=True)
socket.socket = Told
runpy.run_path(sys.argv[1], run_name="__main__")
`;

/** The command that runs the report's own program for `script`; it asks for its port. */
export const reportCommand = (script: Script) =>
  [python!, "-u", "-c", tell, reportFile(script)] as const;

/** A test for each of `cases`; skipped with its reason where this machine has a `lack`. */
export function test<T>(
  named: string | { name: string; lack: string },
  cases: readonly T[],
  act: (one: T) => Promise<unknown>,
): void {
  const { name, lack } = typeof named === "string" ? { name: named, lack: "" } : named;
  for (const one of cases) {
    const full = `${name}: ${JSON.stringify(one)}${lack && ` (skipped: ${lack})`}`;
    Deno.test({ name: full, ignore: lack !== "", fn: () => act(one).then(() => {}) });
  }
}
