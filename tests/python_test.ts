import { assertEquals } from "@std/assert";
import {
  Program,
  type Protocol,
  protocols,
  python,
  reportDir,
  serve,
  sideBySide,
  start,
  startReport,
} from "./support/driver.ts";

const peer = "tests/support/peer.py";

Deno.test({
  name: `opposite a Python program${python ? "" : " (skipped: no python3)"}`,
  ignore: !python,
  fn: () =>
    sideBySide(protocols, async (protocol) => {
      {
        const { server, port } = await serve(`${protocol}_server`);
        await using _server = server;
        await using client = new Program(python!, [
          peer,
          protocol,
          "client",
          `${port}`,
          "halo é",
          "Quit",
        ]);
        await server.until("[Client]: halo é\n");
        await server.type("hai 😀\n");
        assertEquals([await client.status, await server.status], [0, 0]);
        assertEquals(client.out.trimEnd(), "b'hai \\xf0\\x9f\\x98\\x80'");
      }
      await using server = new Program(python!, [peer, protocol, "server", "0", "hai é"]);
      await using client = start(`${protocol}_client`, ["-p", (await server.until("\n")).trim()]);
      await client.type("halo 😀\n");
      await client.until("[Server]: hai é\n");
      await client.type("EXIT\n");
      assertEquals([await client.status, await server.status], [0, 0]);
      assertEquals(server.out.split(/\r?\n/).slice(1), [
        "b'halo \\xf0\\x9f\\x98\\x80'",
        "b'EXIT'",
        "",
      ]);
    }),
});

const turns = [
  ["halo", "hai"],
  ["Apa kabar? 👋 «é»", "Baik 😀 [Server]: 'ya' \"tidak\""],
  [" exit", "exit"],
  ["  dengan\tblanko  ", "quit "],
  ["a".repeat(1024), "€".repeat(341)],
  ["[Server]: palsu", "\\n bukan baris baru"],
];

/** Plays the dialogue, each side in Deno or in Python; gives what they printed, ports apart. */
async function play(protocol: Protocol, serverInDeno: boolean, clientInDeno: boolean) {
  await using server = (serverInDeno ? start : startReport)(`${protocol}_server`);
  await server.until("Masukkan port server: ");
  await server.type("0\n");
  await server.until(serverInDeno ? "sistem: " : "bound ", "err");
  const port = (await server.until("\n", "err")).trim();
  await using client = (clientInDeno ? start : startReport)(`${protocol}_client`);
  await client.until("Masukkan port server: ");
  await client.type(`${port}\n`);
  for (const [pesan, balas] of protocol === "udp" ? [...turns, ["", ""]] : turns) {
    await client.until("[Client] Ketik pesan: ");
    await client.type(`${pesan}\n`);
    await server.until("[Server] Ketik balasan: ");
    await server.type(`${balas}\n`);
  }
  await client.until("[Client] Ketik pesan: ");
  await client.type("QuIt\n");
  assertEquals([await client.status, await server.status], [0, 0]);
  return [client.out, server.out.replace(/(\('127\.0\.0\.1', )\d+\)/, "$1PORT)")];
}

const lack = python
  ? reportDir ? "" : " (skipped: REPORT_DIR is not set)"
  : " (skipped: no python3)";
for (const protocol of protocols) {
  Deno.test({
    name: `${protocol}: either side, or both, in Deno print what two Pythons print${lack}`,
    ignore: lack !== "",
    async fn() {
      const wanted = await play(protocol, false, false);
      await sideBySide([[true, true], [true, false], [false, true]], async ([server, client]) => {
        assertEquals(await play(protocol, server!, client!), wanted);
      });
    },
  });
}
