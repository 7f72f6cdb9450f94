import { assert, assertEquals } from "@std/assert";
import {
  againstClient,
  againstServer,
  protocols,
  reportDir,
  reportFile,
  root,
  run,
  serve,
  start,
  udpPeer,
} from "./support/driver.ts";

// How many lines each Python twin has, blank ones not counted.
const lines = { tcp_server: 18, tcp_client: 13, udp_server: 14, udp_client: 12 };
type Name = keyof typeof lines;

/** The lines of the Python twin of `script`, or none where the report is not at hand. */
function twin(script: Name): string[] {
  if (!reportDir) return [];
  const text = Deno.readTextFileSync(new URL(reportFile(script), root));
  return text.split("\n").filter((line) => line.trim() !== "");
}

for (const [script, count] of Object.entries(lines) as [Name, number][]) {
  Deno.test(`${script}: every line of its Python twin is accounted for, in order`, () => {
    const text = Deno.readTextFileSync(new URL(`${script}.ts`, root));
    const python = twin(script);
    const steps = [...text.matchAll(/\/\/ py (\d+)(?:-(\d+))?: ([\w, ]+)/g)].map(
      ([, from, to, words]) => ({ from: Number(from), to: Number(to ?? from), words: words! }),
    );
    let last = 1;
    const missing = new Set(Array.from({ length: count }, (_, index) => index + 1));
    for (const { from, to, words } of steps) {
      assert(from >= last && to >= from && to <= count, `py ${from}-${to} behind py ${last}`);
      for (let line = from; line <= to; line++) missing.delete(line);
      last = from;
      if (python.length === 0) continue;
      assertEquals(python.length, count);
      const own = python.slice(from - 1, to).join("\n");
      for (const word of words.trim().split(", ")) {
        assert(new RegExp(`\\b${word}\\b`).test(own), `${word} in: ${own}`);
      }
    }
    assertEquals([...missing], []);
  });

  Deno.test(`${script}: keeps the words and the names of its Python twin`, () => {
    const text = Deno.readTextFileSync(new URL(`${script}.ts`, root));
    for (const line of twin(script)) {
      for (const [, literal] of line.matchAll(/["']([^"'{}]*[a-z][^"'{}]*)/g)) {
        assert(text.includes(literal!) || literal === "Masukkan port server: ", literal);
      }
      for (const [, name] of line.matchAll(/^\s*(\w+)(?:, \w+)? = /g)) {
        const ours = name!.replace(
          "client_socket",
          script === "udp_client" ? "socket" : "connection",
        )
          .replace("server_socket", script === "udp_server" ? "socket" : "listener");
        assert(new RegExp(`\\b(?:const|let|\\[) ?${ours}\\b`).test(text), ours);
      }
    }
    assert(text.split("\n").length <= 100);
  });
}

for (const protocol of protocols) {
  Deno.test(`${protocol}: --skema draws the same steps on both sides, in order`, async () => {
    const { server, port } = await serve(`${protocol}_server`, ["--skema"]);
    await using _server = server;
    await using client = start(`${protocol}_client`, ["--skema", "-p", `${port}`]);
    await client.type("halo\n");
    await server.until("[Server] Ketik balasan: ");
    await server.type("apa kabar?\n");
    await client.until("[Server]: apa kabar?\n");
    await client.type("exit\n");
    assertEquals([await client.status, await server.status], [0, 0]);
    const own = client.err.match(/127\.0\.0\.1:(\d+) → /)![1];
    const [there, back] = [
      `127.0.0.1:${own} → 127.0.0.1:${port}`,
      `127.0.0.1:${port} → 127.0.0.1:${own}`,
    ];
    const steps = {
      tcp: `Client → Connect → Server    ${there}\n` +
        "Client → Send → Server       4 byte\n" +
        "Client ← Receive ← Server    10 byte\n" +
        "Client → Send → Server       4 byte\n" +
        "Client → Close ← Server\n",
      udp: `Client → SendTo → Server     4 byte   ${there}\n` +
        `Server → RecvFrom → Client   10 byte   ${back}\n` +
        `Client → SendTo → Server     4 byte   ${there}\n`,
    }[protocol];
    assertEquals(client.err, steps);
    assertEquals(server.err, `Port yang dipilih sistem: ${port}\n${steps}`);
  });

  Deno.test(`${protocol}: --skema leaves standard output as it is`, async () => {
    const outs: string[] = [];
    for (const args of [[], ["--skema"]]) {
      const { server, port } = await serve(`${protocol}_server`, args);
      await using _server = server;
      await using client = start(`${protocol}_client`, ["-p", `${port}`, ...args]);
      await client.type("halo\n");
      await server.until("[Server] Ketik balasan: ");
      await server.type("hai\n");
      await client.until("[Server]: hai\n");
      await client.type("quit\n");
      assertEquals([await client.status, await server.status], [0, 0]);
      outs.push(client.out + server.out.replace(/\d+\)/, ""));
    }
    assertEquals(outs[0], outs[1]);
  });
}

Deno.test("tcp: --skema draws an end by the peer, by the input and by Ctrl-C", async () => {
  const close = "Client → Close ← Server";
  {
    const { server, peer } = await againstServer("tcp", ["--skema"]);
    await using _server = server;
    peer[Symbol.dispose]();
    assertEquals(await server.status, 0);
    assertEquals(server.err.split("\n").slice(2), ["Client menutup koneksi.", close, ""]);
  }
  {
    const { client, peer } = await againstClient("tcp", ["--skema"]);
    await using _client = client;
    using _peer = peer;
    await client.end();
    assertEquals(await client.status, 0);
    assertEquals(client.err.split("\n").slice(1), ["Masukan berakhir, socket ditutup.", close, ""]);
  }
  if (Deno.build.os === "windows") return; // no signal can be sent there
  const { client, peer } = await againstClient("tcp", ["--skema"]);
  await using _client = client;
  using _peer = peer;
  await client.until("[Client] Ketik pesan: ");
  client.kill("SIGINT");
  assertEquals(await client.status, 130);
  assertEquals(client.err.split("\n").slice(1), ["Dihentikan dengan Ctrl-C.", close, ""]);
  assertEquals(client.out, "[Client] Ketik pesan: \n");
});

Deno.test("udp: --skema draws a stranger's datagram and a wait without a reply", async () => {
  const { client, peer } = await againstClient("udp", ["--skema"]);
  await using _client = client;
  using _peer = peer;
  await client.type("halo\n");
  await peer.receive();
  using stranger = udpPeer(peer.from);
  await stranger.send("palsu");
  const path = `127.0.0.1:${stranger.port} → 127.0.0.1:${peer.from}`;
  await client.until(`Asing  → RecvFrom → Client   5 byte   ${path}\nDatagram dari `, "err");
  await client.until("sampai.\nServer ✕ RecvFrom ✕ Client\n", "err");
  await peer.send("asli");
  await client.until("Server → RecvFrom → Client   4 byte   ", "err");
});

Deno.test("udp: --skema draws no connection and no close", async () => {
  const { err } = await run("udp_client", ["-p", "9", "--skema"], "exit\n");
  assertEquals(
    err.replace(/:\d+ →/, ":PORT →"),
    "Client → SendTo → Server     4 byte   127.0.0.1:PORT → 127.0.0.1:9\n",
  );
});
