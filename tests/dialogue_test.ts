import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  freePort,
  meet,
  protocols,
  scripts,
  serve,
  start,
  test,
  udpPeer,
} from "./support/driver.ts";

for (const protocol of protocols) {
  Deno.test(`${protocol}: both scripts hold the report's dialogue, byte for byte`, async () => {
    await using server = start(`${protocol}_server`);
    await server.until("Masukkan port server: ");
    await server.type("0\n");
    await server.until("Port yang dipilih sistem: ", "err");
    const port = await server.until("\n", "err");
    await using client = start(`${protocol}_client`);
    await client.until("Masukkan port server: ");
    await client.type(` ${port} \r\n`);
    // Blanks around it, other words and the server's own exit end nothing.
    const turns = [["halo", "hai juga"], ["apa kabar? 👋", "baik: [Client]: 😀"]]
      .concat([" exit", "quit ", "exits", "bye", "keluar"].map((word) => [word, "exit"]));
    for (const [pesan, balas] of turns) {
      await client.until("[Client] Ketik pesan: ");
      await client.type(`${pesan}\n`);
      await server.until("[Server] Ketik balasan: ");
      await server.type(`${balas}\n`);
    }
    await client.until("[Client] Ketik pesan: ");
    const begun = Date.now();
    await client.type("exit\n");
    assertEquals([await client.status, await server.status], [0, 0]);
    assert(Date.now() - begun < 3_000); // no timer holds it up
    const shown = turns.map(([, balas]) => `[Client] Ketik pesan: [Server]: ${balas}\n`).join("");
    assertEquals(client.out, `Masukkan port server: ${shown}[Client] Ketik pesan: `);
    const greeting = protocol === "udp"
      ? ""
      : "Menunggu koneksi dari client...\nTerhubung dengan ('127.0.0.1', 1)\n";
    assertEquals(
      server.out.replace(/, \d+\)/, ", 1)"),
      `Masukkan port server: ${greeting}` +
        turns.map(([pesan]) => `[Client]: ${pesan}\n[Server] Ketik balasan: `).join(""),
    );
    assertEquals([client.err, server.err], ["", `Port yang dipilih sistem: ${port}\n`]);
  });

  Deno.test(`${protocol}: lines typed ahead are kept for their turn, the last without an end`, async () => {
    const { server, port } = await serve(`${protocol}_server`);
    await using _server = server;
    await using client = start(`${protocol}_client`, ["-p", `${port}`]);
    await server.type("satu\r\ndua\ntiga");
    await server.end();
    await client.type("1\r\n2\n3\n4");
    await client.end();
    assertEquals(await server.status, 0);
    assertEquals(
      server.out.replace(/^(Men|Ter).*\n/gm, ""),
      [1, 2, 3, 4].map((n) => `[Client]: ${n}\n[Server] Ketik balasan: `).join("") + "\n",
    );
    const replies = ["satu", "dua", "tiga"].map((text) => `[Server]: ${text}\n`);
    await client.until(["", ...replies].join("[Client] Ketik pesan: "));
  });
}

const hosts = ["::1", "[::1]", "0:0:0:0:0:0:0:1", "localhost", "LOCALHOST", "127.1"]
  .map((host) => [host, host]).concat([["0.0.0.0", "127.0.0.1"]])
  .concat([["127.0.0.1", "0.0.0.0"], ["::1", "::"], ["::1", "::0"], ["127.0.0.1", "localhost"]])
  .flatMap((pair) => protocols.map((protocol) => [protocol, ...pair] as const));
test(
  "a host is an address of either kind, in any spelling, or a name",
  hosts,
  async ([protocol, atServer, atClient]) => {
    const { server, port } = await serve(`${protocol}_server`, ["--host", atServer!]);
    await using _server = server;
    await using client = start(`${protocol}_client`, ["--host", atClient!, "-p", `${port}`]);
    await Promise.all([client.type("halo\n"), server.type("hai\n")]);
    await client.until("[Server]: hai\n");
    await client.type("exit\n");
    assertEquals([await client.status, await server.status, client.err], [0, 0, ""]);
    const tuple = atServer!.includes(":") ? "'::1', \\d+, 0, 0" : "'127.0.0.1', \\d+";
    if (protocol === "tcp") assertMatch(server.out, RegExp(`\nTerhubung dengan \\(${tuple}\\)\n`));
  },
);

const exits = ["exit", "quit", "EXIT", "qUiT", "Exit"]
  .flatMap((word) => scripts.map((script) => [script, word] as const));
test("exit and quit of the client end both sides, in any case", exits, async ([script, word]) => {
  await using chat = await meet(script);
  if (script.endsWith("client")) {
    await chat.program.type(`${word}\nmore\n`);
    assertEquals(await chat.peer.receive(4), word);
  } else await chat.peer.send(word);
  assertEquals(await chat.program.status, 0);
  const asked = script.endsWith("client") ? chat.prompt : "";
  assertEquals(chat.program.out.replace(/^(Men|Ter).*\n/gm, ""), asked);
  if (script.startsWith("tcp")) assertEquals(await chat.peer.receive(), null);
});

test("a message is its UTF-8 bytes and nothing else", scripts, async (script) => {
  await using chat = await meet(script);
  await chat.hear("\uFEFFbalasan", "\uFEFFbalasan");
  if (script.endsWith("server")) await chat.asked();
  const text = "\uFEFFsatu dua  \t €😀";
  await chat.program.type(`${text}\n`);
  assertEquals(await chat.peer.receive(new TextEncoder().encode(text).length), text);
});

Deno.test("udp: the server answers whoever wrote last, and any client's exit ends it", async () => {
  await using chat = await meet("udp_server");
  using second = udpPeer(chat.port);
  await chat.peer.send("satu");
  await chat.program.until("[Client]: satu\n");
  await second.send("dua");
  await chat.program.type("untuk satu\nuntuk dua\n");
  assertEquals(await chat.peer.receive(), "untuk satu");
  assertEquals(await second.receive(), "untuk dua");
  await second.send("exit");
  assertEquals(await chat.program.status, 0);
});

Deno.test("servers of both protocols share one port number", async () => {
  const port = `${freePort()}`;
  await using tcp = start("tcp_server", ["--port", port]);
  await tcp.until("Menunggu koneksi dari client...\n");
  await using udp = start("udp_server", ["--port", port]);
  using peer = udpPeer(Number(port));
  const knock = setInterval(() => peer.send("exit"), 20); // heard once the server is there
  assertEquals(await udp.status, 0);
  clearInterval(knock);
});
