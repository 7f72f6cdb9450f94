/** What the four scripts share apart from the sockets: options, questions, safe output, errors. */
import { parseArgs } from "@std/cli/parse-args";
import { bold, cyan, green } from "@std/fmt/colors";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // a typed U+FEFF is sent too
const chunk = new Uint8Array(65_536); // longer than any datagram (RFC 768)
const lines = [""]; // typed so far; the last one may still grow
let subject = "stdin"; // what an error is about: the host and port, once they are known
let gone: Error | undefined; // why a message could not be sent: the peer has left
const usage = `Pemakaian: deno run --allow-net ${
  Deno.mainModule.replace(/.*\//, "")
} [OPSI], misalnya --port 5000 --skema
  --host ALAMAT    alamat IPv4 atau IPv6 server, atau namanya (bawaan: 127.0.0.1)
  -p, --port PORT  nomor port server (tanpa opsi ini ditanyakan; 0 di server: dipilih sistem)
  --timeout DETIK  menyerah jika balasan tidak datang selama DETIK detik
  --skema          menggambar skema komunikasi di standard error
  -h, --help       menampilkan bantuan ini`;
const meaning: Record<string, string> = {
  EACCES: "tidak berhak memakai port ini",
  EADDRINUSE: "port sudah dipakai",
  EADDRNOTAVAIL: "alamat ini bukan milik komputer ini",
  ECONNREFUSED: "ditolak, tidak ada yang mendengarkan di sana (atau hanya lokal: --host 0.0.0.0)",
  ECONNRESET: "koneksi diputus paksa oleh lawan bicara",
  EHOSTUNREACH: "komputer tidak terjangkau",
  EINVAL: "alamat ini tidak dapat dipakai di sini",
  EISDIR: "standard input adalah sebuah folder",
  ENETUNREACH: "jaringan tidak terjangkau",
  ENOSPC: "standard output sudah penuh",
  ENOTCONN: "lawan bicara sudah memutus koneksi",
  ENOTFOUND: "nama host tidak ditemukan",
  EPERM: "tidak diizinkan: tambahkan --allow-net",
  ETIMEDOUT: "tidak ada jawaban sampai batas waktu",
  NotCapable: "belum ada izin jaringan: tambahkan --allow-net",
};

// Every error that nobody catches comes here. One without a code is a bug: Deno shows its line.
addEventListener("unhandledrejection", (event) => {
  const { code, message, name } = event.reason;
  const short = /lookup|11001|invalid (host|url)/i.test(message) ? "ENOTFOUND" : code ?? name;
  if (code === undefined && meaning[short] === undefined) return;
  if (short === "ECONNRESET") draw("Client ✕ Reset ✕ Server");
  note(`${subject}: ${meaning[short] ?? message} (${short})`, 1);
});

/** Says `line` on standard error; ends the script with `status`, where one is given. */
export function note(line: string, status?: number): void {
  console.error(visible(status === 2 ? `${line} (lihat --help)` : line));
  if (status !== undefined) Deno.exit(status);
}

/** The options `names`, as typed, like getopt(3); ends the script with status 2 on a wrong one. */
export function getopt(...names: string[]): Record<string, string | undefined> {
  if (Deno.args.includes("--help") || Deno.args.includes("-h")) {
    console.log(names.includes("timeout") ? usage : usage.replace(/.*--timeout.*\n/, ""));
    Deno.exit();
  }
  const unknown = (argument: unknown) => note(`argumen tidak dikenal: "${argument}"`, 2);
  const rules = { string: names, boolean: ["skema"], alias: { p: "port" }, unknown };
  const { _, ...values } = parseArgs(Deno.args, rules);
  _.concat(Deno.args.filter((argument) => argument.startsWith("--skema="))).forEach(unknown);
  for (const name of names) if (values[name] === "") note(`--${name} tanpa nilai`, 2);
  return values as Record<string, string | undefined>;
}

/** Makes symbols of what could drive a terminal: controls but tabs, and overrides (UAX #9). */
export function visible(text: string): string {
  return text.replace(/[^\t -~\xA0-\u2027\u202F-\u2065\u206A-\uFFFF]/g, (unsafe) => {
    const code = unsafe.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : `⟨U+${code.toString(16)}⟩`;
  });
}

/** Prints `line` on standard output, its label coloured on a terminal. */
export function print(line: string, end = "\n"): void {
  const colour = line.startsWith("[Client]") ? cyan : line.startsWith("[Server]") ? green : bold;
  const paint = Deno.stdout.isTerminal() ? colour : String; // String changes nothing
  const text = visible(line).replace(/^(\[\w+\]|Masukkan)[^:]*:/, paint) + end;
  const parts = text.length > 250 ? text.match(/[^]{1,250}/gu)! : [text]; // whole for a pipe
  while (parts.length > 0) {
    try {
      Deno.stdout.writeSync(new TextEncoder().encode(parts[0]));
      parts.shift();
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) Deno.exit(); // `| head -1` has seen enough
      if (!(error instanceof Deno.errors.WouldBlock)) throw error;
      if (!parts[0]!.endsWith("\n")) parts[0] = ""; // no room yet; only a line is not kept
    }
  }
}

