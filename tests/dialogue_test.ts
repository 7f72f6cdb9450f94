import { assertEquals, assertMatch } from "@std/assert";
import {
  againstClient,
  againstServer,
  freePort,
  protocols,
  serve,
  start,
  udpPeer,
} from "./support/driver.ts";

const greeting = (port: number, protocol: string) =>
  protocol === "udp"
    ? ""
    : `Menunggu koneksi dari client...\nTerhubung dengan ('127.0.0.1', ${port})\n`;

/** Plays one turn between both scripts with the given options; gives what the server printed. */
async function chat(
  protocol: "tcp" | "udp",
  atServer: string[],
  atClient: string[],
): Promise<string> {
  const { server, port } = await serve(`${protocol}_server`, atServer);
  await using _server = server;
  await using client = start(`${protocol}_client`, [...atClient, "-p", `${port}`]);
  await client.type("halo\n");
  await server.until("[Client]: halo\n");
  await server.type("hai\n");
  await client.until("[Server]: hai\n");
  await client.type("exit\n");
  assertEquals([await client.status, await server.status], [0, 0]);
  assertEquals(client.err, "");
  return server.out;
}

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
    for (const [pesan, balas] of [["halo", "hai juga"], ["apa kabar? 👋", "baik: [Client]: 😀"]]) {
      await client.until("[Client] Ketik pesan: ");
      await client.type(`${pesan}\n`);
      await server.until("[Server] Ketik balasan: ");
      await server.type(`${balas}\n`);
    }
    await client.until("[Client] Ketik pesan: ");
    const begun = Date.now();
    await client.type("exit\n");
    assertEquals([await client.status, await server.status], [0, 0]);
    assertEquals(Date.now() - begun < 3_000, true); // no timer holds it up
    assertEquals(
      client.out,
      "Masukkan port server: " +
        "[Client] Ketik pesan: [Server]: hai juga\n" +
        "[Client] Ketik pesan: [Server]: baik: [Client]: 😀\n" +
        "[Client] Ketik pesan: ",
    );
    assertEquals(
      server.out.replace(/, \d+\)/, ", 1)"),
      "Masukkan port server: " + greeting(1, protocol) +
        "[Client]: halo\n[Server] Ketik balasan: " +
        "[Client]: apa kabar? 👋\n[Server] Ketik balasan: ",
    );
    assertEquals(client.err, "");
    assertEquals(server.err, `Port yang dipilih sistem: ${port}\n`);
  });

  Deno.test(`${protocol}: a message is its UTF-8 bytes and nothing else`, async () => {
    {
      const { client, peer } = await againstClient(protocol);
      await using _client = client;
      using _peer = peer;
      await client.type("\uFEFFsatu dua  \t €😀\n");
      assertEquals(await peer.receive(20), "\uFEFFsatu dua  \t €😀");
      await peer.send("\uFEFFbalasan");
      await client.until("[Server]: \uFEFFbalasan\n");
      await client.type("exit\n");
      assertEquals(await peer.receive(4), "exit");
      assertEquals(await client.status, 0);
      if (protocol === "tcp") assertEquals(await peer.receive(), null);
    }
    const { server, peer } = await againstServer(protocol);
    await using _server = server;
    using _peer = peer;
    await peer.send("\uFEFFhalo");
    await server.until("[Client]: \uFEFFhalo\n");
    await server.type("\uFEFFsatu dua  \t €😀\n");
    assertEquals(await peer.receive(20), "\uFEFFsatu dua  \t €😀");
    await peer.send("quit");
    assertEquals(await server.status, 0);
    if (protocol === "tcp") assertEquals(await peer.receive(), null);
  });

  Deno.test(`${protocol}: exit and quit from the client end both, in any case of letters`, async () => {
    for (const word of ["exit", "quit", "EXIT", "qUiT", "Exit"]) {
      {
        const { client, peer } = await againstClient(protocol);
        await using _client = client;
        using _peer = peer;
        await client.type(`${word}\nmore\n`);
        assertEquals(await peer.receive(4), word);
        assertEquals(await client.status, 0);
        assertEquals(client.out, "[Client] Ketik pesan: ");
        assertEquals(client.err, "");
      }
      const { server, peer } = await againstServer(protocol);
      await using _server = server;
      using _peer = peer;
      await peer.send(word);
      assertEquals(await server.status, 0);
      assertEquals(server.out, greeting(peer.port, protocol));
    }
  });

  Deno.test(`${protocol}: other words, blanks around and the server's own exit end nothing`, async () => {
    const { server, port } = await serve(`${protocol}_server`);
    await using _server = server;
    await using client = start(`${protocol}_client`, ["-p", `${port}`]);
    for (const word of [" exit", "quit ", "exits", "bye", "keluar"]) {
      await client.type(`${word}\n`);
      await server.until(`[Client]: ${word}\n[Server] Ketik balasan: `);
      await server.type("exit\n");
      await client.until("[Server]: exit\n[Client] Ketik pesan: ");
    }
    await client.type("quit\n");
    assertEquals([await client.status, await server.status], [0, 0]);
  });

  Deno.test(`${protocol}: lines typed ahead are kept for their turn, the last one without newline`, async () => {
    const { server, port } = await serve(`${protocol}_server`);
    await using _server = server;
    await using client = start(`${protocol}_client`, ["-p", `${port}`]);
    await server.type("satu\r\ndua\ntiga");
    await server.end();
    await client.type("1\r\n2\n3\n4");
    await client.end();
    await server.until("[Client]: 4\n[Server] Ketik balasan: ");
    assertEquals(await server.status, 0);
    assertEquals(
      server.out.replace(/^(Men|Ter).*\n/gm, ""),
      [1, 2, 3, 4].map((n) => `[Client]: ${n}\n[Server] Ketik balasan: `).join("") + "\n",
    );
    await client.until("[Server]: satu\n[Client] Ketik pesan: [Server]: dua\n");
    await client.until("[Client] Ketik pesan: [Server]: tiga\n[Client] Ketik pesan: ");
  });

  Deno.test(`${protocol}: over IPv6`, async () => {
    for (const host of ["::1", "[::1]", "0:0:0:0:0:0:0:1"]) {
      const out = await chat(protocol, ["--host", host], ["--host", host]);
      if (protocol === "tcp") assertMatch(out, /^Terhubung dengan \('::1', \d+, 0, 0\)$/m);
    }
  });

  Deno.test(`${protocol}: with a host by name, and one by an unusual spelling`, async () => {
    for (const host of ["localhost", "LOCALHOST", "127.1"]) {
      await chat(protocol, ["--host", host], ["--host", host]);
    }
  });

  Deno.test(`${protocol}: a server on all addresses answers from the one that was asked`, async () => {
    await chat(protocol, ["--host", "0.0.0.0"], []);
  });
}

