/** What the four scripts share beside the lesson: options, questions, safe output, worded errors. */
import { parseArgs } from "@std/cli/parse-args";
import { bold, cyan, green } from "@std/fmt/colors";

const coloured = Deno.stdout.isTerminal(); // NO_COLOR is heeded by @std/fmt itself
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // a typed BOM is sent too
const chunk = new Uint8Array(65_536);
let due = ""; // output that goes out in one write with the next prompt
let typed = ""; // lines typed ahead, kept for their turn
let ended = false; // standard input has ended
let asking = false; // the cursor stands behind a prompt
let drawing = false; // --skema
// deno-lint-ignore no-control-regex -- spelled out, since \p{Cc} costs a millisecond at start-up
const unsafe = /[\u0000-\u001F\u007F-\u009F\u2028-\u202E\u2066-\u2069]/g;
const meaning: Record<string, string> = {
  EACCES: "tidak berhak memakai port ini",
  EADDRINUSE: "port sudah dipakai",
  EADDRNOTAVAIL: "alamat ini bukan milik komputer ini",
  ECONNREFUSED: "koneksi ditolak, belum ada server di sana",
  ECONNRESET: "koneksi diputus paksa oleh lawan bicara",
  EHOSTUNREACH: "komputer tidak terjangkau",
  ENETUNREACH: "jaringan tidak terjangkau",
  ENOTFOUND: "nama host tidak ditemukan",
  EPIPE: "koneksi sudah ditutup oleh lawan bicara",
  ETIMEDOUT: "tidak ada jawaban sampai batas waktu",
};

/**
 * Takes the options `names`, `--skema` and `--help` from the command line, values as typed. Prints
 * `usage` and exits with status 0 on `--help`; exits with status 2 where they are wrong.
 */
export function takeOptions(usage: string, ...names: string[]): Record<string, string | undefined> {
  const wrong: string[] = [];
  const unknown = (argument: string | number) => {
    wrong.push(`argumen tidak dikenal: "${argument}"`);
    return false;
  };
  const rules = { boolean: ["help", "skema"], alias: { h: "help", p: "port" }, unknown };
  const { _, help, skema, ...values } = parseArgs(Deno.args, { string: names, ...rules });
  _.forEach(unknown); // what stood behind "--"
  for (const name of names) if (values[name] === "") wrong.push(`--${name} tanpa nilai`);
  if (help) due = usage;
  if (help) stop(0);
  if (wrong.length > 0) refuse(wrong.join("; "));
  drawing = skema === true;
  return values as Record<string, string | undefined>;
}

function write(stream: typeof Deno.stdout | typeof Deno.stderr, text: string): void {
  const bytes = encoder.encode(text);
  try {
    for (let sent = 0; sent < bytes.length;) sent += stream.writeSync(bytes.subarray(sent));
  } catch (error) {
    if (stream === Deno.stderr) return; // nobody reads the notes: the chat goes on
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(0); // `| head -1` has seen enough
    fail(error, "stdout");
  }
}

function flush(): void {
  const text = due;
  due = "";
  if (text !== "") write(Deno.stdout, text);
}

function paint(text: string): string {
  if (!coloured) return text;
  const colour = text.startsWith("[Client]") ? cyan : text.startsWith("[Server]") ? green : bold;
  return text.replace(/^(\[\w+\]|Masukkan)[^:]*:/, colour);
}

/** Makes control characters, line breaks and bidirectional overrides (UAX #9) visible symbols. */
export function visible(text: string): string {
  return text.replace(unsafe, symbol);
}

function symbol(character: string): string {
  const code = character.charCodeAt(0);
  return code < 0x20 ? String.fromCharCode(0x2400 + code) : `⟨U+${code.toString(16)}⟩`;
}

/** Prints `line` on standard output, its label coloured on a terminal, its text made visible. */
export function print(line: string): void {
  due += paint(visible(line)) + "\n";
  if (!line.startsWith("[")) flush(); // a message goes out with the prompt that follows it
}

/** Prints `line` on standard error, behind all that is due on standard output. */
export function note(line: string): void {
  if (asking) print("");
  asking = false;
  flush();
  write(Deno.stderr, visible(line) + "\n");
}

/** Draws a step of the report's scheme on standard error, where `--skema` asks for it. */
export function draw(step: string, size?: number, from?: Address, to?: Address): void {
  if (!drawing) return;
  const path = from && to ? `${place(from)} → ${place(to)}` : "";
  note(`${step.padEnd(29)}${size === undefined ? "" : `${size} byte   `}${path}`.trimEnd());
}

/** Ends the script with `status` and a last note; closes `connection` in order, if there is one. */
export function stop(status: number, line?: string, connection?: Disposable): never {
  if (line !== undefined) note(line);
  connection?.[Symbol.dispose]();
  if (connection) draw("Client → Close ← Server");
  flush();
  Deno.exit(status);
}

/** Ends the script with status 2 over a wrong option or port. */
export function refuse(problem: string): never {
  stop(2, `${problem} (lihat --help)`);
}