/** Draws a step of the report's scheme on standard error, where `--skema` asks for it. */
export function draw(step: string, detail = ""): void {
  if (Deno.args.includes("--skema")) note(`${step.padEnd(29)}${detail}`.trimEnd());
}

/** `host:port` as URLs write it (RFC 3986, section 3.2): an IPv6 address in brackets. */
export function place(address: Deno.Addr): string {
  const { hostname, port } = address as Deno.NetAddr;
  return hostname.includes(":") ? `[${hostname}]:${port}` : `${hostname}:${port}`;
}

async function question(prompt: string): Promise<string | null> {
  print(prompt, "");
  while (lines.length === 1) {
    const size = await Deno.stdin.read(chunk);
    const text = decoder.decode(chunk.subarray(0, size ?? 0), { stream: size !== null });
    const [rest, ...next] = text.split("\n");
    lines.push(lines.pop() + rest!, ...next); // rest ends the line that was still growing
    if (size === null && lines[0] === "") break;
    if (size === null) lines.push(""); // the last line, which has no line end
  }
  if (lines.length > 1) return lines.shift()!.replace(/\r$/, "");
  print("");
  return null;
}

/** The address of `host`, IPv4 first (AF_INET), with the port `given` or asked for, from `min`. */
export async function askAddr(host: string, min: 0 | 1, given?: string): Promise<Deno.NetAddr> {
  const hostname = host.replace(/^\[(.*)\]$/, "$1");
  const valid = /^[\da-f]*:[\da-f]*:[\da-f:.]*(%[\w.-]+)?$|^([^\s#%/:?@[\]\\.]+(\.|$))+$/i;
  if (!valid.test(hostname)) note(`"${host}" bukan alamat atau nama komputer`, 2);
  const text = given ?? await question("Masukkan port server: ") ?? "";
  const port = /^\d+$/.test(text.trim()) ? Number(text) : -1;
  if (port < min || port > 65535) note(`Port harus angka ${min} sampai 65535, bukan "${text}"`, 2);
  const address: Deno.NetAddr = { hostname, port, transport: "tcp" };
  subject = place(address);
  if (hostname.includes(":") || /^(\d+\.){3}\d+$/.test(hostname)) return address;
  const { lookup } = await import("node:dns/promises"); // slow to load: only where there is need
  return { ...address, hostname: (await lookup(hostname, { order: "ipv4first" })).address };
}

/** Tells the port that the system picked in place of 0, now and in errors to come. */
export function tellPort(address: Deno.Addr): void {
  subject = place(address);
  note(`Port yang dipilih sistem: ${subject.replace(/.*:/, "")}`);
}

/** Asks for `least` to 1024 bytes (the report's recv(1024)); null: input ended, "": peer left. */
export async function ask(prompt: string, least = 0): Promise<string | null> {
  while (gone === undefined) {
    const line = await question(prompt);
    const size = new TextEncoder().encode(line ?? "").length;
    if (line === null) note("Masukan berakhir, socket ditutup.");
    if (line === null || (size >= least && size <= 1024)) return line;
    if (size < least) note("Pesan kosong tidak dapat dikirim lewat TCP.");
    else note(`Pesan ${size} byte tidak dikirim, batasnya 1024 byte.`);
  }
  return ""; // what the peer said before it left is shown, but no longer answered
}

/** Sends all of `bytes`, like Python's sendall; gives how many, fewer where the peer has left. */
export async function sendAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<number> {
  let sent = 0;
  try {
    while (sent < bytes.length) sent += await connection.write(bytes.subarray(sent));
  } catch (error) {
    gone = error as Error;
  }
  return sent;
}

/** Says that `peer` has closed the connection; throws where a send has met a reset instead. */
export function tellEnd(peer: string): void {
  if (gone && !(gone instanceof Deno.errors.BrokenPipe)) throw gone;
  note(`${peer} menutup koneksi.`);
}

/** Gives a datagram, which the next one overwrites, and its sender's address, like recvfrom(2). */
export function recvfrom(socket: Deno.DatagramConn): Promise<[Uint8Array, Deno.NetAddr]> {
  return socket.receive(chunk).catch((error) => {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    return recvfrom(socket); // Windows: an earlier datagram met a closed port
  }) as Promise<[Uint8Array, Deno.NetAddr]>;
}
