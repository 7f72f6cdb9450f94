import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fail, patience, place, print, resolve, undisturbed, visible } from "../format.ts";

Deno.test("visible: every control character and override, and nothing else, becomes a symbol", () => {
  for (let code = 0; code <= 0x3000; code++) {
    const unsafe = code < 0x20 || (code >= 0x7f && code <= 0x9f) ||
      (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    const character = String.fromCharCode(code);
    const symbol = code < 0x20 ? String.fromCharCode(0x2400 + code) : `⟨U+${code.toString(16)}⟩`;
    assertEquals(visible(`a${character}b`), `a${unsafe ? symbol : character}b`);
  }
});

Deno.test("place: a host with its port, IPv6 in brackets", () => {
  assertEquals(place({ hostname: "127.0.0.1", port: 0 }), "127.0.0.1:0");
  assertEquals(place({ hostname: "::1", port: 5000 }), "[::1]:5000");
  assertEquals(place({ hostname: "[::1]", port: 1 }), "[::1]:1");
  assertEquals(place({ hostname: "::1" }), "[::1]");
});

Deno.test("resolve: an address as Deno spells it, and a name's", async () => {
  assertEquals(await resolve("127.0.0.1"), "127.0.0.1");
  assertEquals(await resolve("127.1"), "127.0.0.1");
  assertEquals(await resolve("::1"), "::1");
  assertEquals(await resolve("[0:0::0001]"), "::1");
  assertEquals(await resolve("2001:DB8::"), "2001:db8::");
  assertEquals(await resolve("localhost"), "127.0.0.1");
  await assertRejects(() => resolve("tidak-ada.invalid"), Error, "ENOTFOUND");
});

Deno.test("undisturbed: what Windows says of an earlier datagram ends no wait, another error does", async () => {
  const answers = [new Deno.errors.ConnectionReset(), new Deno.errors.ConnectionReset(), "halo"];
  const receive = () => {
    const answer = answers.shift();
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  assertEquals(await undisturbed(receive), "halo");
  answers.push(new Deno.errors.BadResource("tutup"));
  await assertRejects(() => undisturbed(receive), Deno.errors.BadResource, "tutup");
});

/** Calls `act` with the ways out of the process replaced; gives what it wrote, write by write. */
async function watch(
  act: () => unknown,
): Promise<{ out: string[]; err: string[]; status?: number }> {
  const seen: { out: string[]; err: string[]; status?: number } = { out: [], err: [] };
  const { exit } = Deno;
  const { writeSync } = Deno.stdout;
  const { writeSync: writeError } = Deno.stderr;
  Deno.exit = (status) => {
    seen.status ??= status!;
    throw seen;
  };
  Deno.stdout.writeSync = (bytes) => {
    // Takes at most 1000 bytes at a time, as a full pipe may.
    const part = bytes.subarray(0, 1000);
    seen.out.push(new TextDecoder().decode(part));
    return part.length;
  };
  Deno.stderr.writeSync = (bytes) => {
    seen.err.push(new TextDecoder().decode(bytes));
    return bytes.length;
  };
  try {
    await act();
    await Promise.resolve();
  } catch (thrown) {
    if (thrown !== seen) throw thrown;
  } finally {
    Object.assign(Deno, { exit });
    Object.assign(Deno.stdout, { writeSync });
    Object.assign(Deno.stderr, { writeSync: writeError });
  }
  return seen;
}

Deno.test("print: lines due together go out in one write, a long one whole", async () => {
  const { out } = await watch(() => {
    print("[Client]: satu");
    print("[Client]: dua");
    print("tiga");
    print("empat");
  });
  assertEquals(out, ["[Client]: satu\n[Client]: dua\ntiga\n", "empat\n"]);
  const long = "x".repeat(2500);
  const { out: parts } = await watch(() => print(long));
  assertEquals([parts.length, parts.join("")], [3, `${long}\n`]);
});

Deno.test("fail: every error has its name and its words, on one line", async () => {
  const words: [string, string][] = [
    ["EACCES", "tidak berhak memakai port ini"],
    ["EADDRINUSE", "port sudah dipakai"],
    ["EADDRNOTAVAIL", "alamat ini bukan milik komputer ini"],
    ["ECONNREFUSED", "koneksi ditolak, belum ada server di sana"],
    ["ECONNRESET", "koneksi diputus paksa oleh lawan bicara"],
    ["EHOSTUNREACH", "komputer tidak terjangkau"],
    ["ENETUNREACH", "jaringan tidak terjangkau"],
    ["ENOTFOUND", "nama host tidak ditemukan"],
    ["EPIPE", "koneksi sudah ditutup oleh lawan bicara"],
    ["ETIMEDOUT", "tidak ada jawaban sampai batas waktu"],
  ];
  for (const [code, text] of words) {
    const error = Object.assign(new Error("in English"), { code });
    const { err, status } = await watch(() => fail(error, "127.0.0.1:5000"));
    assertEquals([err, status], [[`127.0.0.1:5000: ${text} (${code})\n`], 1]);
  }
  const other = new TypeError("baris satu\nbaris dua");
  const { err } = await watch(() => fail(other, "127.0.0.1:5000"));
  assertStringIncludes(err[0]!, "127.0.0.1:5000: baris satu␊baris dua (TypeError)");
});

Deno.test("patience: each wait has its own time, and the time between waits does not count", async () => {
  const pause = (milliseconds: number) =>
    new Promise((resolve) => setTimeout(resolve, milliseconds));
  let late = 0;
  const wait = patience(200, () => late++);
  for (let turn = 0; turn < 5; turn++) {
    wait(true);
    await pause(100);
    wait(false);
    await pause(20);
  }
  assertEquals(late, 0);
  await pause(250);
  assertEquals(late, 0);
  wait(true);
  const begun = performance.now();
  while (late === 0) await pause(5);
  assertEquals(performance.now() - begun >= 199, true);
  await pause(250);
  assertEquals(late, 1);
  wait(true);
  await pause(250);
  assertEquals(late, 2);
});
