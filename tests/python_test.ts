import { assertEquals } from "@std/assert";
import {
  type Protocol,
  protocols,
  python,
  reportDir,
  start,
  startReport,
  test,
} from "./support/driver.ts";

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

test("either side, or both, in Deno print what two Pythons print", protocols, async (protocol) => {
  const wanted = await play(protocol, false, false);
  for (const [server, client] of [[true, true], [true, false], [false, true]] as const) {
    assertEquals(await play(protocol, server, client), wanted);
  }
}, !python ? "no python3" : !reportDir ? "REPORT_DIR is not set" : "");
