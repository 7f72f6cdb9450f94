/** The console's side of the scripts: what is shown, asked for and said. No sockets. */
import { cyan, green } from "@std/fmt/colors";

const usage = `Opsi:
  --host ALAMAT  alamat atau nama server (bawaan: 127.0.0.1)
  --port PORT    port server (bawaan: ditanyakan; 0 di server: dipilih sistem)
  --skema        menggambar skema komunikasi
  -h, --help     bantuan ini`;

/** What the system's codes mean. */
const codes: Record<string, string> = {
  EACCES: "tidak diizinkan: perlu hak khusus, atau ada firewall",
  EADDRINUSE: "port masih dipakai program lain, atau baru ditutup: pilih port lain",
  EADDRNOTAVAIL: "alamat tidak tersedia di komputer ini",
  ECONNREFUSED: "ditolak: server tak ada di port itu, hanya lokal, atau melayani client lain",
  ECONNRESET: "koneksi diputus paksa oleh lawan bicara",
  EHOSTUNREACH: "komputer tidak terjangkau",
  ENETUNREACH: "jaringan tidak terjangkau",
  ENOTCONN: "koneksi sudah putus",
  EPIPE: "koneksi sudah ditutup",
  ETIMEDOUT: "lawan bicara tidak menjawab",
};

/** What other errors mean, known by how their message begins or ends. */
const signs: [RegExp, string][] = [
  [/^Requires net access|^getaddrinfo EPERM/, "belum ada izin, tambahkan --allow-net"],
  [/^failed to lookup address|^getaddrinfo/, "nama host tidak ditemukan"],
  [/^invalid (host|empty host|IPv6 address)/, "nama host tidak ditemukan"],
  [/\(os error 11001\)$/, "nama host tidak ditemukan"], // Windows
];

/** What an error of the system means, with its code or words; undefined for a mistake. */
export function meaningOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const message = error.message;
  const code = "code" in error ? `${error.code}` : message; // where it has none, its words
  for (const [pattern, meaning] of signs) {
    if (pattern.test(message)) return `${meaning} (${code})`;
  }
  // So ends what the system says of a socket or a stream; of a file its name follows: a mistake.
  if (!/\(os error \d+\)$/.test(message)) return undefined;
  return code in codes ? `${codes[code]} (${code})` : `galat sistem: ${message}`;
}

/** Ends the script with one line; leaves a mistake to Deno, which shows where it is. */
export function quitOnError(event: PromiseRejectionEvent): void {
  const meaning = meaningOf(event.reason);
  if (meaning) quit(1, meaning);
}

/** Shows as symbols what would move the cursor, clear the screen or fake a line; a tab stays. */
export function visible(text: string): string {
  // \p{Cc}: all controls, such as ESC. The others end a line or change the direction of text.
  return text.replace(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, (character) => {
    const code = character.charCodeAt(0);
    if (character === "\t") return character;
    if (code < 0x20) return String.fromCharCode(0x2400 + code); // its picture: ␀ is 0x2400
    return `⟨U+${code.toString(16)}⟩`;
  });
}

