// Starts programs, types to them, waits for what they say, and ends them whatever happens.
import { root } from "./scripts.ts";

/** How long anything is waited for, in milliseconds: so long that a busy machine turns nothing red. */
export const patience = Deno.build.os === "windows" ? 30_000 : 10_000;

/** What `wait` gives; throws where it takes too long. */
export async function deadline<T>(wait: Promise<T>, limit = patience): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`nothing came in ${limit} ms`)), limit);
  try {
    return await Promise.race([wait, promise]);
  } finally {
    clearTimeout(timer);
  }
}

// A byte order mark counts as text.
export const decode = (bytes: Uint8Array) =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
export const encode = (text: string | Uint8Array) =>
  typeof text === "string" ? new TextEncoder().encode(text) : text;

const piped = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
// Each program leads a process group, which ends as a whole. Windows has no such groups.
const detached = Deno.build.os !== "windows";
const alive = new Set<number>();
// However this process ends, so does this shell's input, and with it the groups that are left.
const shell = detached ? new Deno.Command("sh", { detached, ...piped }).spawn() : undefined;
shell?.unref();
const orders = shell?.stdin.getWriter();
function list(pid: number, lives: boolean) {
  lives ? alive.add(pid) : alive.delete(pid);
  const groups = [...alive].map((pid) => `-${pid}`).join(" ");
  orders?.write(encode(`trap 'kill -s KILL -- ${groups}' EXIT\n`));
}

type Stream = "out" | "err";
/** Variables of a program; which of its outputs has a reader that leaves at once. */
export type Options = { env?: Record<string, string>; unread?: Stream };

/** A started program; `await using` ends it and all that it started. */
export class Program implements AsyncDisposable {
  /** All that it wrote so far, to standard output and to standard error. */
  out = "";
  err = "";
  /** The port of the server in its chat, once that is known. */
  port = 0;
  readonly pid: number;
  readonly #child: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #end: Promise<number>;
  readonly #unseen = { out: "", err: "" }; // what until() has not yet passed
  #news = Promise.withResolvers<void>(); // its next word, or its end
  #over = false;

  constructor([name, ...args]: readonly string[], { env, unread }: Options = {}) {
    const variables = { NO_COLOR: "", ...env }; // a pipe has no colours even where they are allowed
    const options = { args, cwd: root, env: variables, detached, ...piped };
    this.#child = new Deno.Command(name!, options).spawn();
    this.pid = this.#child.pid;
    list(this.pid, true);
    this.#stdin = this.#child.stdin.getWriter();
    this.#end = this.#live(unread);
  }

  async #live(unread?: Stream) {
    // One that talks for ever fails its test, too.
    const limit = setTimeout(() => this.kill(), 30 * patience);
    await Promise.all([this.#hear("out", unread), this.#hear("err", unread)]);
    const { code } = await this.#child.status;
    clearTimeout(limit);
    this.kill(); // what it has left behind
    list(this.pid, false);
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

  /** Types `text` on standard input; a program that has ended hears nothing. */
  async type(text: string | Uint8Array) {
    await this.#stdin.write(encode(text)).catch(() => {});
  }

  /** Ends its standard input. */
  async end() {
    await this.#stdin.close().catch(() => {});
  }

  /** Waits until `done`; throws when it ends, or says nothing more, before that. */
  async #wait(done: () => boolean, what: string) {
    while (!done()) {
      const silent = this.#over || await deadline(this.#news.promise).then(() => false, () => true);
      if (!silent || done()) continue;
      const [out, err] = [this.out.slice(-2_000), this.err.slice(-2_000)];
      throw new Error(`${what}: ${JSON.stringify({ out, err })}`);
    }
  }

  /**
   * Waits until `stream` holds `wanted`, behind what was waited for before; gives the text up to it.
   */
  async until(wanted: string, stream: Stream = "out"): Promise<string> {
    const at = () => this.#unseen[stream].indexOf(wanted);
    await this.#wait(() => at() >= 0, `did not say ${JSON.stringify(wanted)}`);
    const text = this.#unseen[stream].slice(0, at());
    this.#unseen[stream] = this.#unseen[stream].slice(at() + wanted.length);
    return text;
  }

  /** Waits until it has ended; gives its status (128 and more: ended by a signal). */
  async ended(): Promise<number> {
    await this.#wait(() => this.#over, "did not end");
    return await this.#end;
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
    await deadline(this.#end); // else the test fails: a killed process that stays is told
  }
}
