import { once } from "node:events";
import net from "node:net";
import { assert, assertEquals } from "@std/assert";
import {
  type Chat,
  command,
  freePort,
  meet,
  Program,
  python,
  run,
  type Script,
  scripts,
  serve,
  start,
  test,
  udpPeer,
  words,
} from "./support/driver.ts";

const { os } = Deno.build;
const servers = ["tcp_server", "udp_server"] as const;
const tcp = ["tcp_server", "tcp_client"] as const;
const waits = "Menunggu koneksi dari client...\n";
const refused =
  "ditolak, tidak ada yang mendengarkan di sana (atau hanya lokal: --host 0.0.0.0) (ECONNREFUSED)";
const reset = "koneksi diputus paksa oleh lawan bicara (ECONNRESET)\n";
const picked = /^Port yang dipilih sistem: \d+\n/;

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Starts `script` from a shell that leads its streams elsewhere, as `line` says. */
const shell = (line: string, script: Script, args: string[] = []) =>
  new Program("sh", ["-c", line, "sh", Deno.execPath(), ...command(script, args)]);

// ---- opening the socket

const free = freePort();
const taken = { tcp: Deno.listen({ hostname: "127.0.0.1", port: 0 }), udp: udpPeer() };
const unopened: [Script, string, number, string][] = [
  ["tcp_client", "127.0.0.1", free, refused],
  ["tcp_client", "::1", free, refused],
  ["tcp_client", "127.0.0.2", taken.tcp.addr.port, refused], // a server for its own computer only
  ["tcp_server", "127.0.0.1", taken.tcp.addr.port, "port sudah dipakai (EADDRINUSE)"],
  ["udp_server", "127.0.0.1", taken.udp.port, "port sudah dipakai (EADDRINUSE)"],
  ["tcp_server", "192.0.2.99", free, "alamat ini bukan milik komputer ini (EADDRNOTAVAIL)"],
  ["udp_server", "192.0.2.99", free, "alamat ini bukan milik komputer ini (EADDRNOTAVAIL)"],
];
for (const script of scripts) {
  unopened.push([script, "tidak-ada.invalid", free, "nama host tidak ditemukan (ENOTFOUND)"]);
  if (script === "udp_client") continue; // it has nothing to open there
  unopened.push([script, "1:2:3", free, "nama host tidak ditemukan (ENOTFOUND)"]);
}
if (os === "linux") { // other systems say other things of these addresses
  unopened.push(["tcp_client", "255.255.255.255", free, "jaringan tidak terjangkau (ENETUNREACH)"]);
  unopened.push(["tcp_client", "fe80::1", free, "alamat ini tidak dapat dipakai di sini (EINVAL)"]);
}
test(
  "a socket that cannot be opened is told, status 1",
  unopened,
  async ([script, host, port, said]) => {
    const err = `${host.includes(":") ? `[${host}]` : host}:${port}: ${said}\n`;
    const ended = await run(script, ["-p", `${port}`, "--host", host]);
    assertEquals(ended, { out: "", err, status: 1 });
  },
);

// Runs a command without the right to bind port 80, which elsewhere than on Linux all have.
const drop = "[ $(cat /proc/sys/net/ipv4/ip_unprivileged_port_start) -gt 80 ] || exit 3\n" +
  '[ $(id -u) -gt 0 ] || exec setpriv --bounding-set -net_bind_service "$@"; exec "$@"';
const can = os === "linux" &&
  new Deno.Command("sh", { args: ["-c", drop, "sh", "true"], stderr: "null" }).outputSync().success;
test("no right to bind the port", servers, async (script) => {
  await using program = shell(drop, script, ["-p", "80"]);
  assertEquals(await program.status, 1);
  assertEquals(program.err, "127.0.0.1:80: tidak berhak memakai port ini (EACCES)\n");
}, can ? "" : "every port is free for all here");

Deno.test("tcp: a second client is refused at once, by the system", async () => {
  await using chat = await meet("tcp_server");
  await chat.program.until("Terhubung dengan ");
  const { err } = await run("tcp_client", ["-p", `${chat.port}`]);
  assertEquals(err, `127.0.0.1:${chat.port}: ${refused}\n`);
  await chat.hear("halo", "halo"); // the first one's chat goes on
});

