import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  meet,
  protocols,
  reportDir,
  reportFile,
  root,
  run,
  serve,
  start,
  test,
  udpPeer,
} from "./support/driver.ts";

// How many lines each Python twin has, blank ones not counted, and its twin at most.
const lines = {
  tcp_server: [18, 50],
  tcp_client: [13, 50],
  udp_server: [14, 50],
  udp_client: [12, 55],
};
type Name = keyof typeof lines;
const read = (name: string) => Deno.readTextFileSync(new URL(name, root));

/** The lines of the Python twin of `script`, or none where the report is not at hand. */
const twin = (script: Name) =>
  reportDir ? read(reportFile(script)).split("\n").filter((line) => line.trim() !== "") : [];

for (const [script, [count, most]] of Object.entries(lines) as [Name, [number, number]][]) {
  const text = read(`${script}.ts`);

  Deno.test(`${script}: every line of its Python twin is accounted for, in order`, () => {
    const steps = [...text.matchAll(/\/\/ py (\d+)(?:-(\d+))?: ([\w, ]+)/g)];
    const missing = new Set(Array.from({ length: count }, (_, index) => index + 1));
    let last = 1;
    for (const [step, first, end, words] of steps) {
      const [from, to] = [Number(first), Number(end ?? first)];
      assert(from >= last && to >= from && to <= count, `${step} behind py ${last}`);
      for (let line = from; line <= to; line++) missing.delete(line);
      last = from;
      if (!reportDir) continue;
      assertEquals(twin(script).length, count);
      const own = twin(script).slice(from - 1, to).join("\n");
      for (const word of words!.trim().split(", ")) assertMatch(own, RegExp(`\\b${word}\\b`));
    }
    assertEquals([...missing], []);
  });

  Deno.test(`${script}: keeps the words and the names of its Python twin`, () => {
    for (const line of twin(script)) {
      for (const [, literal] of line.matchAll(/["']([^"'{}]*[a-z][^"'{}]*)/g)) {
        assert(text.includes(literal!) || literal === "Masukkan port server: ", literal);
      }
      for (const [, name] of line.matchAll(/^\s*(\w+)(?:, \w+)? = /g)) {
        const ours = `(?:${name}${name!.includes("socket") ? "|socket|connection|listener" : ""})`;
        assertMatch(text, RegExp(`\\b(?:(?:const|let) [[{]?|, )${ours}\\b`));
      }
    }
  });

  Deno.test(`${script}: is short, begins with the lesson, and catches nothing`, () => {
    const own = text.trimEnd().split("\n");
    assert(own.length <= most, `${own.length} lines`);
    assert(own.findIndex((line) => line.includes("// py 2")) < 10);
    assertEquals(text.match(/^import .*/gm)?.length, 1);
    assertEquals(text.includes("try {"), false);
  });
}

for (const protocol of protocols) {
  Deno.test(`${protocol}: --skema draws the same steps on both sides, and nothing on standard output`, async () => {
    const { server, port } = await serve(`${protocol}_server`, ["--skema"]);
    await using _server = server;
    await using client = start(`${protocol}_client`, ["--skema", "-p", `${port}`]);
    await client.type("halo\n");
    await server.until("[Server] Ketik balasan: ");
    await server.type("apa kabar?\n");
    await client.until("[Server]: apa kabar?\n");
    await client.type("exit\n");
    assertEquals([await client.status, await server.status], [0, 0]);
    const own = client.err.match(/127\.0\.0\.1:(\d+) → /)![1];
    const there = `127.0.0.1:${own} → 127.0.0.1:${port}`;
    const back = `127.0.0.1:${port} → 127.0.0.1:${own}`;
    const steps = {
      tcp: `Client → Connect → Server    ${there}\n` +
        "Client → Send → Server       4 byte\n" +
        "Client ← Receive ← Server    10 byte\n" +
        "Client → Send → Server       4 byte\n" +
        "Client → Close ← Server\n",
      udp: `Client → SendTo → Server     4 byte   ${there}\n` +
        `Server → RecvFrom → Client   10 byte   ${back}\n` +
        `Client → SendTo → Server     4 byte   ${there}\n`,
    }[protocol];
    assertEquals(client.err, steps);
    assertEquals(server.err, `Port yang dipilih sistem: ${port}\n${steps}`);
    const prompt = "[Client] Ketik pesan: ";
    assertEquals(client.out, `${prompt}[Server]: apa kabar?\n${prompt}`);
    assert(server.out.endsWith("[Client]: halo\n[Server] Ketik balasan: "));
  });
}

const ends = {
  async "by the peer"() {
    await using chat = await meet("tcp_server", ["--skema"]);
    chat.peer[Symbol.dispose]();
    await chat.program.status;
    assert(chat.program.err.endsWith("Client menutup koneksi.\nClient → Close ← Server\n"));
  },
  async "by the input"() {
    await using chat = await meet("tcp_client", ["--skema"]);
    await chat.program.end();
    await chat.program.status;
    const end = "Masukan berakhir, socket ditutup.\nClient → Close ← Server\n";
    assert(chat.program.err.endsWith(end));
  },
  async "none over UDP, which has no connection"() {
    const { err } = await run("udp_client", ["-p", "9", "--skema"], "exit\n");
    assertMatch(err, /^Client → SendTo → Server {5}4 byte {3}127.0.0.1:\d+ → 127.0.0.1:9\n$/);
  },
  async "a stranger's datagram"() {
    await using chat = await meet("udp_client", ["--skema"]);
    await chat.say();
    using stranger = udpPeer(chat.peer.from);
    await stranger.send("palsu");
    const path = `127.0.0.1:${stranger.port} → 127.0.0.1:${chat.peer.from}`;
    await chat.program.until(`\nAsing  → RecvFrom → Client   5 byte   ${path}\nDatagram `, "err");
  },
};
test("--skema draws what else may come", Object.entries(ends), ([, act]) => act());
