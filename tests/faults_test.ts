// What goes wrong: at opening, at the end of a chat, at the streams, with what is typed or sent.
import { assert, assertEquals } from "@std/assert";
import { encode, listening, Program, run, serve, start } from "./support/driver.ts";
import { meet, tcpConnect, udpPeer } from "./support/peer.ts";
import { about, command, type Script, scripts } from "./support/scripts.ts";
import { freePort, lackOf, output } from "./support/system.ts";

const { os } = Deno.build;
const tcp = ["tcp_server", "tcp_client"] as const;
const udp = ["udp_server", "udp_client"] as const;
const servers = ["tcp_server", "udp_server"] as const;
const refused =
  "ditolak: server belum berjalan, hanya lokal, atau melayani client lain (ECONNREFUSED)";
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
  ["tcp_server", "127.0.0.1", taken.tcp, "port sudah dipakai program lain, pilih port lain"],
  ["udp_server", "127.0.0.1", taken.udp.port, "port sudah dipakai program lain, pilih port lain"],
  ["tcp_server", "192.0.2.99", free, "bukan alamat komputer ini (EADDRNOTAVAIL)"],
  ["udp_server", "192.0.2.99", free, "bukan alamat komputer ini (EADDRNOTAVAIL)"],
];
if (os === "linux") unopened.push(["tcp_client", "127.0.0.2", taken.tcp, refused]);
for (const [script, host, port, said] of unopened) {
  Deno.test(
    about("a socket that cannot be opened is told", [script, host, said], lackOf(host)),
    async () => {
      const line = `${host.includes(":") ? `[${host}]` : host}:${port}: ${said}`;
      const { out, err, status } = await run(script, ["--port", `${port}`, "--host", host]);
      assertEquals([out, err.slice(0, line.length), status], ["", line, 1]);
      assertEquals(err.match(/\n/g)?.length, 1);
    },
  );
}

// Runs a command without the right to bind port 80; fails where every port is free for all.
const drop = "[ $(cat /proc/sys/net/ipv4/ip_unprivileged_port_start) -gt 80 ] || exit 3\n" +
  '[ $(id -u) -gt 0 ] || exec setpriv --bounding-set -net_bind_service "$@"; exec "$@"';
const open = output("sh", "-c", drop, "sh", "true") === undefined ? "every port is free" : "";
for (const script of servers) {
  Deno.test(about("no right to bind the port", script, open), async () => {
    await using program = shell(drop, script, ["--port", "80"]);
    assertEquals(await program.status, 1);
    assertEquals(
      program.err,
      "127.0.0.1:80: tidak diizinkan: perlu hak khusus, atau ada firewall (EACCES)\n",
    );
  });
}

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
  assertEquals(await chat.status, 0);
  await using again = start("tcp_server", ["--port", `${chat.port}`]);
  await again.until("Menunggu koneksi dari client...\n");
});

// ---- the end of a chat

const five = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(1024));
/** What a peer says last, and the lines in which it is shown. */
const sayings: Record<string, [string | Uint8Array, string[]]> = {
  "nothing": ["", []],
  "nothing, at once": ["", []],
  "five messages in one": [five.join(""), five],
};
const partings = tcp.flatMap((script) =>
  [
    [script, "closes", "nothing"],
    [script, "closes", "five messages in one"],
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
      // The first answer may still go out, the later ones fail: all that it said is shown all the same.
      for (const line of shown.slice(1)) {
        await chat.type("hai\n");
        await chat.until(`${chat.label}${line}\n`).catch(() => assertEquals(os, "windows"));
      }
      await chat.type("hai\n");
      const status = await chat.status;
      const told = `${chat.other} menutup koneksi.\n${closes}`;
      const asked = script === "tcp_server" ? 0 : chat.port; // of an error the port that was asked for is told
      const cut = `127.0.0.1:${asked}: ${reset}`;
      if (status === 1) { // never after a close, but for Windows, which then tells of a reset
        assert(way === "resets" || os === "windows");
        return assert(chat.err.endsWith(cut) || chat.err.includes("ENOTCONN"), chat.err);
      }
      assertEquals(status, 0);
      assert(chat.err.endsWith(told), chat.err);
      if (saying === "nothing") assertEquals(way, "closes"); // a reset that a read meets is an error
      if (shown === five) { // the last answers did not go out, and are not drawn
        const count = (text: string, part: string) => text.split(part).length - 1;
        const arrow = script === "tcp_client" ? "Client → Send →" : "Client ← Receive ←";
        assert(count(chat.err, arrow) < count(chat.out, chat.prompt), chat.err);
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
    const said = `\n127.0.0.1:0: tidak terjangkau dari sini (ENOTCONN)\n`;
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
    assert(chat.err.endsWith(`Input selesai.\n${stream ? closes : ""}`));
    if (stream) assertEquals(await chat.peer.receive(), null);
  });
}

// ---- standard streams

for (const script of scripts) {
  Deno.test(about("a reader that leaves ends a script quietly, status 0", script), async () => {
    const port = script === "tcp_client" ? taken.tcp : script === "udp_client" ? free : 0;
    await using program = start(script, ["--port", `${port}`], { unread: "out" });
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
    await using server = await listening(shell('exec "$@" >/dev/full', script, ["--port", "0"]));
    using peer = udpPeer(server.port);
    if (script === "udp_server") await peer.send("halo");
    assertEquals(await server.status, 1);
    assert(
      server.err.endsWith("\nStandard output: Error: No space left on device (os error 28)\n"),
    );
  });
}

Deno.test("standard error that nobody reads ends no chat", async () => {
  await using server = await serve("tcp_server");
  const args = ["--port", `${server.port}`, "--skema"];
  await using client = start("tcp_client", args, { unread: "err" });
  await Promise.all([client.type("halo\nexit\n"), server.type("hai\n")]);
  assertEquals([await client.status, await server.status], [0, 0]);
  const prompt = "[Client] Ketik pesan: ";
  assertEquals(client.out, `${prompt}[Server]: hai\n${prompt}`);
});

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
  await using client = start("udp_client", ["--port", `${free}`]);
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
  tcp: [[[0x61, 0xe2], "a"], [[0x82], ""], [[0xac, 0x62, 0xf0, 0x9f], "€b"], [[0x98, 0x80], "😀"]],
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

const longest = udp.flatMap((script) =>
  [[script, "127.0.0.1", 65_507], [script, "::1", 65_527]] as const
);
for (const [script, host, size] of longest) {
  Deno.test(
    about("udp: the longest datagram is shown whole", [script, host, size], lackOf(host)),
    async () => {
      await using chat = await meet(script, [], host);
      const long = "é" + "x".repeat(size - 2);
      await chat.hear(long, long);
    },
  );
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

Deno.test("udp: a datagram from another port is told of, one from the server's port is a reply", async () => {
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
  if (os !== "darwin") { // where a computer has one such address alone
    await chat.say();
    using alias = udpPeer(peer.from, "127.0.0.1", "127.0.0.2", peer.port);
    await alias.send("dari alamat lain");
    await chat.until(`[Server]: dari alamat lain\n${chat.prompt}`);
  }
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
  assertEquals(await chat.status, 0);
  assertEquals(chat.err.match(/\n/g)?.length, 1);
});