Deno.test("tcp: the server restarts on the same port at once", async () => {
  await using chat = await meet("tcp_server");
  await chat.asked();
  await chat.program.end(); // the server closes first, so that its side of the connection lingers
  assertEquals(await chat.program.status, 0);
  await using again = start("tcp_server", ["-p", `${chat.port}`]);
  await again.until(waits);
});

// ---- the end of a chat

test("tcp: a peer that closes in order: said, status 0", tcp, async (script) => {
  await using chat = await meet(script);
  await chat.listen();
  chat.peer[Symbol.dispose]();
  assertEquals(await chat.program.status, 0);
  assertEquals(chat.program.err.replace(picked, ""), `${chat.other} menutup koneksi.\n`);
});

Deno.test("tcp: a client that is killed leaves the server with an orderly end", async () => {
  const { server, port } = await serve("tcp_server");
  await using _server = server;
  await using client = start("tcp_client", ["-p", `${port}`]);
  await client.until("[Client] Ketik pesan: ");
  client.kill("SIGKILL");
  assertEquals(await server.status, 0);
});

/** Three messages of 1024 bytes in one, and how they are shown where the last is not answered. */
const three = ["a", "b", "c"].map((letter) => letter.repeat(1024));
const shownToTheEnd = (script: Script) => {
  const { label, prompt } = words(script);
  const [a, b, c] = three.map((piece) => `${label}${piece}\n`);
  return `${a}${prompt}${b}${prompt}${c}`;
};

test(
  "tcp: what a peer sent before it closed is shown",
  tcp,
  async (script) => {
    await using chat = await meet(script);
    await chat.listen();
    await chat.peer.send(three.join(""));
    chat.peer[Symbol.dispose]();
    // The first reply meets a closed socket, whose system answers it with a reset.
    await chat.program.type("1\n2\n3\n4\n");
    const status = await chat.program.status;
    // Windows then throws away what was not yet read, and knows of the reset alone.
    if (os === "windows" && status === 1) return assert(chat.program.err.endsWith(reset));
    assertEquals(status, 0);
    assert(chat.program.out.endsWith(shownToTheEnd(script)), chat.program.out);
    assertEquals(chat.program.err.replace(picked, ""), `${chat.other} menutup koneksi.\n`);
  },
);

/** Starts `script` opposite a socket of Node's, which can reset a connection as Deno's cannot. */
async function meetNode(script: typeof tcp[number], args: string[]) {
  if (script === "tcp_server") {
    const { server: program, port } = await serve(script, args);
    const socket = net.connect(port, "127.0.0.1");
    await once(socket, "connect");
    return { program, socket, port };
  }
  const listener = net.createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const { port } = listener.address() as net.AddressInfo;
  const program = start(script, ["-p", `${port}`, ...args]);
  const [socket]: net.Socket[] = await once(listener, "connection");
  listener.close();
  return { program, socket: socket!, port };
}

const resets = ["at once", "in a wait", "at the prompt"]
  .flatMap((moment) => tcp.map((script) => [script, moment] as const));
test(
  "a reset is told behind what was read, status 1",
  resets,
  async ([script, moment]) => {
    const { program, socket, port } = await meetNode(script, ["--skema"]);
    await using _program = program;
    if (moment !== "at once" && script === "tcp_server") await program.until("Terhubung dengan ");
    if (moment !== "at once" && script === "tcp_client") {
      await program.type("halo\n");
      await once(socket, "data");
    }
    if (moment === "at the prompt") {
      socket.write(three.join(""));
      await program.type("1\n");
      await program.until(three[1]!);
    }
    socket.resetAndDestroy();
    await once(socket, "close");
    await program.type("2\n3\n").catch(() => {}); // it may have ended already
    assertEquals(await program.status, 1);
    if (moment === "at once" && program.err.includes("ENOTCONN")) return; // before the first read
    const last = `Client ✕ Reset ✕ Server\n127.0.0.1:${port}: ${reset}`;
    assert(program.err.endsWith(last), program.err);
    assert(!program.err.includes(" 0 byte"), program.err); // what was not sent is not drawn
    if (moment !== "at the prompt" || os === "windows") return; // it throws away what was unread
    assert(program.out.endsWith(shownToTheEnd(script)), program.out);
  },
);

