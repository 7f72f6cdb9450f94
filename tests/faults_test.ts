import { assert, assertEquals } from "@std/assert";
import { encode, listening, Program, run, serve, start } from "./support/driver.ts";
import { meet, tcpConnect, udpPeer } from "./support/peer.ts";
import { about, command, type Script, scripts } from "./support/scripts.ts";
import { freePort, output, python } from "./support/system.ts";

const { os } = Deno.build;
const tcp = ["tcp_server", "tcp_client"] as const;
const udp = ["udp_server", "udp_client"] as const;
const servers = ["tcp_server", "udp_server"] as const;
const refused =
  "ditolak, tidak ada yang mendengarkan di sana (atau hanya lokal: --host 0.0.0.0) (ECONNREFUSED)";
const reset = "koneksi diputus paksa oleh lawan bicara (ECONNRESET)\n";
const closes = "Client → Close ← Server\n";

const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000));

/** Starts `script` from a shell that leads its streams elsewhere, as `line` says. */
const shell = (line: string, script: Script, args: string[] = []) =>
  new Program(["sh", "-c", line, "sh", ...command(script, args)]);

// ---- opening the socket

const free = freePort();
const taken = { tcp: Deno.listen({ hostname: "127.0.0.1", port: 0 }).addr.port, udp: udpPeer() };
const unopened: [Script, string, number, string][] = [
  ["tcp_client", "127.0.0.1", free, refused],
  ["tcp_client", "::1", free, refused],
  ["tcp_server", "127.0.0.1", taken.tcp, "port sudah dipakai (EADDRINUSE)"],
  ["udp_server", "127.0.0.1", taken.udp.port, "port sudah dipakai (EADDRINUSE)"],
  ["tcp_server", "192.0.2.99", free, "alamat ini bukan milik komputer ini (EADDRNOTAVAIL)"],
  ["udp_server", "192.0.2.99", free, "alamat ini bukan milik komputer ini (EADDRNOTAVAIL)"],
  ["udp_client", "tidak-ada.invalid", free, "nama host tidak ditemukan (ENOTFOUND)"],
];
for (const script of ["tcp_server", "tcp_client", "udp_server"] as const) {
  for (const host of ["tidak-ada.invalid", "1:2:3"]) {
    unopened.push([script, host, free, "nama host tidak ditemukan (ENOTFOUND)"]);
  }
}
if (os === "linux") { // other systems say other things of these addresses
  unopened.push(["tcp_client", "127.0.0.2", taken.tcp, refused]); // a server on the default
  unopened.push(["tcp_client", "255.255.255.255", free, "jaringan tidak terjangkau (ENETUNREACH)"]);
  unopened.push(["tcp_client", "FE80::1", free, "alamat ini tidak dapat dipakai di sini (EINVAL)"]);
}
for (const [script, host, port, said] of unopened) {
  Deno.test(
    about("a socket that cannot be opened is told, status 1", [script, host, port, said]),
    async () => {
      const err = `${host.includes(":") ? `[${host}]` : host}:${port}: ${said}\n`;
      const ended = await run(script, ["-p", `${port}`, "--host", host]);
      assertEquals(ended, { out: "", err, status: 1 });
    },
  );
}

// Runs a command without the right to bind port 80; fails where every port is free for all.
const drop = "[ $(cat /proc/sys/net/ipv4/ip_unprivileged_port_start) -gt 80 ] || exit 3\n" +
  '[ $(id -u) -gt 0 ] || exec setpriv --bounding-set -net_bind_service "$@"; exec "$@"';
const open = output("sh", "-c", drop, "sh", "true") === undefined ? "every port is free" : "";
for (const script of servers) {
  Deno.test(about("no right to bind the port", script, open), async () => {
    await using program = shell(drop, script, ["-p", "80"]);
    assertEquals(await program.status, 1);
    assertEquals(program.err, "127.0.0.1:80: tidak berhak memakai port ini (EACCES)\n");
  });
}

Deno.test("tcp: a second client is refused at once, by the system", async () => {
  await using chat = await meet("tcp_server");
  await chat.until("Terhubung dengan ");
  const { err } = await run("tcp_client", ["-p", `${chat.port}`]);
  assertEquals(err, `127.0.0.1:${chat.port}: ${refused}\n`);
  await chat.hear("halo", "halo"); // the first one's chat goes on
});

