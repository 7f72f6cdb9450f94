import { assert, assertEquals } from "@std/assert";
import {
  againstClient,
  againstServer,
  type Program,
  protocols,
  serve,
  start,
  startBare,
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

const largest = { tcp: 5_000, udp: 65_507 };
const strings = { tcp: 2_000, udp: 1_500 };

const mark = 0x7e; // "~" stands at the end of each byte string, and nowhere else

/** A random byte string, mostly short, now and then the largest, and the mark. */
function string(next: () => number, size: number): Uint8Array {
  const bytes = new Uint8Array(next() < 0.01 ? size : 1 + Math.floor(size * next() ** 6));
  // Half of them are mostly text, so that whole characters are cut as well.
  const text = next() < 0.5;
  for (let at = 0; at < bytes.length; at++) bytes[at] = next() * (text && next() < 0.9 ? 128 : 256);
  return bytes.map((byte, at) => at === bytes.length - 1 ? mark : byte === mark ? 0 : byte);
}

/** `bytes` cut into random segments. */
function* cut(next: () => number, bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length;) {
    const size = next() < 0.5 ? bytes.length : 1 + Math.floor(next() * 700);
    yield bytes.subarray(at, at += size);
  }
}

/** What a script shows: its messages one behind the other, without the line ends taken off. */
const shown = (out: string, from: "Client" | "Server") =>
  [...out.matchAll(new RegExp(`\\[${from}\\]: (.*)\\n`, "g"))].map(([, text]) => text).join("")
    .replace(/[␊␍]/g, "");

/** What is to be shown of `bytes`: UTF-8 with U+FFFD, no controls, no overrides, no line ends. */
function safe(decoder: TextDecoder, bytes: Uint8Array, stream: boolean): string {
  const text = decoder.decode(bytes, { stream });
  return Array.from(text, (character) => {
    const code = character.codePointAt(0)!;
    if ([0x0a, 0x0d, 0x240a, 0x240d].includes(code)) return "";
    if (code < 0x20) return String.fromCodePoint(0x2400 + code);
    const unsafe = (code >= 0x7f && code < 0xa0) || (code >= 0x2028 && code <= 0x202e) ||
      (code >= 0x2066 && code <= 0x2069);
    return unsafe ? `⟨U+${code.toString(16)}⟩` : character;
  }).join("");
}

for (const protocol of protocols) {
  for (const side of ["server", "client"] as const) {
    const seed = Number(Deno.env.get("SEED") ?? Math.floor(Math.random() * 2 ** 31));
    Deno.test(`${protocol}_${side}: answers thousands of random byte strings${skipped}`, async () => {
      try {
        const next = random(seed);
        const { program, peer } = side === "server"
          ? await againstServer(protocol).then(({ server, peer }) => ({ program: server, peer }))
          : await againstClient(protocol).then(({ client, peer }) => ({ program: client, peer }));
        await using _program = program;
        using _peer = peer;
        const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
        let expected = "";
        let early = 0;
        let drained: Promise<unknown> = Promise.resolve();
        if (protocol === "tcp") {
          drained = (async () => {
            while (await peer.receive().catch(() => null) !== null);
          })();
        }
        const turns = strings[protocol];
        // Over TCP a string takes as many turns as it has pieces: there are always lines ahead.
        const ahead = protocol === "tcp" ? 40 : 1;
        await program.type("x\n".repeat(ahead));
        if (protocol === "udp" && side === "client") await peer.receive();
        for (let turn = 0; turn < turns; turn++) {
          const bytes = string(next, largest[protocol]);
          expected += safe(decoder, bytes, protocol === "tcp");
          for (const segment of protocol === "tcp" ? cut(next, bytes) : [bytes]) {
            await peer.send(segment);
            const pieces = protocol === "tcp" ? 1 + Math.ceil(segment.length / 1024) : 1;
            await program.type("x\n".repeat(pieces));
          }
          await program.until("~\n");
          if (protocol === "udp") await peer.receive();
          if (turn === Math.floor(turns / 4)) early = memory(program);
        }
        const late = memory(program);
        const seen = shown(program.out, side === "server" ? "Client" : "Server");
        // Not assertEquals: on megabytes its own message runs out of memory.
        let at = 0;
        while (at < expected.length && seen[at] === expected[at]) at++;
        assert(
          seen === expected,
          `shown: …${JSON.stringify(seen.slice(at - 20, at + 20))}… at ${at}, not …${
            JSON.stringify(expected.slice(at - 20, at + 20))
          }`,
        );
        assertEquals(program.out.match(/[^\P{Cc}\n]|[\u2028-\u202e\u2066-\u2069]/u), null);
        assert(late <= early * 1.25, `memory grew from ${early} to ${late} KiB`);
        await program[Symbol.asyncDispose]();
        await drained;
      } catch (error) {
        throw new Error(`SEED=${seed} shows this again`, { cause: error });
      }
    });
  }
}

const turns = 20_000;
const prompts = ["[Client] Ketik pesan: ", "[Server] Ketik balasan: "] as const;

/** Plays all turns between `server` and `client`; gives by how much the memory of each grew, in KiB. */
async function chat(server: Program, client: Program): Promise<[number, number][]> {
  const play = async (from: number, to: number) => {
    const lines = (word: string) =>
      Array.from({ length: to - from }, (_, turn) => `${word} ${from + turn}\n`).join("");
    const last = client.until(`[Server]: balas ${to - 1}\n`, "out", 60_000);
    await Promise.all([server.type(lines("balas")), client.type(lines("pesan")), last]);
  };
  await play(0, 1_000);
  const early = [memory(server), memory(client)];
  await play(1_000, turns);
  const late = [memory(server), memory(client)];
  await client.type("exit\n");
  assertEquals([await client.status, await server.status], [0, 0]);
  const numbers = Array.from({ length: turns }, (_, turn) => turn);
  const [ask, answer] = prompts;
  assertEquals(client.out, numbers.map((turn) => `${ask}[Server]: balas ${turn}\n`).join("") + ask);
  assertEquals(
    server.out.replace(/^(Men|Ter).*\n/gm, ""),
    numbers.map((turn) => `[Client]: pesan ${turn}\n${answer}`).join(""),
  );
  return early.map((kib, side) => [kib, late[side]! - kib]);
}

for (const protocol of protocols) {
  Deno.test(`${protocol}: 20,000 turns, none lost, doubled or out of order${skipped}`, async () => {
    const { server, port } = await serve(`${protocol}_server`);
    await using _server = server;
    await using client = start(`${protocol}_client`, ["-p", `${port}`]);
    const ours = await chat(server, client);
    // The runtime itself grows a little under the bare calls: that is not the scripts' doing.
    await using bareServer = startBare(`${protocol}_server`, 0);
    const barePort = Number(await bareServer.until("\n", "err"));
    await using bareClient = startBare(`${protocol}_client`, barePort);
    const bare = await chat(bareServer, bareClient);
    for (const [side, [early, grown]] of ours.entries()) {
      const own = grown - bare[side]![1];
      assert(own <= early * 0.1, `memory grew by ${own} KiB of ${early} beyond the bare calls`);
    }
  });
}