test(
  "a client that resets before it is accepted is told",
  ["tcp_server"] as const,
  async (script) => {
    const { server, port } = await serve(script);
    await using _server = server;
    await server.until(waits);
    server.kill("SIGSTOP");
    const client = net.connect(port, "127.0.0.1");
    await once(client, "connect");
    client.resetAndDestroy();
    await once(client, "close");
    server.kill("SIGCONT");
    assertEquals(await server.status, 1);
    const said = `127.0.0.1:${port}: lawan bicara sudah memutus koneksi (ENOTCONN)\n`;
    assertEquals(server.err.replace(picked, ""), said);
  },
  os === "windows" ? "no program can be stopped" : "",
);

test("the end of input closes the socket, status 0", scripts, async (script) => {
  await using chat = await meet(script);
  await chat.asked();
  // Bytes that nobody reads make a reset of an end without a close (which Windows does anyway).
  if (script.startsWith("tcp") && os !== "windows") await chat.peer.send("belum dibaca");
  await chat.program.end();
  assertEquals(await chat.program.status, 0);
  assert(chat.program.out.endsWith(`${chat.prompt}\n`));
  assertEquals(chat.program.err.replace(picked, ""), "Masukan berakhir, socket ditutup.\n");
  if (script.startsWith("tcp")) assertEquals(await chat.peer.receive(), null);
});

const moments = scripts.flatMap((script) => [[script, true], [script, false]] as const);
test("Ctrl-C ends a script as it ends any other", moments, async ([script, atPrompt]) => {
  await using chat = await meet(script);
  await (atPrompt ? chat.asked() : chat.listen());
  if (script === "tcp_server" && !atPrompt) await chat.program.until("Terhubung dengan ");
  const { out } = chat.program;
  chat.program.kill("SIGINT");
  assertEquals(await chat.program.status, 130);
  assert(chat.program.out.startsWith(out));
  assertEquals(chat.program.err.replace(picked, ""), "");
  if (script.startsWith("tcp")) assertEquals(await chat.peer.receive(), null);
}, os === "windows" ? "no signal can be sent" : "");

// ---- standard streams

test("a reader that leaves ends a script quietly, status 0", scripts, async (script) => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  using udp = udpPeer();
  const port = { tcp_client: listener.addr.port, udp_client: udp.port }[script as string] ?? 0;
  await using program = start(script, ["-p", `${port}`], { unread: "out" });
  if (script === "udp_server") {
    await program.until("sistem: ", "err");
    using peer = udpPeer(Number(await program.until("\n", "err")));
    await peer.send("halo");
  }
  assertEquals([await program.status, program.err.replace(picked, "")], [0, ""]);
});

test(
  "a full standard output is said, with the port picked",
  servers,
  async (script) => {
    await using program = shell('exec "$@" >/dev/full', script, ["-p", "0"]);
    await program.until("sistem: ", "err");
    const port = Number(await program.until("\n", "err"));
    using peer = udpPeer(port);
    if (script === "udp_server") await peer.send("halo");
    assertEquals(await program.status, 1);
    const said = `127.0.0.1:${port}: standard output sudah penuh (ENOSPC)\n`;
    assertEquals(program.err.replace(picked, ""), said);
  },
  os === "linux" ? "" : "no /dev/full",
);

