import { assert } from "@std/assert";
import { visible } from "../format.ts";
import { meet, type Program, protocols, scripts, serve, start, test } from "./support/driver.ts";

/** The memory of a program now, in KiB; 1 where the system does not tell (without /proc). */
function memory(program: Program): number {
  if (Deno.build.os !== "linux") return 1;
  return Number(Deno.readTextFileSync(`/proc/${program.pid}/status`).match(/VmRSS:\s+(\d+)/)![1]);
}

/** Pseudo-random numbers below 1 from a seed (the SplitMix32 generator). */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x9e3779b9) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

const text = new TextEncoder().encode("a\u007f\u0080é€😀👩‍👩‍👧‍👦\u001b\u202e\n\r\t");

/** Random bytes, mostly few, now and then `most`: any at all, or of a text, beginning anywhere. */
function bytes(next: () => number, most: number): Uint8Array {
  const size = next() < 0.01 ? most : 1 + Math.floor(most * next() ** 6);
  const from = next() < 0.7 ? Math.floor(next() * text.length) : NaN;
  return Uint8Array.from(
    { length: size },
    (_, at) => text[(from + at) % text.length] ?? 256 * next(),
  );
}

const seed = Number(Deno.env.get("SEED") ?? Math.floor(Math.random() * 2 ** 31));
test(`random byte strings are shown as text (SEED=${seed})`, scripts, async (script) => {
  const stream = script.startsWith("tcp"); // in which a character may come in two pieces
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const next = random(seed);
  await using chat = await meet(script);
  if (script === "tcp_server") await chat.program.until(")\n");
  let early = 0;
  await chat.listen();
  for (let turn = 0; turn < 900; turn++) {
    if (turn === 300) early = memory(chat.program);
    // A piece, with what waits in the decoder, still goes into the 1024 bytes of one read.
    const sent = bytes(next, stream ? 1_000 : 65_507);
    const line = decoder.decode(sent, { stream });
    await chat.peer.send(sent);
    if (stream && line === "") continue; // no whole character yet
    const shown = `${chat.label}${visible(line.replace(/\r?\n$/, ""))}\n${chat.prompt}`;
    const before = await chat.program.until(shown);
    assert(!before.includes("\n"), before);
    await chat.say();
  }
  assert(memory(chat.program) <= early * 1.3, `from ${early} to ${memory(chat.program)} KiB`);
});

test("thousands of turns, none lost, doubled or out of order", protocols, async (protocol) => {
  const turns = 8_000;
  const { server, port } = await serve(`${protocol}_server`);
  await using _server = server;
  await using client = start(`${protocol}_client`, ["-p", `${port}`]);
  const numbers = Array.from({ length: turns }, (_, turn) => turn);
  /** Plays all turns below `to` that were not yet played, typed ahead; gives the memory then. */
  const play = async (to: number) => {
    const lines = (word: string) =>
      numbers.slice(from, to).map((turn) => `${word} ${turn}\n`).join("");
    const last = client.until(`[Server]: balas ${to - 1}\n`, "out", 60_000);
    await Promise.all([server.type(lines("balas")), client.type(lines("pesan")), last]);
    from = to;
    return memory(server) + memory(client);
  };
  let from = 0;
  const early = await play(turns / 4);
  const late = await play(turns);
  const [ask, answer] = ["[Client] Ketik pesan: ", "[Server] Ketik balasan: "];
  const atClient = numbers.map((turn) => `${ask}[Server]: balas ${turn}\n`).join("");
  const atServer = numbers.map((turn) => `[Client]: pesan ${turn}\n${answer}`).join("");
  // Not assertEquals: on megabytes its own message runs out of memory.
  assert(client.out.startsWith(atClient) && server.out.endsWith(atServer));
  assert(late <= early * 1.3, `memory grew from ${early} to ${late} KiB`);
});
