import { assert, assertEquals } from "@std/assert";
import { visible } from "../format.ts";
import {
  meet,
  type Program,
  protocols,
  scripts,
  serve,
  sideBySide,
  start,
} from "./support/driver.ts";

const linux = Deno.build.os === "linux";
const skipped = linux ? "" : " (its memory is not checked: no /proc)";

/** The memory of a program now, in KiB; 1 where the system does not tell. */
function memory(program: Program): number {
  if (!linux) return 1;
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

const piece = "a\u007f\u0080é€😀👩‍👩‍👧‍👦\u001b\u202e\n\r\t";
const alphabet = new TextEncoder().encode(piece);

/** Random bytes, mostly few, now and then `most`: parts of characters, in or out of their order. */
function bytes(next: () => number, most: number): Uint8Array {
  const size = next() < 0.01 ? most : 1 + Math.floor(most * next() ** 6);
  const from = Math.floor(next() * alphabet.length);
  const ordered = next() < 0.7;
  return Uint8Array.from(
    { length: size },
    (_, at) => ordered ? alphabet[(from + at) % alphabet.length]! : 256 * next(),
  );
}

Deno.test(`thousands of random byte strings are shown as the model shows them${skipped}`, async () => {
  const seed = Number(Deno.env.get("SEED") ?? Math.floor(Math.random() * 2 ** 31));
  await sideBySide(scripts, async (script) => {
    const stream = script.startsWith("tcp"); // there a character may come in two pieces
    const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
    const next = random(seed);
    await using chat = await meet(script);
    const { program, peer } = chat;
    let early = 0;
    await chat.listen();
    for (let turn = 0; turn < 1_500; turn++) {
      if (turn === 500) early = memory(program);
      // With what waits in the decoder a piece still goes into the 1024 bytes of one read.
      const sent = bytes(next, stream ? 1_000 : 65_507);
      const text = decoder.decode(sent, { stream });
      await peer.send(sent);
      if (stream && text === "") continue; // no whole character yet
      const shown = visible(text.replace(/\r?\n$/, ""));
      const before = await program.until(`${shown}\n${chat.prompt}`);
      assert(before.endsWith(chat.label), `SEED=${seed} shows this again: ${before}`);
      await chat.say();
    }
    const grown = memory(program) / early;
    assert(grown <= 1.25, `memory grew to ${grown}`);
  });
});

Deno.test(`thousands of turns, none lost, doubled or out of order${skipped}`, () =>
  sideBySide(protocols, async (protocol) => {
    const turns = 20_000;
    const { server, port } = await serve(`${protocol}_server`);
    await using _server = server;
    await using client = start(`${protocol}_client`, ["-p", `${port}`]);
    /** Plays the turns from one number to another, all typed ahead; gives the memory then. */
    const play = async (from: number, to: number) => {
      const lines = (word: string) =>
        Array.from({ length: to - from }, (_, turn) => `${word} ${from + turn}\n`).join("");
      const last = client.until(`[Server]: balas ${to - 1}\n`, "out", 60_000);
      await Promise.all([server.type(lines("balas")), client.type(lines("pesan")), last]);
      return [memory(server), memory(client)];
    };
    const early = await play(0, turns / 4);
    const late = await play(turns / 4, turns);
    await client.type("exit\n");
    assertEquals([await client.status, await server.status], [0, 0]);
    const numbers = Array.from({ length: turns }, (_, turn) => turn);
    const [ask, answer] = ["[Client] Ketik pesan: ", "[Server] Ketik balasan: "];
    const atClient = numbers.map((turn) => `${ask}[Server]: balas ${turn}\n`).join("") + ask;
    const atServer = numbers.map((turn) => `[Client]: pesan ${turn}\n${answer}`).join("");
    assert(client.out === atClient);
    assert(server.out.replace(/^(Men|Ter).*\n/gm, "") === atServer);
    for (const side of [0, 1]) {
      const grown = late[side]! / early[side]!;
      assert(grown <= 1.15, `memory grew to ${grown}`);
    }
  }));
