// Starts programs, types to them, waits for what they say, and ends them whatever happens.
import { command, type Protocol, root, type Script } from "./scripts.ts";

/** The text of `bytes`, a byte order mark included; and the bytes of a text. */
export const decode = (bytes: Uint8Array) =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
export const encode = (bytes: string | Uint8Array) =>
  typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;

/** What `wait` gives; throws where it takes longer than `patience` milliseconds. */
export async function deadline<T>(wait: Promise<T>, patience: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`nothing came in ${patience} ms`)), patience);
  return await Promise.race([wait, promise]).finally(() => clearTimeout(timer));
}

// Each program leads a process group of its own, which ends as a whole. Windows has no such groups.
const groups = Deno.build.os !== "windows";
const alive = new Set<number>();

/** Tells a shell, which ends them once this process has ended in whatever way, what is alive. */
const tell = groups ? reaper() : () => {};
function reaper() {
  const args = ["-c", "while read -r line; do alive=$line; done; kill -s KILL -- $alive"];
  const streams = { stdin: "piped", stdout: "null", stderr: "null" } as const;
  const shell = new Deno.Command("sh", { args, detached: true, ...streams }).spawn();
  shell.unref();
  const stdin = shell.stdin.getWriter();
  return () => stdin.write(encode([...alive].map((pid) => `-${pid}`).join(" ") + "\n"));
}

// How often something was waited for in vain: then less and less long, so that a red run ends soon.
let vain = 0;
const soon = (patience: number) => patience / 2 ** Math.min(vain, 3);

/** Variables of a program; which of its outputs has a reader that leaves at once. */
export type Options = { env?: Record<string, string>; unread?: "out" | "err" };

/** A started program with piped standard streams; `await using` ends it and all that it started. */
export class Program implements AsyncDisposable {
  /** All that it wrote so far. */
  out = "";
  err = "";
  /** The port of the server in its chat, once that is known. */
  port = 0;
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #status: Promise<number>;
  readonly #unseen = { out: "", err: "" }; // what until() has not yet passed
  #wake = Promise.withResolvers<void>();
  #over = false;

  constructor(words: readonly string[], { env, unread }: Options = {}) {
    const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    const colours = { NO_COLOR: "" }; // those of a pipe are none even where nobody forbids them
    const options = { args: words.slice(1), cwd: root, env: { ...colours, ...env }, ...pipes };
    this.#child = new Deno.Command(words[0]!, { ...options, detached: groups }).spawn();
    this.pid = this.#child.pid;
    alive.add(this.pid);
    tell();
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
    // A program that goes on and on fails its test, instead of holding it up for ever.
    const limit = setTimeout(() => this.kill("SIGKILL"), 60_000);
    this.#status = Promise.all(outputs).then(() => this.#child.status).then(({ code }) => {
      clearTimeout(limit);
      this.kill("SIGKILL"); // what it has left behind
      alive.delete(this.pid);
      tell();
      this.#over = true;
      this.#notify();
      return code;
    });
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }

  /** Waits until `done` or its end, but no longer than `patience` ms for its next word. */
  async #wait(done: () => boolean, patience: () => number): Promise<void> {
    while (!done() && !this.#over) {
      try {
        await deadline(this.#wake.promise, patience());
      } catch {
        vain++;
        return;
      }
    }
  }

  /**
   * Its exit status (128 and more: ended by a signal), once both its outputs are closed too. Whoever
   * asks expects its end: it is ended when it says nothing for some seconds.
   */
  get status(): Promise<number> {
    return this.#wait(() => this.#over, () => soon(8_000)).then(() => {
      this.kill("SIGKILL");
      return this.#status;
    });
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
   * the text up to it. Throws when the program ends first, or says nothing for `patience` ms.
   */
  async until(wanted: string, stream: "out" | "err" = "out", patience?: number): Promise<string> {
    const look = () => this.#unseen[stream].indexOf(wanted);
    // Once a program talks, its next word is near; a start takes longer, a complaint may.
    const talks = () => stream === "out" && this.out !== "";
    await this.#wait(() => look() >= 0, () => patience ?? (talks() ? soon(4_000) : 10_000));
    const [unseen, at] = [this.#unseen[stream], look()];
    if (at < 0) {
      const seen = { over: this.#over, out: this.out.slice(-2_000), err: this.err.slice(-2_000) };
      throw new Error(`not said: ${JSON.stringify({ wanted, ...seen })}`);
    }
    this.#unseen[stream] = unseen.slice(at + wanted.length);
    return unseen.slice(0, at);
  }

  /** Sends a signal to it and to what it started, unless all have ended. */
  kill(signal: Deno.Signal): void {
    if (this.#over) return; // its number may be another's by now
    try {
      groups ? Deno.kill(-this.pid, signal) : this.#child.kill(signal);
    } catch { /* they have */ }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A program that is just ending writes its coverage: killed then, it would leave half a file.
    if (Deno.env.has("DENO_COVERAGE_DIR")) await deadline(this.#status, 300).catch(() => {});
    this.kill("SIGKILL");
    await this.#stdin.abort().catch(() => {});
    await deadline(this.#status, 5_000);
  }
}

/** Starts one of the scripts. */
export const start = (script: Script, args: string[] = [], options?: Options) =>
  new Program(command(script, args), options);

/** Runs a command to its end with `input` typed ahead; gives all that it said, and its status. */
export async function finish(words: string[], input = "") {
  await using program = new Program(words);
  await program.type(input);
  await program.end();
  const status = await program.status;
  return { out: program.out, err: program.err, status };
}

/** Runs one of the scripts to its end. */
export const run = (script: Script, args: readonly string[] = [], input = "", rights?: string[]) =>
  finish(command(script, args, rights), input);

/** Waits until `server` tells on `stream` which port the system has picked; gives the server. */
export async function listening<T extends Program>(server: T, stream: "out" | "err" = "err") {
  await server.until("Port yang dipilih sistem: ", stream);
  server.port = Number(await server.until("\n", stream));
  return server;
}

/** Starts a server on a port that the system picks. */
export const serve = (script: `${Protocol}_server`, args: string[] = [], options?: Options) =>
  listening(start(script, ["--port", "0", ...args], options));
