// What goes wrong: at opening, at the end of a chat, at the streams, with what is typed or sent.
import { assert, assertEquals } from "@std/assert";
import {
  encode,
  listening,
  meet,
  Program,
  run,
  serve,
  start,
  tcpConnect,
  udpPeer,
} from "./support/chat.ts";
import { command, type Script, scripts, unless } from "./support/scripts.ts";
import { freePort, lack, output } from "./support/system.ts";

const { os } = Deno.build;
const tcp = ["tcp_server", "tcp_client"] as const;
const udp = ["udp_server", "udp_client"] as const;
const servers = ["tcp_server", "udp_server"] as const;
const refused =
  "ditolak: server tak ada di port itu, hanya lokal, atau melayani client lain (ECONNREFUSED)";
const closes = "Client → Close ← Server\n";

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

/** Starts `script` from a shell that leads its streams elsewhere, as `line` says. */
const shell = (line: string, script: Script, args: string[] = []) =>
  new Program(["sh", "-c", line, "sh", ...command(script, args)]);

// ---- opening the socket (hosts_test.ts has more)

const free = freePort();
const taken = { tcp: Deno.listen({ hostname: "127.0.0.1", port: 0 }).addr.port, udp: udpPeer() };
const busy = "port sudah dipakai program lain, pilih port lain (EADDRINUSE)";
const unopened: [Script, string, number, string][] = [
  ["tcp_client", "127.0.0.1", free, refused],
  ["tcp_server", "127.0.0.1", taken.tcp, busy],
  ["udp_server", "127.0.0.1", taken.udp.port, busy],
  ["tcp_server", "192.0.2.99", free, "bukan alamat komputer ini (EADDRNOTAVAIL)"],
  ["udp_server", "192.0.2.99", free, "bukan alamat komputer ini (EADDRNOTAVAIL)"],
];
Deno.test.each(unopened)("%s at %s:%d cannot open its socket: %s", async (...one) => {
  const [script, host, port, said] = one;
  const ended = await run(script, ["--port", `${port}`, "--host", host]);
  assertEquals(ended, { out: "", err: `${host}:${port}: ${said}\n`, status: 1 });
});

// Runs a command without the right to bind port 80; fails where every port is free for all.
const drop = "[ $(cat /proc/sys/net/ipv4/ip_unprivileged_port_start) -gt 80 ] || exit 3\n" +
  '[ $(id -u) -gt 0 ] || exec setpriv --bounding-set -net_bind_service "$@"; exec "$@"';
const open = output("sh", "-c", drop, "sh", "true") === undefined ? "every port is free" : "";
Deno.test.each(servers)(...unless(open, "%s has no right to bind the port"), async (script) => {
  await using program = shell(drop, script, ["--port", "80"]);
  const said = "tidak diizinkan: perlu hak khusus, atau ada firewall (EACCES)";
  assertEquals([await program.ended(), program.err], [1, `127.0.0.1:80: ${said}\n`]);
});

Deno.test("tcp: a second client is refused at once, by the system", async () => {
  await using chat = await meet("tcp_server");
  await chat.until("Terhubung dengan ");
  const { err } = await run("tcp_client", ["--port", `${chat.port}`]);
  assertEquals(err, `127.0.0.1:${chat.port}: ${refused}\n`);
  await chat.hear("halo", "halo"); // the first one's chat goes on
});

Deno.test("tcp: the server restarts on the same port at once", async () => {
  await using chat = await meet("tcp_server");
  await chat.ask();
  await chat.end(); // the server closes first, so that its side of the connection lingers
  assertEquals(await chat.ended(), 0);
  await using again = start("tcp_server", ["--port", `${chat.port}`]);
  await again.until("Menunggu koneksi dari client...\n");
});

// ---- the end of a chat