// Starts a program whose standard output never blocks, with a slow reader behind it.
const never = "import os, sys; os.set_blocking(1, False); os.execvp(sys.argv[1], sys.argv[1:])";
const slow = `"${python}" -c "${never}" "$@" </dev/null | dd bs=1 2>/dev/null`;
test("a slow reader gets a message whole and once", ["udp_server"] as const, async (script) => {
  await using program = shell(slow, script, ["-p", "0"]);
  await program.until("sistem: ", "err");
  using peer = udpPeer(Number(await program.until("\n", "err")));
  const text = Array.from({ length: 10_000 }, (_, number) => `${number}\u0001`).join("");
  await peer.send(text); // more than a pipe holds, each \u0001 being three bytes on the screen
  assertEquals(await program.status, 0);
  const shown = `[Client]: ${text.replaceAll("\u0001", "␁")}\n[Server] Ketik balasan: \n`;
  assert(program.out === shown, `${program.out.length} of ${shown.length} characters`);
}, os === "windows" || !python ? "no sh, or no python3" : "");

Deno.test("standard error that nobody reads ends no chat", async () => {
  const { server, port } = await serve("tcp_server");
  await using _server = server;
  const args = ["-p", `${port}`, "--skema"];
  await using client = start("tcp_client", args, { unread: "err" });
  await Promise.all([client.type("halo\nexit\n"), server.type("hai\n")]);
  assertEquals([await client.status, await server.status], [0, 0]);
  const prompt = "[Client] Ketik pesan: ";
  assertEquals(client.out, `${prompt}[Server]: hai\n${prompt}`);
});

test("standard input that cannot be read is said, status 1", scripts, async (script) => {
  await using program = shell('exec "$@" </', script);
  assertEquals(await program.status, 1);
  assertEquals(program.err, "stdin: standard input adalah sebuah folder (EISDIR)\n");
}, os === "windows" ? "no folder can be opened as a file" : "");

// ---- what is typed

test("tcp: an empty message is refused and asked for again", tcp, async (script) => {
  await using chat = await meet(script);
  await chat.asked();
  await chat.program.type("\n\r\nhai\n");
  assertEquals(await chat.peer.receive(3), "hai");
  await chat.program.until(chat.prompt.repeat(2));
  await chat.program.until("Pesan kosong tidak dapat dikirim lewat TCP.\n".repeat(2), "err");
});

test("udp: an empty message is sent", ["udp_server", "udp_client"] as const, async (script) => {
  await using chat = await meet(script);
  await chat.asked();
  await chat.program.type("\n");
  assertEquals(await chat.peer.receive(), "");
});

test("a message holds 1024 bytes, not one more", scripts, async (script) => {
  await using chat = await meet(script);
  const lines = ["a".repeat(1025), "b".repeat(1024), "😀".repeat(257), "😀".repeat(256)];
  await chat.program.type([...lines, "€".repeat(342), "habis\n"].join("\n"));
  for (const line of [lines[1]!, lines[3]!, "habis"]) {
    if (script.endsWith("server")) await chat.peer.send("halo");
    assertEquals(await chat.peer.receive(new TextEncoder().encode(line).length), line);
    if (script.endsWith("client")) await chat.peer.send("halo");
  }
  for (const size of [1025, 1028, 1026]) {
    await chat.program.until(`Pesan ${size} byte tidak dikirim, batasnya 1024 byte.\n`, "err");
  }
});

Deno.test("a long line is read in linear time, its characters whole", async () => {
  using peer = udpPeer();
  await using client = start("udp_client", ["-p", `${peer.port}`]);
  for (let part = 0; part < 20; part++) await client.type("€".repeat(333_000));
  await client.type("\n");
  await client.until("Pesan 19980000 byte tidak dikirim", "err", 50_000);
  if (os !== "linux") return; // which alone tells here how much a program has computed
  const times = Deno.readTextFileSync(`/proc/${client.pid}/stat`).split(") ")[1]!.split(" ");
  const seconds = (Number(times[11]) + Number(times[12])) / 100; // they count in 10 ms
  assert(seconds < 3, `${seconds} s`);
});

// ---- what a peer sends

const foreign = "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 ❤️ العربية עברית ภาษาไทย हिन्दी 한국어 e\u0301 ᮃᮊ᮪ᮞᮛ \u200f\u200d\ufeff";

