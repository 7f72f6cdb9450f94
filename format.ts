/** How a line is shown, asked for and worded: no sockets. */
import { cyan, green } from "@std/fmt/colors";

const usage = `Opsi:
  --host ALAMAT  alamat atau nama server (bawaan: 127.0.0.1)
  --port PORT    port server (bawaan: ditanyakan; 0 di server: dipilih sistem)
  --skema        menggambar skema komunikasi
  -h, --help     bantuan ini`;

const meanings: Record<string, string> = {
  EACCES: "tidak diizinkan: perlu hak khusus, atau ada firewall",
  EADDRINUSE: "port sudah dipakai program lain, pilih port lain",
  EADDRNOTAVAIL: "bukan alamat komputer ini",
  ECONNREFUSED: "ditolak: server tak ada di port itu, hanya lokal, atau melayani client lain",
  ECONNRESET: "koneksi diputus paksa oleh lawan bicara",
  EHOSTUNREACH: "komputer tidak terjangkau",
};

/** Makes symbols of what drives a terminal: controls but tabs, changes of direction. */
export function visible(text: string): string {
  return text.replace(/(?!\t)[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu, (unsafe) => {
    const code = unsafe.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : `⟨U+${code.toString(16)}⟩`;
  });
}

/** Prints `line`, like Python; its label has a colour on a terminal. */
export function print(line: string, end = "\n"): void {
  let text = visible(line);
  if (Deno.stdout.isTerminal()) {
    text = text.replace(/^\[Client\].*?:/, cyan).replace(/^\[Server\].*?:/, green);
  }
  try {
    Deno.stdout.writeSync(new TextEncoder().encode(text + end));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) Deno.exit(); // as for `| head -1`
    stop(1, `Keluaran: ${error}`);
  }
}

/** Says `line` on standard error. */
export function note(line: string): void {
  console.error(visible(line));
}

/** Ends the script: `argument` is no option, or `--help`, which tells them. */
export function quit(argument: string): never {
  if (argument !== "--help" && argument !== "-h") {
    stop(2, `argumen tidak dikenal: "${argument}" (lihat --help)`);
  }
  console.log(usage);
  Deno.exit();
}

/** The port in `text`; ends the script where there is none from `least` up. */
export function portOrQuit(text: string | null, least: number): number {
  const port = /^\s*\d+\s*$/.test(text ?? "") ? Number(text) : -1;
  if (port >= least && port <= 65535) return port;
  stop(2, `Port harus berupa angka dari ${least} sampai 65535, bukan "${text ?? ""}"`);
}

/** Ends the script with one line at an error of the system; leaves mistakes to Deno. */
export function quitOnError(event: PromiseRejectionEvent, host: string, port: number): void {
  const { code, message } = event.reason ?? {};
  let meaning;
  if (/\(os error \d+\)$/.test(message)) meaning = meanings[code] ?? "galat jaringan/sistem";
  if (/lookup a|getaddrinfo|invalid .*host|11001/.test(message)) {
    meaning = "nama host tidak ditemukan";
  }
  if (/net access|info EPERM/.test(message)) meaning = "belum ada izin, tambahkan --allow-net";
  if (meaning) stop(1, `${place({ hostname: host, port })}: ${meaning} (${code ?? message})`);
}

/** `host:port`, with brackets around an IPv6 address. */
export function place(address: Deno.Addr | Deno.ListenOptions): string {
  const { hostname, port } = address as Deno.NetAddr;
  return `${hostname.replace(/^[^[]*:.*$/, "[$&]")}:${port}`;
}

/** Gives what `wait` gives; says `line` where that takes over 5 seconds. */
export async function hint<T>(wait: Promise<T>, line: string): Promise<T> {
  const late = AbortSignal.timeout(5_000);
  const say = () => note(line);
  late.addEventListener("abort", say);
  return await wait.finally(() => late.removeEventListener("abort", say));
}

/** Asks for a line of `least` to 1024 bytes; gives null at the end of input. */
export async function input(prompt: string, least = 0): Promise<string | null> {
  while (true) {
    print(prompt, "");
    const { value: line } = await lines.next();
    if (line === undefined) {
      print("");
      note("Input selesai.");
      return null;
    }
    const size = new TextEncoder().encode(line).length;
    if (size >= least && size <= 1024) return line; // the report's recv(1024)
    if (size < least) note("Pesan kosong tidak dapat dikirim lewat TCP.");
    else note(`Pesan ${size} byte tidak dikirim, batasnya 1024 byte.`);
  }
}

function stop(status: number, line: string): never {
  note(line);
  Deno.exit(status);
}

const lines = readLines();

async function* readLines() {
  const decoder = new TextDecoder();
  let line = "";
  for await (const bytes of readBytes()) {
    const [end, ...starts] = decoder.decode(bytes, { stream: true }).split("\n");
    line += end;
    if (line.length > 1e8) stop(1, "Baris terlalu panjang.");
    for (const start of starts) {
      yield line.replace(/\r$/, "");
      line = start;
    }
  }
  if (line !== "") yield line;
}

async function* readBytes() {
  const windows = Deno.build.os === "windows" && Deno.stdin.isTerminal();
  if (windows) return yield* (await import("node:process")).stdin; // Deno's is no UTF-8
  const buffer = new Uint8Array(65_536);
  while (true) {
    const size = await Deno.stdin.read(buffer);
    if (size === null) return;
    yield buffer.subarray(0, size);
  }
}
