// The report's dialogue in every pairing, byte for byte, and what the pairings do not show.
import { assertEquals, assertMatch } from "@std/assert";
import { encode, listening, meet, Program, serve, start, udpPeer } from "./support/chat.ts";
import { command, protocols, type Script, scripts, unless } from "./support/scripts.ts";
import { freePort, lack, output, python, reportCommand } from "./support/system.ts";

const turns = [
  ["halo", "hai juga"],
  ["Apa kabar? 👋 «é»", "Baik 😀 [Server]: 'ya' \"tidak\""],
  [" exit", "exit"], // blanks around it and the server's own end nothing
  ["quit ", "QUIT"],
  ["exits", "  dengan\tblanko  "],
  ["a".repeat(1024), "€".repeat(341)],
  ["[Server]: palsu", "\\n bukan baris baru"],
] as const;

const folder = Deno.makeTempDirSync();
Deno.test.afterAll(() => Deno.removeSync(folder, { recursive: true }));

/** The path of `script` as a binary, which is made first; undefined where none can be made. */
function compile(script: Script): string | undefined {
  const path = `${folder}/${script}${Deno.build.os === "windows" ? ".exe" : ""}`;
  const rights = ["--allow-net", "--no-prompt"];
  const [deno, _run, ...rest] = command(script, [], [...rights, "--output", path]);
  const made = output(deno!, "compile", ...rest) !== undefined;
  return made && output(path, "--help")?.startsWith("Opsi:") ? path : undefined;
}

/** The ways to start a program for `script`. */
const ways = {
  Deno: (script: Script) => start(script),
  "Deno --skema": (script: Script) => start(script, ["--skema"]),
  Python: (script: Script) =>
    new Program(reportCommand(script), { env: { PYTHONIOENCODING: "utf-8" } }),
  binary: (script: Script) => new Program([compile(script)!]),
};
type Way = keyof typeof ways;

/** What --skema draws at either side of a chat of `messages`. */
function steps(protocol: string, client: string, server: string, messages: string[]): string {
  const [there, back] = [`${client} → ${server}`, `${server} → ${client}`];
  const drawn = messages.map((text, turn) => {
    const size = `${encode(text).length} byte`;
    if (protocol === "tcp") {
      return `Client ${turn % 2 ? "← Receive ← Server   " : "→ Send → Server      "} ${size}\n`;
    }
    return turn % 2
      ? `Server → RecvFrom → Client   ${size}   ${back}\n`
      : `Client → SendTo → Server     ${size}   ${there}\n`;
  }).join("");
  if (protocol === "udp") return drawn;
  return `Client → Connect → Server    ${there}\n${drawn}Client → Close ← Server\n`;
}

const runtime = compile("tcp_server") ? "" : "no runtime to compile with";
const pairings: [lack: string, server: Way, client: Way][] = [
  ["", "Deno", "Deno"],
  ["", "Deno --skema", "Deno --skema"],
  [lack.report, "Deno", "Python"],
  [lack.report, "Python", "Deno"],
  [lack.report, "Python", "Python"],
  [runtime, "binary", "binary"],
];
for (const [lack, atServer, atClient] of pairings) {
  const name = `%s: ${atServer} and ${atClient} hold the report's dialogue`;
  Deno.test.each(protocols)(...unless(lack, name), async (protocol) => {
    await using server = ways[atServer](`${protocol}_server`);
    await server.until("Masukkan port server: ");
    await server.type("0\n");
    await listening(server);
    await using client = ways[atClient](`${protocol}_client`);
    await client.until("Masukkan port server: ");
    await client.type(` ${server.port} \n`);
    const all = protocol === "udp" ? [...turns, ["", ""] as const] : turns;
    for (const [pesan, balas] of all) {
      await client.until("[Client] Ketik pesan: ");
      await client.type(`${pesan}\n`);
      await server.until("[Server] Ketik balasan: ");
      await server.type(`${balas}\n`);
    }
    await client.until("[Client] Ketik pesan: ");
    await client.type("QuIt\n");
    assertEquals([await client.ended(), await server.ended()], [0, 0]);

    const shown = all.map(([, balas]) => `[Client] Ketik pesan: [Server]: ${balas}\n`).join("");
    assertEquals(client.out, `Masukkan port server: ${shown}[Client] Ketik pesan: `);
    const greeting = "Menunggu koneksi dari client...\nTerhubung dengan ('127.0.0.1', 1)\n";
    assertEquals(
      server.out.replace(/, \d+\)/, ", 1)"),
      `Masukkan port server: ${protocol === "tcp" ? greeting : ""}` +
        all.map(([pesan]) => `[Client]: ${pesan}\n[Server] Ketik balasan: `).join(""),
    );
    const own = client.err.match(/127.0.0.1:\d+/)?.[0] ?? "";
    const messages = [...all.flat(), "QuIt"];
    const drawn = atServer === "Deno --skema"
      ? steps(protocol, own, `127.0.0.1:${server.port}`, messages)
      : "";
    assertEquals(client.err, drawn);
    assertEquals(server.err, `Port yang dipilih sistem: ${server.port}\n${drawn}`);
  });
}