/** What any peer may send, and how it is shown. */
const messages: [string | number[], string][] = [
  // one line end is not part of a message
  ["halo\n", "halo"],
  ["halo\r\n", "halo"],
  ["halo\n\n", "halo␊"],
  ["\n", ""],
  ["a\nb", "a␊b"],
  ["halo\r", "halo␍"],
  // nothing drives the terminal or forges a line; a tab stays a tab
  ["\u001b[2J\n[Server]: palsu\t\u009b1m\u202ez", "␛[2J␊[Server]: palsu\t⟨U+9b⟩1m⟨U+202e⟩z"],
  [foreign, foreign],
  // bytes that are not UTF-8
  [[0xff, 0x61, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0x62], "\ufffda\ufffd\ufffd\ufffd\ufffd\ufffdb"],
];
/** What differs: a datagram is whole, a character in a stream may come in pieces. */
const own: Record<string, [string | number[], string][]> = {
  tcp: [[[0x61, 0xe2], "a"], [[0x82, 0xac, 0x62, 0xf0, 0x9f], "€b"], [[0x98, 0x80], "😀"]],
  udp: [[[0x61, 0xe2, 0x82], "a\ufffd"], [[0xac, 0x62], "\ufffdb"], [[], ""]],
};

test(
  "what a peer sends is shown as one line of text",
  scripts,
  async (script) => {
    await using chat = await meet(script);
    for (const [sent, line] of [...messages, ...own[script.slice(0, 3)]!]) {
      await chat.hear(typeof sent === "string" ? sent : new Uint8Array(sent), line);
    }
    if (script.endsWith("server")) await chat.asked();
    await chat.program.type(new Uint8Array([0xff, 0x0a])); // typed bytes that are not UTF-8
    assertEquals(await chat.peer.receive(3), "\ufffd");
  },
);

test("tcp: a piece that completes no character is no message", tcp, async (script) => {
  await using chat = await meet(script, ["--skema"]);
  await chat.listen();
  for (const byte of [0xe2, 0x82]) {
    await chat.peer.send(new Uint8Array([byte]));
    await chat.program.until(" 1 byte\n", "err");
  }
  await chat.peer.send(new Uint8Array([0xac]));
  await chat.program.until(`${chat.label}€\n${chat.prompt}`);
});

test(
  "tcp: a character that the end cuts off is U+FFFD",
  tcp,
  async (script) => {
    await using chat = await meet(script);
    await chat.listen();
    await chat.peer.send(new Uint8Array([0xe2, 0x82]));
    chat.peer[Symbol.dispose]();
    await chat.program.until(`${chat.label}\ufffd\n${chat.prompt}`);
    await chat.program.type("2\n");
    const status = await chat.program.status;
    // The reply meets a closed socket: a reset, of which only Windows tells (WSAECONNRESET).
    assertEquals(status, os === "windows" && status === 1 ? 1 : 0);
  },
);

const longest = [["127.0.0.1", 65_507], ["::1", 65_527]]
  .flatMap((size) => (["udp_server", "udp_client"] as const).map((script) => [script, ...size]));
test("udp: the longest datagram there is is shown whole", longest, async ([script, host, size]) => {
  await using chat = await meet(script as Script, [], `${host}`);
  const long = "é" + "x".repeat(Number(size) - 2);
  await chat.hear(long, long);
});

Deno.test("tcp: a peer that reads late gets every byte", async () => {
  await using chat = await meet("tcp_server");
  const turns = 9_000;
  const reply = (turn: number) => `${turn} `.padEnd(1000 + turn % 24, "b");
  const replies = Array.from({ length: turns }, (_, turn) => reply(turn));
  const typed = chat.program.type(replies.map((line) => `${line}\n`).join(""));
  // Writes are cut short once both sides' buffers are full and the server shows nothing more.
  const sent = chat.peer.send("a".repeat(1024 * turns));
  for (let before = -1; before < chat.program.out.length;) {
    before = chat.program.out.length;
    await pause(300);
  }
  const expected = replies.join("");
  let got = "";
  while (got.length < expected.length) got += await chat.peer.receive();
  await Promise.all([typed, sent]);
  assert(got === expected);
});