Deno.test("tcp: the server restarts on the same port at once", async () => {
  await using chat = await meet("tcp_server");
  await chat.ask();
  await chat.end(); // the server closes first, so that its side of the connection lingers
  assertEquals(await chat.status, 0);
  await using again = start("tcp_server", ["-p", `${chat.port}`]);
  await again.until("Menunggu koneksi dari client...\n");
});

// ---- the end of a chat

const five = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(1024));
/** What a peer says last, and the lines in which it is shown. */
const sayings: Record<string, [string | Uint8Array, string[]]> = {
  "nothing": ["", []],
  "nothing, at once": ["", []],
  "five messages in one": [five.join(""), five],
  "half a character": [new Uint8Array([0x61, 0xe2, 0x82]), ["a", "\ufffd"]],
};
const partings = tcp.flatMap((script) =>
  [
    [script, "closes", "nothing"],
    [script, "closes", "five messages in one"],
    [script, "closes", "half a character"],
    [script, "resets", "nothing"],
    [script, "resets", "nothing, at once"],
    [script, "resets", "five messages in one"],
  ] as const
);
for (const [script, way, saying] of partings) {
  Deno.test(
    about("tcp: a peer leaves, which is told behind what it said", [script, way, saying]),
    async () => {
      const [sent, shown] = sayings[saying]!;
      await using chat = await meet(script, ["--skema"]);
      if (script === "tcp_server") await chat.until("Terhubung dengan ");
      if (saying !== "nothing, at once") await chat.wait();
      await chat.peer.send(sent);
      for (const line of shown.slice(0, 1)) await chat.until(`${chat.label}${line}\n`);
      await chat.peer.leave!(way);
      // The first answer may still go out, the later ones fail; from then on nobody is asked.
      await chat.type("hai\n");
      for (const line of shown.slice(1, 3)) {
        await chat.until(`${chat.label}${line}\n`).catch(() => assertEquals(os, "windows"));
        await chat.type("hai\n");
      }
      const status = await chat.status;
      if (saying === "nothing, at once" && chat.err.includes("ENOTCONN")) return; // sooner than that
      const said = `Client ✕ Reset ✕ Server\n127.0.0.1:${chat.port}: ${reset}`;
      // Windows throws away what was not yet read when a reset comes, and tells of the reset alone.
      if (os === "windows" && status === 1) return assert(chat.err.endsWith(said), chat.err);
      assertEquals(status, way === "closes" ? 0 : 1);
      const end = way === "closes" ? `${chat.other} menutup koneksi.\n${closes}` : said;
      assert(chat.err.endsWith(end), chat.err);
      if (shown === five) { // all answers but the last one went out, and are drawn
        const count = (text: string, part: string) => text.split(part).length - 1;
        const arrow = script === "tcp_client" ? "Client → Send →" : "Client ← Receive ←";
        assertEquals(count(chat.err, arrow), count(chat.out, chat.prompt) - 1);
      }
      const all = shown.map((line) => `${chat.label}${line}\n`).join("");
      assert(chat.out.replaceAll(chat.prompt, "").endsWith(all), chat.out);
    },
  );
}

const noStop = os === "windows" ? "no program can be stopped" : "";
for (const script of [tcp[0]]) {
  Deno.test(about("a client resets before it is accepted", script, noStop), async () => {
    await using server = await serve(script);
    await server.until("Menunggu koneksi dari client...\n");
    server.kill("SIGSTOP");
    await (await tcpConnect(server.port)).leave!("resets");
    server.kill("SIGCONT");
    assertEquals(await server.status, 1);
    const said = `\n127.0.0.1:${server.port}: lawan bicara sudah memutus koneksi (ENOTCONN)\n`;
    assert(server.err.endsWith(said), server.err);
  });
}

for (const script of scripts) {
  Deno.test(about("the end of input closes the socket, status 0", script), async () => {
    await using chat = await meet(script, ["--skema"]);
    await chat.ask();
    const stream = script.startsWith("tcp");
    // Bytes that nobody reads make a reset of an end without a close (which Windows does anyway).
    if (stream && os !== "windows") await chat.peer.send("belum dibaca");
    await chat.end();
    assertEquals(await chat.status, 0);
    assert(chat.out.endsWith(`${chat.prompt}\n`));
    assert(chat.err.endsWith(`Masukan berakhir, socket ditutup.\n${stream ? closes : ""}`));
    if (stream) assertEquals(await chat.peer.receive(), null);
  });
}

