import { assertEquals } from "@std/assert";
import {
  Program,
  protocols,
  python,
  reportDir,
  type Script,
  serve,
  start,
  startReport,
} from "./support/driver.ts";

const peer = "tests/support/peer.py";

for (const protocol of protocols) {
  Deno.test({
    name: `${protocol}: opposite a Python program${python ? "" : " (skipped: no python3)"}`,
    ignore: !python,
    async fn() {
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
      await using client = start(`${protocol}_client`, ["-p", await server.until("\n")]);
      await client.type("halo 😀\n");
      await client.until("[Server]: hai é\n");
      await client.type("EXIT\n");
      assertEquals([await client.status, await server.status], [0, 0]);
      assertEquals(server.out.trimEnd().split(/\r?\n/).slice(1), [
        "b'halo \\xf0\\x9f\\x98\\x80'",
        "b'EXIT'",
      ]);
    },
  });
}

type Language = "Python" | "Deno";

const side = (language: Language, script: Script) =>
  language === "Deno" ? start(script) : startReport(script);

/** Plays one dialogue; gives what both sides printed, the client's own port apart. */
async function play(
  protocol: "tcp" | "udp",
  atServer: Language,
  atClient: Language,
): Promise<string[]> {
  const turns = [
    ["halo", "hai"],
    ["Apa kabar? 👋 «é»", "Baik 😀 [Server]: 'ya' \"tidak\""],
    [" exit", "exit"],
    ["  dengan blanko  ", "quit "],
    ["a".repeat(1024), "€".repeat(341)],
    ["[Server]: palsu", "\\n bukan baris baru"],
  ];
  if (protocol === "udp") turns.push(["", ""]);
  await using server = side(atServer, `${protocol}_server`);
  await server.until("Masukkan port server: ");
  await server.type("0\n");
  await server.until(atServer === "Deno" ? "sistem: " : "bound ", "err");
  const port = (await server.until("\n", "err")).trim();
  await using client = side(atClient, `${protocol}_client`);
  await client.until("Masukkan port server: ");
  await client.type(`${port}\n`);
  for (const [pesan, balas] of turns) {
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

const why = !python
  ? " (skipped: no python3)"
  : !reportDir
  ? " (skipped: REPORT_DIR is not set)"
  : "";
for (const protocol of protocols) {
  for (
    const [atServer, atClient] of [["Deno", "Deno"], ["Deno", "Python"], [
      "Python",
      "Deno",
    ]] as const
  ) {
    Deno.test({
      name:
        `${protocol}: ${atServer} server and ${atClient} client print what two Pythons print${why}`,
      ignore: why !== "",
      async fn() {
        assertEquals(
          await play(protocol, atServer, atClient),
          await play(protocol, "Python", "Python"),
        );
      },
    });
  }
}
