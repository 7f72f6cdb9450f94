// Long chats: random bytes, thousands of turns, no growth of memory.
import { assert } from "@std/assert";
import { visible } from "../format.ts";
import { meet, type Program, serve, start } from "./support/chat.ts";
import { protocols, scripts } from "./support/scripts.ts";

/** The memory of a program now, in KiB; 1 where the system does not tell (without /proc). */
function memory({ pid }: Program): number {
  if (Deno.build.os !== "linux") return 1;
  return Number(Deno.readTextFileSync(`/proc/${pid}/status`).match(/VmRSS:\s+(\d+)/)![1]);
}

/** Asserts that memory has not grown from `early` to `late`, but for what a collector leaves. */
const assertFlat = (early: number, late: number) =>
  assert(late <= early * 1.3, `memory grew from ${early} to ${late} KiB`);

const text = new TextEncoder().encode("a\u007f\u0080é€😀👩‍👩‍👧‍👦\u001b\u202e\n\r\t");

/** Random bytes, mostly few, now and then `most`: any at all, or of a text, beginning anywhere. */
function bytes(next: () => number, most: number): Uint8Array {
  const size = next() < 0.01 ? most : 1 + Math.floor(most * next() ** 6);
  const bytes = new Uint8Array(size);
  if (next() < 0.3) return bytes.map(() => 256 * next());
  const from = Math.floor(text.length * next());
  return bytes.map((_, at) => text[(from + at) % text.length]!);
}

const seed = Number(Deno.env.get("SEED") ?? 1 + Math.floor(2 ** 30 * Math.random()));
Deno.test.each(scripts)(`%s: random bytes are shown as text (SEED=${seed})`, async (script) => {
  const stream = script.startsWith("tcp"); // in which a character may come in two pieces
  const decoder = new TextDecoder();
  let state = seed;
  const next = () => (state = state * 48_271 % 2_147_483_647) / 2_147_483_647; // Park and Miller's
  await using chat = await meet(script);
  if (script === "tcp_server") await chat.until(")\n");
  await chat.wait();
  let early = 0;
  for (let turn = 0; turn < 900; turn++) {
    if (turn === 300) early = memory(chat);
    // A piece, with what waits in the decoder, still goes into the 1024 bytes of one read.
    const sent = bytes(next, stream ? 1_000 : 65_507);
    const line = decoder.decode(sent, { stream });
    await chat.peer.send(sent);
    const shown = `${chat.label}${visible(line.replace(/\r?\n$/, ""))}\n${chat.prompt}`;
    const before = await chat.until(shown);
    assert(!before.includes("\n"), before);
    await chat.say();
  }
  assertFlat(early, memory(chat));
});

Deno.test.each(protocols)("%s: thousands of turns, none lost or doubled", async (protocol) => {
  await using server = await serve(`${protocol}_server`);
  await using client = start(`${protocol}_client`, ["--port", `${server.port}`]);
  const numbers = Array.from({ length: 8_000 }, (_, turn) => turn);
  /** Plays `turns`, all typed ahead; gives the memory then. */
  const play = async (turns: number[]) => {
    const lines = (word: string) => turns.map((turn) => `${word} ${turn}\n`).join("");
    const last = client.until(`[Server]: balas ${turns.at(-1)}\n`);
    await Promise.all([server.type(lines("balas")), client.type(lines("pesan")), last]);
    return memory(server) + memory(client);
  };
  assertFlat(await play(numbers.slice(0, 2_000)), await play(numbers.slice(2_000)));
  // Not assertEquals: on megabytes its own message runs out of memory.
  const atClient = numbers.map((turn) => `[Client] Ketik pesan: [Server]: balas ${turn}\n`);
  assert(client.out.startsWith(atClient.join("")));
  const atServer = numbers.map((turn) => `[Client]: pesan ${turn}\n[Server] Ketik balasan: `);
  await server.until(atServer.at(-1)!); // its pipe may be read later than the client's
  assert(server.out.endsWith(atServer.join("")));
});