const five = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(1024));
const partings = tcp.flatMap((script) =>
  [
    [script, "closes", "nothing"],
    [script, "closes", "five messages in one"],
    [script, "resets", "nothing"],
    [script, "resets", "five messages in one"],
  ] as const
);
Deno.test.each(partings)("tcp: opposite a %s its peer %s, last saying %s", async (...one) => {
  const [script, way, saying] = one;
  const shown = saying === "nothing" ? [] : five;
  await using chat = await meet(script, ["--skema"]);
  if (script === "tcp_server") await chat.until("Terhubung dengan ");
  await chat.wait();
  await chat.peer.send(shown.join(""));
  for (const line of shown.slice(0, 1)) await chat.until(`${chat.label}${line}\n`);
  await chat.peer.leave!(way);
  // The first answer may still go out, the later ones fail: all that the peer said is shown.
  for (const line of shown.slice(1)) {
    await chat.type("hai\n");
    await chat.until(`${chat.label}${line}\n`).catch(() => assertEquals(os, "windows"));
  }
  await chat.type("hai\n");
  if (await chat.ended() === 1) { // a reset that a read meets; Windows makes one of each end
    assert(way === "resets" || os === "windows");
    const port = script === "tcp_server" ? 0 : chat.port; // as it was asked for
    const said = `127.0.0.1:${port}: koneksi diputus paksa oleh lawan bicara (ECONNRESET)\n`;
    return assert(chat.err.endsWith(said), chat.err);
  }
  assert(way === "closes" || saying !== "nothing");
  assert(chat.err.endsWith(`${chat.other} menutup koneksi.\n${closes}`), chat.err);
  const all = shown.map((line) => `${chat.label}${line}\n`).join("");
  assert(chat.out.replaceAll(chat.prompt, "").endsWith(all), chat.out);
  // What did not go out is not drawn.
  const count = (text: string, part: string) => text.split(part).length - 1;
  const arrow = script === "tcp_client" ? "Client → Send →" : "Client ← Receive ←";
  assert(shown !== five || count(chat.err, arrow) < count(chat.out, chat.prompt), chat.err);
});

const noStop = os === "windows" ? "no program can be stopped" : "";
Deno.test.each(["a client"])(...unless(noStop, "%s resets before it is accepted"), async () => {
  await using server = await serve("tcp_server");
  await server.until("Menunggu koneksi dari client...\n");
  server.kill("SIGSTOP");
  await pause(0.2); // a signal takes its time: the client must find the server stopped
  await (await tcpConnect(server.port)).leave!("resets");
  server.kill("SIGCONT");
  assertEquals(await server.ended(), 1);
  assert(server.err.endsWith("\n127.0.0.1:0: galat jaringan/sistem (ENOTCONN)\n"), server.err);
});

Deno.test.each(scripts)("%s: the end of input closes the socket, status 0", async (script) => {
  await using chat = await meet(script, ["--skema"]);
  await chat.ask();
  const stream = script.startsWith("tcp");
  // Bytes that nobody reads make a reset of an end without a close (which Windows does anyway).
  if (stream && os !== "windows") await chat.peer.send("belum dibaca");
  await chat.end();
  assertEquals(await chat.ended(), 0);
  assert(chat.out.endsWith(`${chat.prompt}\n`));
  assert(chat.err.endsWith(`Input selesai.\n${stream ? closes : ""}`));
  if (stream) assertEquals(await chat.peer.receive(), null);
});

// ---- standard streams

Deno.test.each(scripts)("%s: a reader that leaves ends it quietly, status 0", async (script) => {
  const port = script === "tcp_client" ? taken.tcp : script === "udp_client" ? free : 0;
  await using program = start(script, ["--port", `${port}`], { unread: "out" });
  if (script === "udp_server") {
    using peer = udpPeer((await listening(program)).port);
    await peer.send("halo");
  }
  assertEquals([await program.ended(), program.err.replace(/^Port .*\n/, "")], [0, ""]);
});

const linux = os === "linux" ? "" : "no /dev/full, no /dev/zero";
Deno.test.each(scripts)(...unless(linux, "%s: a full standard output is said"), async (script) => {
  await using program = shell('exec "$@" >/dev/full', script); // at the question, already
  const said = "Keluaran: Error: No space left on device (os error 28)\n";
  assertEquals([await program.ended(), program.err], [1, said]);
});

Deno.test.each(scripts)(...unless(linux, "%s: an endless line is said"), async (script) => {
  await using program = shell('exec "$@" </dev/zero', script);
  await program.until("Baris terlalu panjang.\n", "err");
  assertEquals(await program.ended(), 1);
});

