// What a chat does besides the report's dialogue: any Python, any host, `exit`, lines typed ahead.
import { assertEquals, assertMatch } from "@std/assert";
import { listening, meet, Program, serve, start, udpPeer } from "./support/chat.ts";
import { protocols, scripts, unless } from "./support/scripts.ts";
import { freePort, lack, python } from "./support/system.ts";

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
  for (const [pesan, balas] of [["halo é", "hai 😀"], ["a".repeat(1024), "ya"]]) {
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