Deno.test("udp: the server answers whoever wrote last, and any client's exit ends it", async () => {
  const { server, peer, port } = await againstServer("udp");
  await using _server = server;
  using first = peer;
  using second = udpPeer(port);
  await first.send("satu");
  await server.until("[Client]: satu\n");
  await second.send("dua");
  await server.type("untuk satu\nuntuk dua\n");
  assertEquals(await first.receive(), "untuk satu");
  assertEquals(await second.receive(), "untuk dua");
  await second.send("exit");
  assertEquals(await server.status, 0);
});

Deno.test("a character split over two reads of standard input is sent whole", async () => {
  using peer = udpPeer();
  await using client = start("udp_client", ["-p", `${peer.port}`]);
  // Longer than one read takes, and no read is a multiple of three bytes by chance alone.
  await client.type(`${"€".repeat(40_000)}\n`);
  await client.until("Pesan 120000 byte tidak dikirim, batasnya 1024 byte.\n", "err");
});

Deno.test("tcp and udp: servers of both protocols share one port number", async () => {
  const port = freePort();
  await using tcp = start("tcp_server", ["--port", `${port}`]);
  await tcp.until("Menunggu koneksi dari client...\n");
  await using udp = start("udp_server", ["--port", `${port}`]);
  using peer = udpPeer(port);
  // A UDP server says nothing by itself: it is there once a datagram arrives.
  const knock = setInterval(() => peer.send("halo"), 20);
  await udp.until("[Client]: halo\n[Server] Ketik balasan: ");
  clearInterval(knock);
  await udp.type("udp\n");
  assertEquals(await peer.receive(), "udp");
  await using client = start("tcp_client", ["-p", `${port}`]);
  await client.type("halo\n");
  await tcp.until("[Client]: halo\n");
  await tcp.type("tcp\n");
  await client.until("[Server]: tcp\n");
});