Deno.test("standard error that nobody reads ends no chat", async () => {
  await using server = await serve("tcp_server");
  const args = ["--port", `${server.port}`, "--skema"];
  await using client = start("tcp_client", args, { unread: "err" });
  await Promise.all([client.type("halo\nexit\n"), server.type("hai\n")]);
  assertEquals([await client.ended(), await server.ended()], [0, 0]);
  const prompt = "[Client] Ketik pesan: ";
  assertEquals(client.out, `${prompt}[Server]: hai\n${prompt}`);
});

// ---- what is typed

Deno.test.each(scripts)(
  "%s: an empty message is refused over TCP, sent over UDP",
  async (script) => {
    await using chat = await meet(script);
    await chat.ask();
    await chat.type("\n\r\nhai\n");
    assertEquals(await chat.peer.receive(), script.startsWith("tcp") ? "hai" : "");
    if (script.startsWith("udp")) return;
    await chat.until(chat.prompt.repeat(2));
    await chat.until("Pesan kosong tidak dapat dikirim lewat TCP.\n".repeat(2), "err");
  },
);

Deno.test.each(scripts)("%s: a message holds 1024 bytes, not one more", async (script) => {
  await using chat = await meet(script);
  const lines = ["a".repeat(1025), "b".repeat(1024), "😀".repeat(257), "😀".repeat(256)];
  await chat.type([...lines, "€".repeat(342), "habis\n"].join("\n"));
  for (const line of [lines[1]!, lines[3]!, "habis"]) {
    if (script.endsWith("server")) await chat.peer.send("halo");
    assertEquals(await chat.peer.receive(encode(line).length), line);
    if (script.endsWith("client")) await chat.peer.send("halo");
  }
  const sizes = [1025, 1028, 1026];
  const said = sizes.map((size) => `Pesan ${size} byte tidak dikirim, batasnya 1024 byte.\n`);
  await chat.until(said.join(""), "err");
});

Deno.test("a long line is read in linear time, its characters whole", async () => {
  await using client = start("udp_client", ["--port", `${free}`]);
  const begun = Date.now();
  for (let part = 0; part < 20; part++) await client.type("€".repeat(333_000));
  await client.type("\n");
  await client.until("Pesan 19980000 byte tidak dikirim", "err");
  const waited = Date.now() - begun; // about 1 second; each character anew would take minutes
  assert(waited < 20_000, `${waited} ms`);
});