// ---- standard streams

for (const script of scripts) {
  Deno.test(about("a reader that leaves ends a script quietly, status 0", script), async () => {
    const port = script === "tcp_client" ? taken.tcp : script === "udp_client" ? free : 0;
    await using program = start(script, ["-p", `${port}`], { unread: "out" });
    if (script === "udp_server") {
      using peer = udpPeer((await listening(program)).port);
      await peer.send("halo");
    }
    assertEquals([await program.status, program.err.replace(/^Port .*\n/, "")], [0, ""]);
  });
}

const noFull = os === "linux" ? "" : "no /dev/full";
for (const script of servers) {
  Deno.test(about("a full standard output is said", script, noFull), async () => {
    await using server = await listening(shell('exec "$@" >/dev/full', script, ["-p", "0"]));
    using peer = udpPeer(server.port);
    if (script === "udp_server") await peer.send("halo");
    assertEquals(await server.status, 1);
    const said = `\n127.0.0.1:${server.port}: standard output sudah penuh (ENOSPC)\n`;
    assert(server.err.endsWith(said), server.err);
  });
}

// Starts a program whose standard output never blocks, with a slow reader behind it.
const never = "import os, sys; os.set_blocking(1, False); os.execvp(sys.argv[1], sys.argv[1:])";
const slow = `"${python}" -c "${never}" "$@" </dev/null | dd bs=1 2>/dev/null`;
const noSlow = os === "windows" || !python ? "no sh, or no python3" : "";
for (const script of [udp[0]]) {
  Deno.test(about("a slow reader gets all, once", script, noSlow), async () => {
    await using server = await listening(shell(slow, script, ["-p", "0"]));
    using peer = udpPeer(server.port);
    const text = Array.from({ length: 10_000 }, (_, number) => `${number}\u0001`).join("");
    await peer.send(text); // more than a pipe holds, each \u0001 being three bytes on the screen
    assertEquals(await server.status, 0);
    const shown = `[Client]: ${text.replaceAll("\u0001", "␁")}\n[Server] Ketik balasan: \n`;
    assert(server.out === shown, `${server.out.length} of ${shown.length} characters`);
  });
}

Deno.test("standard error that nobody reads ends no chat", async () => {
  await using server = await serve("tcp_server");
  const args = ["-p", `${server.port}`, "--skema"];
  await using client = start("tcp_client", args, { unread: "err" });
  await Promise.all([client.type("halo\nexit\n"), server.type("hai\n")]);
  assertEquals([await client.status, await server.status], [0, 0]);
  const prompt = "[Client] Ketik pesan: ";
  assertEquals(client.out, `${prompt}[Server]: hai\n${prompt}`);
});

const noFolder = os === "windows" ? "no folder can be opened as a file" : "";
for (const script of scripts) {
  Deno.test(about("unreadable standard input is said", script, noFolder), async () => {
    await using program = shell('exec "$@" </', script);
    assertEquals(await program.status, 1);
    assertEquals(program.err, "stdin: standard input adalah sebuah folder (EISDIR)\n");
  });
}

// ---- what is typed

for (const script of scripts) {
  Deno.test(about("an empty message is refused over TCP, sent over UDP", script), async () => {
    await using chat = await meet(script);
    await chat.ask();
    await chat.type("\n\r\nhai\n");
    assertEquals(await chat.peer.receive(), script.startsWith("tcp") ? "hai" : "");
    if (script.startsWith("udp")) return;
    await chat.until(chat.prompt.repeat(2));
    await chat.until("Pesan kosong tidak dapat dikirim lewat TCP.\n".repeat(2), "err");
  });
}