/** Ends the script with status 1 over an error met at `where`, with the system's name for it. */
export function fail(error: unknown, where: string): never {
  const { code, message, name } = error as Error & { code?: string };
  const short = code ?? (message.includes("lookup address") ? "ENOTFOUND" : name);
  if (short === "ECONNRESET") draw("Client ✕ Reset ✕ Server");
  stop(1, `${where}: ${meaning[short] ?? message} (${short})`);
}

/** The end of a connection or of a datagram's way: a host, and a port or every port of it. */
export interface Address {
  /** An IPv4 or IPv6 address, or a name. */
  hostname: string;
  /** 0 to 65535; none for every port. */
  port?: number;
}

/** `host:port` as Deno and URLs write it, an IPv6 address in brackets; the host without a port. */
export function place({ hostname, port }: Address): string {
  const host = /^[^[]*:/.test(hostname) ? `[${hostname}]` : hostname;
  return port === undefined ? host : `${host}:${port}`;
}

/** An address as Python prints its tuple (the report's ServerTCP.py, line 9). */
export function tuple({ hostname, port }: Deno.NetAddr): string {
  return `('${hostname}', ${port}${hostname.includes(":") ? ", 0, 0" : ""})`;
}

/** Ends the script where `--allow-net` does not cover `places`, before Deno stops to ask for it. */
export function needNet(...places: string[]): void {
  const missing = places.filter((host) =>
    Deno.permissions.querySync({ name: "net", host }).state !== "granted"
  );
  if (missing.length === 0) return;
  const hosts = new Set(places.map((place) => place.replace(/:\d+$/, "")));
  stop(
    1,
    `Belum ada izin jaringan untuk ${missing.join(", ")}: tambahkan --allow-net=${[...hosts]}`,
  );
}

/**
 * The IP address of `host`, an IPv4 one first as for the report's AF_INET, spelled as Deno spells
 * a peer's. Throws where the name is not found.
 */
export async function resolve(host: string): Promise<string> {
  const { hostname } = URL.parse(`http://${place({ hostname: host })}`) ?? { hostname: host };
  if (/^\[|^[\d.]+$/.test(hostname)) return hostname.replace(/[[\]]/g, "");
  needNet(hostname);
  const { lookup } = await import("node:dns/promises"); // Deno's own calls do not tell the address
  return (await lookup(hostname, { order: "ipv4first" })).address;
}

/** Repeats `receive` when Windows reports there that an earlier datagram met a closed port. */
export function undisturbed<T>(receive: () => Promise<T>): Promise<T> {
  return receive().catch((error) => {
    if (error instanceof Deno.errors.ConnectionReset) return undisturbed(receive);
    throw error;
  });
}

/**
 * Calls `late` once a wait has lasted for `milliseconds`. Gives a function to be told when a wait
 * begins (true) and ends (false): one timer serves them all, as one for each would slow the turns.
 */
export function patience(milliseconds: number, late: () => void): (waiting: boolean) => void {
  let began: number | undefined;
  let set = false;
  const look = () => {
    const left = began === undefined ? Infinity : began + milliseconds - performance.now();
    set = left > 0 && left < Infinity;
    if (set) setTimeout(look, left);
    else if (left <= 0) late();
  };
  return (waiting) => {
    began = waiting ? performance.now() : undefined;
    if (waiting && !set) setTimeout(look, milliseconds);
    set ||= waiting;
  };
}

/** Asks for a line of standard input; gives it without its `\n` or `\r\n`, null at the end. */
async function question(prompt: string): Promise<string | null> {
  due += paint(prompt);
  flush();
  asking = true;
  while (!ended && !typed.includes("\n")) {
    const size = await Deno.stdin.read(chunk).catch((error) => fail(error, "stdin"));
    ended = size === null;
    typed += decoder.decode(chunk.subarray(0, size ?? 0), { stream: !ended });
  }
  if (typed === "") print("");
  asking = false;
  if (typed === "") return null;
  const end = typed.includes("\n") ? typed.indexOf("\n") : typed.length;
  const line = typed.slice(0, end);
  typed = typed.slice(end + 1);
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** The port `given` or, without one, asked for: decimal digits from `least` to 65535. */
export async function askPort(given: string | undefined, least: number): Promise<number> {
  const text = given ?? await question("Masukkan port server: ") ?? "";
  const port = /^\d+$/.test(text.trim()) ? Number(text) : -1;
  if (port >= least && port <= 65_535) return port;
  refuse(`Port harus angka ${least} sampai 65535, bukan "${text}"`);
}

/**
 * Asks for a message of `least` to 1024 bytes of UTF-8 (the report's recv(1024)) until it is one.
 * Gives null at the end of input.
 */
export async function ask(prompt: string, least = 0): Promise<string | null> {
  while (true) {
    const line = await question(prompt);
    if (line === null) note("Masukan berakhir, socket ditutup.");
    if (line === null || (line.length >= least && line.length <= 341)) return line;
    const size = encoder.encode(line).length; // a UTF-16 unit takes at most 3 bytes: 341 fit
    if (size >= least && size <= 1024) return line;
    if (size < least) note("Pesan kosong tidak dapat dikirim lewat TCP.");
    else note(`Pesan ${size} byte tidak dikirim, batasnya 1024 byte.`);
  }
}