// ---- what UDP does not promise

Deno.test("udp: another than the server is told of, once a wait", async () => {
  await using chat = await meet("udp_client");
  const { program, peer } = chat;
  await chat.say();
  using other = udpPeer(peer.from); // another port
  using alias = udpPeer(peer.from, "127.0.0.1", "127.0.0.2", peer.port); // its port, elsewhere
  const told = (port: number, host = "127.0.0.1") =>
    `Datagram dari ${host}:${port} diabaikan: bukan dari 127.0.0.1:${peer.port}.\n` +
    `Jika itu servernya: --host ${host} --port ${port}\n`;
  await other.send("palsu 1");
  await program.until(told(other.port), "err");
  await other.send("palsu 2");
  await peer.send("asli");
  await program.until(`[Server]: asli\n${chat.prompt}`);
  await alias.send("palsu 3");
  await chat.say();
  await program.until(told(peer.port, "127.0.0.2"), "err");
  await peer.send("asli juga");
  await program.until("[Server]: asli juga\n");
  assertEquals(program.out.includes("palsu"), false);
  assertEquals(program.err, told(other.port) + told(peer.port, "127.0.0.2"));
});

const hint = "Belum ada balasan: UDP tidak menjamin pesan sampai.\n";

/** Lets a client wait for a reply until `end`; throws where that is not after `least` seconds. */
async function wait({ program, peer }: Chat, least: number, end: Promise<unknown>) {
  await program.type("tunggu\n");
  assertEquals(await peer.receive(), "tunggu");
  const begun = Date.now();
  await end;
  const seconds = (Date.now() - begun) / 1_000;
  assert(seconds > least - 0.1 && seconds < least + 3, `${seconds} s`);
}

const waiting = {
  async "a hint, and the reply is still shown"() {
    await using chat = await meet("udp_client");
    await wait(chat, 5, chat.program.until(hint, "err"));
    await chat.peer.send("akhirnya");
    await chat.program.until("[Server]: akhirnya\n");
  },
  async "no hint at the prompt"() {
    await using chat = await meet("udp_client");
    await chat.hear("hai", "hai");
    await pause(5_200);
    assertEquals(chat.program.err, "");
  },
  async "no time-out at the prompt, but in the next wait"() {
    await using chat = await meet("udp_client", ["--timeout", "1.50", "--skema"]);
    await chat.hear("hai", "hai");
    await pause(1_800);
    await wait(chat, 1.5, chat.program.status);
    assertEquals(await chat.program.status, 1);
    const said = "\nServer ✕ RecvFrom ✕ Client\nTidak ada balasan selama 1.50 detik.\n";
    assert(chat.program.err.endsWith(said));
  },
  async "a hint before a longer time-out, one cross a wait"() {
    await using chat = await meet("udp_client", ["--timeout", "6", "--skema"]);
    await wait(chat, 6, chat.program.status);
    assertEquals(await chat.program.status, 1);
    const said = `${hint}Server ✕ RecvFrom ✕ Client\nTidak ada balasan selama 6 detik.\n`;
    assert(chat.program.err.endsWith(`:${chat.port}\n${said}`));
  },
};
test("udp: what a wait says, and when", Object.entries(waiting), ([, act]) => act());

const strange = [["127.0.0.2", "127.0.0.1"], ["::1%1", "::1"]];
test(
  "udp: a server that answers from elsewhere",
  strange,
  async ([to, from]) => {
    const any = from === "::1" ? "::" : "0.0.0.0";
    const { server, port } = await serve("udp_server", ["--host", any]);
    await using _server = server;
    await using client = start("udp_client", ["--host", to!, "-p", `${port}`]);
    await Promise.all([client.type("halo\n"), server.type("hai\n")]);
    if (from === "::1") return await client.until("[Server]: hai\n");
    const said = `Datagram dari ${from}:${port} diabaikan: bukan dari ${to}:${port}.\n`;
    await client.until(`${said}Jika itu servernya: --host ${from} --port ${port}\n`, "err");
  },
  os === "linux" ? "" : "other systems answer from the address that was asked",
);
