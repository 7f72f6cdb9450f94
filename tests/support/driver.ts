// Starts programs, types to them, waits for what they say, and ends them whatever happens.
import { command, type Protocol, root, type Script } from "./scripts.ts";

// A byte order mark counts as text.
export const decode = (bytes: Uint8Array) =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
export const encode = (text: string | Uint8Array) =>
  typeof text === "string" ? new TextEncoder().encode(text) : text;

/** What `wait` gives; throws where it takes longer than `limit` milliseconds. */
export async function deadline<T>(wait: Promise<T>, limit: number) {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`nothing came in ${limit} ms`)), limit);
  return await Promise.race([wait, promise]).finally(() => clearTimeout(timer));
}

const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
// Each program leads a process group of its own, which ends as a whole. Windows has no such groups.
const detached = Deno.build.os !== "windows";
const alive = new Set<number>();
// When this process ends, in whatever way, so does this shell's input: it then ends the groups.
const shell = detached ? new Deno.Command("sh", { detached, ...piped }).spawn() : undefined;
shell?.unref();
const orders = shell?.stdin.getWriter();
function tell() {
  const groups = [...alive].map((pid) => `-${pid}`).join(" ");
  orders?.write(encode(`trap 'kill -s KILL -- ${groups}' EXIT\n`));
}

// For a word of a program that talks; less once one was waited for in vain: a red run ends soon.
let patience = 4_000;

type Stream = "out" | "err";
/** Variables of a program; which of its outputs has a reader that leaves at once. */
export type Options = { env?: Record<string, string>; unread?: Stream };

/** A started program; `await using` ends it and all that it started. */
export class Program implements AsyncDisposable {
  /** All that it wrote so far. */
  out = "";
  err = "";
  /** The port of the server in its chat, once that is known. */
  port = 0;
  readonly pid: number;
  readonly #end: Promise<number>;
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #unseen = { out: "", err: "" }; // what until() has not yet passed
  #news = Promise.withResolvers<void>(); // its next word, or its end
  #over = false;

  constructor([name, ...args]: readonly string[], { env, unread }: Options = {}) {
    const variables = { NO_COLOR: "", ...env }; // a pipe has no colours even where they are allowed
    const options = { args, cwd: root, env: variables, detached, ...piped };
    this.#child = new Deno.Command(name!, options).spawn();
    this.pid = this.#child.pid;
    alive.add(this.pid);
    tell();
    this.#stdin = this.#child.stdin.getWriter();
    this.#end = this.#live(unread);
  }

  async #live(unread?: Stream) {
    // A program that goes on and on fails its test, instead of holding it up for ever.
    const limit = setTimeout(() => this.kill(), 60_000);
    await Promise.all([this.#hear("out", unread), this.#hear("err", unread)]);
    const { code } = await this.#child.status;
    clearTimeout(limit);
    this.kill(); // what it has left behind
    alive.delete(this.pid);
    tell();
    this.#over = true;
    this.#news.resolve();
    return code;
  }

  async #hear(stream: Stream, unread?: Stream) {
    const bytes = this.#child[`std${stream}`];
    if (stream === unread) return await bytes.cancel();
    const decoder = new TextDecoderStream("utf-8", { ignoreBOM: true });
    for await (const text of bytes.pipeThrough(decoder)) {
      this[stream] += text;
      this.#unseen[stream] += text;
      this.#news.resolve();
      this.#news = Promise.withResolvers();
    }
  }

  /** Waits until `done` or its end, but for each word no longer than `limit` ms. */
  async #wait(done: () => boolean, limit?: number) {
    while (!done() && !this.#over) {
      try {
        await deadline(this.#news.promise, limit ?? (this.out ? patience : 10_000));
      } catch {
        patience = 500;
        return;
      }
    }
  }

  /** Its exit status (128 and more: ended by a signal); it is ended when it goes silent first. */
  get status() {
    return this.#wait(() => false).then(() => {
      this.kill();
      return this.#end;
    });
  }

  /** Types `text` on standard input; a program that has ended hears nothing. */
  async type(text: string | Uint8Array) {
    await this.#stdin.write(encode(text)).catch(() => {});
  }

  async end() {
    await this.#stdin.close().catch(() => {});
  }

  /**
   * Waits until `stream` holds `wanted` behind what was waited for before; gives the text up to it.
   * Throws when the program ends first, or says nothing for `limit` ms.
   */
  async until(
    wanted: string,
    stream: Stream = "out",
    limit = stream === "err" ? 10_000 : undefined,
  ) {
    const at = () => this.#unseen[stream].indexOf(wanted);
    await this.#wait(() => at() >= 0, limit);
    if (at() < 0) {
      const [out, err] = [this.out.slice(-2_000), this.err.slice(-2_000)];
      throw new Error(`not said: ${JSON.stringify({ wanted, out, err })}`);
    }
    const text = this.#unseen[stream].slice(0, at());
    this.#unseen[stream] = this.#unseen[stream].slice(at() + wanted.length);
    return text;
  }

  /** Sends a signal to it and to what it started. */
  kill(signal: Deno.Signal = "SIGKILL") {
    if (this.#over) return; // its number may be another's by now
    try {
      detached ? Deno.kill(-this.pid, signal) : this.#child.kill(signal);
    } catch { /* all have ended */ }
  }

  async [Symbol.asyncDispose]() {
    // A program that is just ending writes its coverage: killed then, it would leave half a file.
    if (Deno.env.has("DENO_COVERAGE_DIR")) await deadline(this.#end, 300).catch(() => {});
    this.kill();
    await this.#stdin.abort().catch(() => {});
    await deadline(this.#end, 5_000);
  }
}

export const start = (script: Script, args: string[] = [], options?: Options) =>
  new Program(command(script, args), options);

/** Runs a command to its end with `input` typed ahead. */
export async function finish(words: string[], input = "") {
  await using program = new Program(words);
  await program.type(input);
  await program.end();
  const status = await program.status;
  return { out: program.out, err: program.err, status };
}

export const run = (script: Script, args: readonly string[] = [], input = "", rights?: string[]) =>
  finish(command(script, args, rights), input);

/** Waits until `server` tells which port the system has picked. */
export async function listening<T extends Program>(server: T, stream: Stream = "err") {
  await server.until("Port yang dipilih sistem: ", stream);
  server.port = Number(await server.until("\n", stream));
  return server;
}

/** Starts a server on a port that the system picks. */
export const serve = (script: `${Protocol}_server`, args: string[] = []) =>
  listening(start(script, ["--port", "0", ...args]));