Deno.test("udp: a datagram outlives what is typed after it", async () => {
  // A lesson may decode after the question: the buffer is not that of standard input.
  const moved = (text: string) =>
    text.replace(/( *const alvian = new.*\n)([^]*?)( *const balas = .*\n)/, "$3$1$2");
  const script = Deno.readTextFileSync(new URL("../udp_server.ts", import.meta.url));
  assert(moved(script) !== script);
  const path = Deno.makeTempFileSync({ dir: ".", suffix: ".ts" });
  try {
    Deno.writeTextFileSync(path, moved(script));
    const words = command("udp_server", ["--port", "0"]).map((word) =>
      word === "udp_server.ts" ? path : word
    );
    await using server = await listening(new Program(words));
    using peer = udpPeer(server.port);
    await peer.send("halo");
    await server.type("jawaban\n");
    await server.until("[Client]: halo\n");
  } finally {
    Deno.removeSync(path);
  }
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
  tcp: [[[0x61, 0xe2], "a"], [[0x82], ""], [[0xac, 0x62, 0xf0, 0x9f], "€b"], [[0x98, 0x80], "😀"]],
  udp: [[[0x61, 0xe2, 0x82], "a\ufffd"], [[0xac, 0x62], "\ufffdb"], [[], ""]],
};
Deno.test.each(scripts)("%s: what a peer sends is shown as one line of text", async (script) => {
  await using chat = await meet(script);
  for (const [sent, line] of [...messages, ...own[script.slice(0, 3)]!]) {
    await chat.hear(typeof sent === "string" ? sent : new Uint8Array(sent), line);
  }
  if (script.endsWith("server")) await chat.ask();
  await chat.type(new Uint8Array([0xff, 0x0a])); // typed bytes that are not UTF-8
  assertEquals(await chat.peer.receive(3), "\ufffd");
});

Deno.test.each(udp)("%s: the longest datagram is shown whole", async (script) => {
  for (const [host, size] of [["127.0.0.1", 65_507], ["::1", 65_527]] as const) {
    if (host === "::1" && lack.ipv6) continue;
    await using chat = await meet(script, [], host);
    const long = "é" + "x".repeat(size - 2);
    await chat.hear(long, long);
  }
});

Deno.test("tcp: a peer that reads late gets every byte", async () => {
  await using chat = await meet("tcp_server");
  const turns = 9_000;
  const reply = (turn: number) => `${turn} `.padEnd(1000 + turn % 24, "b");
  const replies = Array.from({ length: turns }, (_, turn) => reply(turn));
  const typed = chat.type(replies.map((line) => `${line}\n`).join(""));
  // Writes are cut short once both sides' buffers are full and the server shows nothing more.
  const sent = chat.peer.send("a".repeat(1024 * turns));
  for (let before = -1; before < chat.out.length;) {
    before = chat.out.length;
    await pause(0.3);
  }
  const expected = replies.join("");
  let got = "";
  while (got.length < expected.length) got += await chat.peer.receive();
  assert(got === expected);
  await Promise.all([typed, sent]);
});

// ---- what UDP does not promise

// Windows tells a receiver that an earlier datagram met nobody.
const windows = "data:text/javascript," + encodeURIComponent(`
const { listenDatagram } = Deno;
Deno.listenDatagram = (options) => {
  const socket = listenDatagram(options);
  const errors = [new Deno.errors.ConnectionReset(), new Deno.errors.ConnectionReset()];
  const receive = socket.receive.bind(socket);
  socket.receive = (buffer) => errors.length ? Promise.reject(errors.pop()) : receive(buffer);
  return socket;
};`);
Deno.test("udp: what Windows says of an earlier datagram ends no wait", async () => {
  const begin = (script: Script, port: number) => {
    const rights = ["--allow-net", `--preload=${windows}`];
    return new Program(command(script, ["--port", `${port}`], rights));
  };
  await using server = await listening(begin("udp_server", 0));
  await using client = begin("udp_client", server.port);
  await client.type("halo\n");
  await server.type("hai\n");
  await client.until("[Server]: hai\n");
  await client.type("exit\n");
  assertEquals([await client.ended(), await server.ended(), client.err], [0, 0, ""]);
});

Deno.test("udp: a datagram from another port is told of, one from the server's is a reply", async () => {
  await using chat = await meet("udp_client");
  const { peer } = chat;
  await chat.say();
  using other = udpPeer(peer.from);
  for (const text of ["palsu 1", "palsu 2"]) {
    await other.send(text);
    const said = `Datagram dari 127.0.0.1:${other.port} diabaikan: bukan dari port ${peer.port}.\n`;
    await chat.until(said, "err");
  }
  await peer.send("asli");
  await chat.until(`[Server]: asli\n${chat.prompt}`);
  assertEquals(chat.out.includes("palsu"), false);
});

Deno.test("udp: a wait of 5 seconds is told once, and ends with the reply", async () => {
  await using chat = await meet("udp_client");
  await chat.hear("hai", "hai");
  await pause(5.2); // nobody waits while somebody types
  assertEquals(chat.err, "");
  await chat.say();
  const begun = Date.now();
  await chat.until("Belum ada balasan: ", "err");
  const waited = Date.now() - begun;
  assert(waited > 4_900 && waited < 8_000, `${waited} ms`);
  const said = await chat.until("\n", "err");
  for (const word of ["server", "--host 0.0.0.0", "firewall", "Ctrl-C"]) {
    assert(said.includes(word));
  }
  await chat.peer.send("akhirnya");
  await chat.until("[Server]: akhirnya\n");
  await chat.type("exit\n");
  assertEquals(await chat.ended(), 0);
  assertEquals(chat.err.match(/\n/g)?.length, 1);
});
