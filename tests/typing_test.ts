// What is typed: empty, long, to the last byte, at the end of a file, not UTF-8.
import { assert, assertEquals } from "@std/assert";
import { encode, meet, run } from "./support/chat.ts";
import { scripts } from "./support/scripts.ts";
import { freePort } from "./support/system.ts";

const free = freePort();

Deno.test.each(scripts)(
  "%s: an empty message is refused over TCP, sent over UDP",
  async (script) => {
    await using chat = await meet(script);
    await chat.ask();
    await chat.type("\n\r\nhai\n");
    assertEquals(await chat.peer.receive(), script.startsWith("tcp") ? "hai" : "");
    if (script.startsWith("udp")) return;
    await chat.until(chat.prompt.repeat(2));
    await chat.until("Pesan kosong tidak dapat dikirim lewat TCP.\n".repeat(2), "err");
  },
);

Deno.test.each(scripts)("%s: a message holds 1024 bytes, not one more", async (script) => {
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

/** What is typed last, without a line end, and what is sent of it. */
const lasts: [name: string, typed: Uint8Array, sent: string][] = [
  ["a line", encode("tiga"), "tiga"],
  ["half a line end", encode("tiga\r"), "tiga"],
  ["half a character", new Uint8Array([...encode("tiga"), 0xe2]), "tiga\ufffd"],
  ["no UTF-8", new Uint8Array([0xff]), "\ufffd"],
];
const endings = scripts.flatMap((script) => lasts.map((last) => [script, ...last] as const));
Deno.test.each(endings)("%s: the input ends with %s", async (script, _, typed, sent) => {
  await using chat = await meet(script);
  await chat.type("satu\r\n");
  await chat.type(typed);
  await chat.end();
  for (const line of ["satu", sent]) {
    if (script.endsWith("server")) await chat.peer.send("halo");
    assertEquals(await chat.peer.receive(encode(line).length), line);
    if (script.endsWith("client")) await chat.peer.send("halo");
  }
  if (script.endsWith("server")) await chat.peer.send("halo");
  assertEquals(await chat.ended(), 0);
  assert(chat.err.endsWith("Input selesai.\n"), chat.err);
});

const clients = ["tcp_client", "udp_client"] as const;
Deno.test.each(clients)("%s: exit ends it, without a line end, too", async (script) => {
  await using chat = await meet(script);
  await chat.type("exit\r");
  await chat.end();
  assertEquals([await chat.ended(), chat.err], [0, ""]);
});

Deno.test("a long line is read in linear time, its characters whole", async () => {
  const { err } = await run("udp_client", ["--port", `${free}`], `${"€".repeat(6_660_000)}\n`);
  assertEquals(err, "Pesan 19980000 byte tidak dikirim, batasnya 1024 byte.\nInput selesai.\n");
});