/** Prints `line` as Python does, but `visible`; on a terminal its label has a colour. */
export function print(line: string, end = "\n"): void {
  let text = visible(line);
  if (Deno.stdout.isTerminal()) {
    text = text.replace(/^\[Client\].*?:/, cyan); // the label, as cyan(label) gives it
    text = text.replace(/^\[Server\].*?:/, green);
  }
  let bytes = new TextEncoder().encode(text + end);
  try {
    while (bytes.length > 0) {
      const size = Deno.stdout.writeSync(bytes); // maybe not all of them
      bytes = bytes.subarray(size); // the rest
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    Deno.exit(); // nobody reads any more, as behind `| head -1`
  }
}

/** Says `line` on standard error. */
export function note(line: string): void {
  console.error(visible(line));
}

/** Ends the script with the help, or as `argument` is no option. */
export function helpOrQuit(argument: string): never {
  if (argument === "--help" || argument === "-h") {
    console.log(usage);
    Deno.exit();
  }
  quit(2, `argumen tidak dikenal: "${argument}" (lihat --help)`);
}

/** The port in `text`; ends the script where there is none from `min` up. */
export function portOrQuit(text: string | null, limit: { min: number }): number {
  if (text === null) Deno.exit(); // the end of input
  const port = Number(text); // NaN where it is no number; "1e3" is one
  const isDigits = /^\s*\d+\s*$/.test(text);
  if (isDigits && port >= limit.min && port <= 65535) return port;
  quit(2, `Port harus berupa angka dari ${limit.min} sampai 65535, bukan "${text}"`);
}

/** `host:port`, with brackets around an IPv6 address. */
export function place(address: Deno.Addr): string {
  const { hostname, port } = address as Deno.NetAddr;
  const bare = hostname.includes(":") && !hostname.startsWith("["); // "::1", not "[::1]"
  return bare ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

/** Waits for `promise`, gives its value (T: the type of that); says `line` after 5 seconds. */
export async function hint<T>(promise: Promise<T>, line: string): Promise<T> {
  const timer = AbortSignal.timeout(5_000); // only a timer; setTimeout is slower to load
  const say = () => note(line);
  timer.addEventListener("abort", say);
  try {
    return await promise;
  } finally {
    timer.removeEventListener("abort", say);
  }
}

/** Asks for a line of `min` to 1024 bytes; gives null at the end of input. */
export async function input(prompt: string, limit = { min: 0 }): Promise<string | null> {
  while (true) {
    print(prompt, "");
    const line = await nextLine();
    if (line === null) {
      print("");
      note("Input selesai.");
      return null;
    }
    const size = new TextEncoder().encode(line).length;
    if (size >= limit.min && size <= 1024) return line; // the report's recv(1024)
    if (size < limit.min) note("Pesan kosong tidak dapat dikirim lewat TCP.");
    else note(`Pesan ${size} byte tidak dikirim, batasnya 1024 byte.`);
  }
}

function quit(status: number, line: string): never {
  note(line);
  Deno.exit(status);
}

// Deno has Node's stdin, too. Only a console of Windows needs it: there Deno's gives no UTF-8.
// Elsewhere it would read on after the last question, like Node's readline, and no script would end.
const windowsConsole = Deno.build.os === "windows" && Deno.stdin.isTerminal();
let pieces: AsyncIterator<Uint8Array> | undefined;
if (windowsConsole) {
  const { stdin } = await import("node:process");
  pieces = stdin[Symbol.asyncIterator](); // pieces.next() gives the next bytes
}

let typed = ""; // one read may give several lines, or half of one: the rest waits here
const decoder = new TextDecoder();
const buffer = new Uint8Array(65_536);

/** The next line that is typed, without its end; null at the end of input. */
async function nextLine(): Promise<string | null> {
  let complete = typed.includes("\n");
  while (!complete) {
    const bytes = await nextBytes();
    if (bytes === null) {
      typed += decoder.decode(); // half a character becomes U+FFFD
      if (typed === "") return null;
      typed += "\n"; // the last line may lack it
      break;
    }
    const text = decoder.decode(bytes, { stream: true }); // half a character waits
    typed += text;
    complete = text.includes("\n");
  }
  const end = typed.indexOf("\n");
  const line = typed.slice(0, end);
  typed = typed.slice(end + 1);
  if (windowsConsole && line.startsWith("\x1a")) return null; // Ctrl-Z and Enter
  return line.replace(/\r$/, "");
}

/** The next bytes that are typed: lines, or a part of one; null at the end of input. */
async function nextBytes(): Promise<Uint8Array | null> {
  if (pieces) {
    const piece = await pieces.next();
    return piece.done ? null : piece.value;
  }
  const size = await Deno.stdin.read(buffer);
  return size === null ? null : buffer.subarray(0, size);
}