for (const script of scripts) {
  Deno.test(about("a message holds 1024 bytes, not one more", script), async () => {
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
}

Deno.test("a long line is read in linear time, its characters whole", async () => {
  await using client = start("udp_client", ["-p", `${free}`]);
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
for (const script of scripts) {
  Deno.test(about("what a peer sends is shown as one line of text", script), async () => {
    await using chat = await meet(script);
    for (const [sent, line] of [...messages, ...own[script.slice(0, 3)]!]) {
      await chat.hear(typeof sent === "string" ? sent : new Uint8Array(sent), line);
    }
    if (script.endsWith("server")) await chat.ask();
    await chat.type(new Uint8Array([0xff, 0x0a])); // typed bytes that are not UTF-8
    assertEquals(await chat.peer.receive(3), "\ufffd");
  });
}

for (const script of tcp) {
  Deno.test(about("tcp: a piece that completes no character is no message", script), async () => {
    await using chat = await meet(script, ["--skema"]);
    await chat.wait();
    for (const byte of [0xe2, 0x82]) {
      await chat.peer.send(new Uint8Array([byte]));
      await chat.until(" 1 byte\n", "err");
    }
    await chat.peer.send(new Uint8Array([0xac]));
    await chat.until(`${chat.label}€\n${chat.prompt}`);
  });
}

const longest = udp.flatMap((script) =>
  [[script, "127.0.0.1", 65_507], [script, "::1", 65_527]] as const
);
for (const [script, host, size] of longest) {
  Deno.test(about("udp: the longest datagram is shown whole", [script, host, size]), async () => {
    await using chat = await meet(script, [], host);
    const long = "é" + "x".repeat(size - 2);
    await chat.hear(long, long);
  });
}

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
  await Promise.all([typed, sent]);
  assert(got === expected);
});

// ---- what UDP does not promise

Deno.test("udp: another than the server is told of, once a wait", async () => {
  await using chat = await meet("udp_client", ["--skema"]);
  const { peer } = chat;
  await chat.say();
  const hosts = ["127.0.0.1", ...(os === "darwin" ? [] : ["127.0.0.2"])]; // macOS has one alone
  for (const host of hosts) { // another port, then the server's port at another address
    using other = udpPeer(peer.from, "127.0.0.1", host, host === "127.0.0.1" ? 0 : peer.port);
    await other.send("palsu 1");
    await chat.until(
      `\nAsing  → RecvFrom → Client   7 byte   ${host}:${other.port} → 127.0.0.1:${peer.from}\n` +
        `Datagram dari ${host}:${other.port} diabaikan: bukan dari 127.0.0.1:${peer.port}.\n` +
        `Jika itu servernya: --host ${host} --port ${other.port}\n`,
      "err",
    );
    await other.send("palsu 2");
    await peer.send("asli");
    await chat.until(`[Server]: asli\n${chat.prompt}`);
    await chat.say();
  }
  assertEquals(chat.out.includes("palsu"), false);
  assertEquals(chat.err.match(/^Datagram/gm)?.length, hosts.length);
});

const hint = "Belum ada balasan: UDP tidak menjamin pesan sampai.\n";
const cross = "Server ✕ RecvFrom ✕ Client\n";
/** Options, seconds in which nothing is said at the prompt, seconds of a wait, what that says. */
const patience: [string[], number, number, string][] = [
  [[], 5.2, 5, hint + cross],
  [["--timeout", "7"], 0, 5, hint + cross],
  [["--timeout", "1.50"], 1.8, 1.5, `${cross}Tidak ada balasan selama 1.50 detik.\n`],
  [["--timeout", "6"], 0, 6, `${hint}${cross}Tidak ada balasan selama 6 detik.\n`],
];
Deno.test("udp: what a wait says, and when", async () => {
  await Promise.all(patience.map(async ([options, quiet, seconds, said]) => {
    await using chat = await meet("udp_client", ["--skema", ...options]);
    await chat.hear("hai", "hai");
    await pause(quiet);
    await chat.say();
    const begun = Date.now();
    await chat.until(` 127.0.0.1:${chat.port}\n${said}`, "err");
    const waited = (Date.now() - begun) / 1_000;
    assert(waited > seconds - 0.1 && waited < seconds + 3, `${waited} s`);
    assertEquals(chat.err.match(/^(Belum|Server ✕|Tidak) .*\n/gm)?.join(""), said);
    if (said.includes("Tidak")) return assertEquals(await chat.status, 1);
    await chat.peer.send("akhirnya");
    await chat.until("[Server]: akhirnya\n");
    await pause(2.2); // the limit of that wait is none at the prompt
    await chat.say();
  }));
});
