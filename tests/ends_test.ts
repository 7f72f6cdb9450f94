// How a chat ends: the peer closes or resets, the input ends, a reply goes nowhere.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Chat, meet } from "./support/chat.ts";
import { type Script, scripts } from "./support/scripts.ts";

const windows = Deno.build.os === "windows"; // makes a reset of each end, and drops what was unread
const tcp = ["tcp_server", "tcp_client"] as const;
const closes = "Client → Close ← Server\n";
const reset = "koneksi diputus paksa oleh lawan bicara (ECONNRESET)\n";
const three = ["a", "b", "c"].map((letter) => letter.repeat(1024));

/** A chat in which the script asks, while its peer has sent three messages in one, and has left. */
async function left(script: Script, way: "closes" | "resets"): Promise<Chat> {
  const chat = await meet(script, ["--skema"]);
  if (script === "tcp_client") await chat.say();
  await chat.peer.send(three.join(""));
  await chat.until(`${chat.label}${three[0]}\n${chat.prompt}`);
  await chat.peer.leave!(way);
  return chat;
}

Deno.test.each(tcp)("%s waits: its peer closes, status 0", async (script) => {
  await using chat = await meet(script, ["--skema"]);
  await chat.wait();
  if (script === "tcp_server") await chat.until("Terhubung dengan ");
  await chat.peer.leave!("closes");
  assertEquals(await chat.ended(), 0);
  assert(chat.err.endsWith(`${chat.other} menutup koneksi.\n${closes}`), chat.err);
});

Deno.test.each(tcp)("%s waits: its peer resets, told with the code, status 1", async (script) => {
  await using chat = await meet(script);
  await chat.wait();
  if (script === "tcp_server") await chat.until("Terhubung dengan ");
  await chat.peer.leave!("resets");
  assertEquals(await chat.ended(), 1);
  assert(chat.err.endsWith(reset), chat.err);
});

const orderly = "%s asks: its peer closes, status 0 once the answer is typed";
Deno.test.each(tcp)(orderly, { ignore: windows }, async (script) => {
  await using chat = await meet(script, ["--skema"]);
  await chat.ask();
  await chat.peer.leave!("closes");
  await chat.type("hai\n");
  const status = await chat.ended();
  assert(chat.err.endsWith(`${chat.other} menutup koneksi.\n${closes}`), chat.err);
  assertEquals(status, 0, chat.err);
});

const abrupt = "%s asks: its peer closes, told as a reset by Windows, status 1";
Deno.test.each(tcp)(abrupt, { ignore: !windows }, async (script) => {
  await using chat = await meet(script);
  await chat.ask();
  await chat.peer.leave!("closes");
  await chat.type("hai\n");
  assertEquals(await chat.ended(), 1);
  assert(chat.err.endsWith(reset), chat.err);
});

Deno.test.each(tcp)("%s asks: its peer resets, told with the code, status 1", async (script) => {
  await using chat = await meet(script, ["--skema"]);
  await chat.ask();
  await chat.peer.leave!("resets");
  await chat.type("hai\n");
  assertEquals(await chat.ended(), 1);
  assertMatch(chat.err, /^(.* tidak terkirim: )?koneksi diputus paksa .* \(ECONNRESET\)$/m);
});

for (const way of ["closes", "resets"] as const) {
  const name = `%s: three messages of a peer that ${way} are shown, lost answers told`;
  Deno.test.each(tcp)(name, { ignore: windows }, async (script) => {
    await using chat = await left(script, way);
    await chat.type("hai\n");
    for (const line of three.slice(1)) {
      await chat.until(`${chat.label}${line}\n${chat.prompt}`);
      await chat.type("hai\n");
    }
    assertEquals(await chat.ended(), 1);
    const count = (line: RegExp) => chat.err.match(line)?.length ?? 0;
    const lost = count(/^(Balasan|Pesan) tidak terkirim: koneksi .* \((ECONNRESET|EPIPE)\)$/gm);
    const drawn = count(/^Client (→ Send → Server|← Receive ← Server) +3 byte$/gm);
    // The first may still go out: a system learns from it that its peer has gone.
    assert(lost >= 2 && lost + drawn === 3, chat.err);
    assert(chat.err.endsWith(`${chat.other} menutup koneksi.\n${closes}`), chat.err);
  });
}

Deno.test.each(scripts)("%s: the end of input closes the socket, status 0", async (script) => {
  await using chat = await meet(script, ["--skema"]);
  await chat.ask();
  const stream = script.startsWith("tcp");
  // Bytes that nobody reads make a reset of an end without a close (which Windows does anyway).
  if (stream && !windows) await chat.peer.send("belum dibaca");
  await chat.end();
  assertEquals(await chat.ended(), 0);
  assert(chat.out.endsWith(`${chat.prompt}\n`));
  assert(chat.err.endsWith(`Input selesai.\n${stream ? closes : ""}`));
  if (stream) assertEquals(await chat.peer.receive(), null);
});