Deno.test.each(scripts)(...unless(lack.python, "%s: a Python of ours opposite"), async (script) => {
  const [protocol, side] = script.split("_");
  const other = side === "client" ? "server" : "client";
  const words = [python!, "-u", "tests/support/peer.py", protocol!, other];
  await using theirs = new Program(words, { env: { PYTHONIOENCODING: "utf-8" } });
  await using ours = start(script);
  const [client, server] = side === "client" ? [ours, theirs] : [theirs, ours];

  await server.type("0\n");
  await listening(server);
  await client.type(`${server.port}\n`);
  for (const [pesan, balas] of turns) {
    await client.type(`${pesan}\n`);
    await server.until(server === ours ? `[Client]: ${pesan}\n` : `heard <${pesan}>`);
    await server.type(`${balas}\n`);
    await client.until(client === ours ? `[Server]: ${balas}\n` : `heard <${balas}>`);
  }
  await client.type("exit\n");
  assertEquals([await client.ended(), await server.ended()], [0, 0]);
});

Deno.test.each(protocols)("%s: lines typed ahead wait, the last one too", async (protocol) => {
  await using server = await serve(`${protocol}_server`);
  await using client = start(`${protocol}_client`, ["--port", `${server.port}`]);
  await server.type("satu\r\ndua\ntiga");
  await server.end();
  await client.type("1\r\n2\n3\n4");
  await client.end();
  assertEquals(await server.ended(), 0);
  assertEquals(
    server.out.replace(/^(Men|Ter).*\n/gm, ""),
    [1, 2, 3, 4].map((n) => `[Client]: ${n}\n[Server] Ketik balasan: `).join("") + "\n",
  );
  const replies = ["satu", "dua", "tiga"].map((text) => `[Server]: ${text}\n`);
  await client.until(["", ...replies].join("[Client] Ketik pesan: "));
});

/** Hosts at which a server listens and a client finds it. */
const hosts: [string, string][] = [
  ["localhost", "LOCALHOST"],
  ["127.1", "127.1"],
  ["0.0.0.0", "127.0.0.1"],
  ["127.0.0.1", "localhost"],
  ["127.0.0.1", "0.0.0.0"],
];
const hosts6: [string, string][] = [
  ["::1", "[::1]"],
  ["[::1]", "0:0:0:0:0:0:0:1"],
  ["::1", "::"],
];
if (Deno.build.os === "linux") hosts6.push(["::1", "::1%1"]); // elsewhere its scope is another
for (const [lacking, pairs] of [["", hosts], [lack.ipv6, hosts6]] as const) {
  Deno.test.each(pairs)(...unless(lacking, "a server at %s, a client to %s"), async (...pair) => {
    for (const protocol of protocols) {
      // A UDP client takes an IPv4 address, which localhost need not be for a server.
      if (protocol === "udp" && pair[0] === "localhost") continue;
      await using server = await serve(`${protocol}_server`, ["--host", pair[0]]);
      const args = ["--host", pair[1], "--port", `${server.port}`];
      await using client = start(`${protocol}_client`, args);
      await Promise.all([client.type("halo\n"), server.type("hai\n")]);
      await client.until("[Server]: hai\n");
      await client.type("exit\n");
      assertEquals([await client.ended(), await server.ended(), client.err], [0, 0, ""]);
      // What a system means by localhost differs.
      const line = /\nTerhubung dengan \('(127\.0\.0\.1|::1)', \d+\)\n/;
      if (protocol === "tcp") assertMatch(server.out, line);
    }
  });
}

Deno.test.each(scripts)("%s: exit and quit of the client end it, in any case", async (script) => {
  for (const word of ["exit", "QUIT", "eXiT"]) {
    await using chat = await meet(script);
    const client = script.endsWith("client");
    if (client) {
      await chat.type(`${word}\nlagi\n`);
      assertEquals(await chat.peer.receive(4), word);
    } else await chat.peer.send(word);
    assertEquals(await chat.ended(), 0);
    assertEquals(chat.out.replace(/^(Men|Ter).*\n/gm, ""), client ? chat.prompt : "");
    if (script.startsWith("tcp")) assertEquals(await chat.peer.receive(), null);
  }
});

Deno.test("udp: the server answers whoever wrote last, and any client's exit ends it", async () => {
  await using chat = await meet("udp_server");
  using second = udpPeer(chat.port);
  await chat.peer.send("satu");
  await chat.until("[Client]: satu\n");
  await second.send("dua");
  await chat.type("untuk satu\nuntuk dua\n");
  assertEquals(await chat.peer.receive(), "untuk satu");
  assertEquals(await second.receive(), "untuk dua");
  await second.send("exit");
  assertEquals(await chat.ended(), 0);
});

Deno.test("servers of both protocols share one port number", async () => {
  const port = freePort();
  await using tcp = start("tcp_server", ["--port", `${port}`]);
  await tcp.until("Menunggu koneksi dari client...\n");
  await using udp = start("udp_server", ["--port", `${port}`]);
  using peer = udpPeer(port);
  const knock = setInterval(() => peer.send("exit"), 20); // heard once the server is there
  assertEquals(await udp.ended(), 0);
  clearInterval(knock);
  assertEquals(tcp.err + udp.err, ""); // only a port that the system picked is told
});
