// The report's dialogue in every pairing, byte for byte.
import { assertEquals } from "@std/assert";
import { encode, listening, Program, start } from "./support/chat.ts";
import { command, protocols, type Script, unless } from "./support/scripts.ts";
import { lack, output, reportCommand } from "./support/system.ts";

const turns = [
  ["halo", "hai juga"],
  ["Apa kabar? 👋 «é»", "Baik 😀 [Server]: 'ya' \"tidak\""],
  [" exit", "exit"], // blanks around it and the server's own end nothing
  ["quit ", "QUIT"],
  ["exits", "  dengan\tblanko  "],
  ["a".repeat(1024), "€".repeat(341)],
  ["[Server]: palsu", "\\n bukan baris baru"],
] as const;

const folder = Deno.makeTempDirSync();
Deno.test.afterAll(() => Deno.removeSync(folder, { recursive: true }));

/** The path of `script` as a binary, which is made first; undefined where none can be made. */
function compile(script: Script): string | undefined {
  const path = `${folder}/${script}${Deno.build.os === "windows" ? ".exe" : ""}`;
  const rights = ["--allow-net", "--no-prompt"];
  const [deno, _run, ...rest] = command(script, [], [...rights, "--output", path]);
  const made = output(deno!, "compile", ...rest) !== undefined;
  return made && output(path, "--help")?.startsWith("Opsi:") ? path : undefined;
}

/** The ways to start a program for `script`. */
const ways = {
  Deno: (script: Script) => start(script),
  "Deno --skema": (script: Script) => start(script, ["--skema"]),
  Python: (script: Script) =>
    new Program(reportCommand(script), { env: { PYTHONIOENCODING: "utf-8" } }),
  binary: (script: Script) => new Program([compile(script)!]),
};
type Way = keyof typeof ways;

/** What --skema draws at either side of a chat of `messages`. */
function steps(protocol: string, client: string, server: string, messages: string[]): string {
  const [there, back] = [`${client} → ${server}`, `${server} → ${client}`];
  const drawn = messages.map((text, turn) => {
    const size = `${encode(text).length} byte`;
    if (protocol === "tcp") {
      return `Client ${turn % 2 ? "← Receive ← Server   " : "→ Send → Server      "} ${size}\n`;
    }
    return turn % 2
      ? `Server → RecvFrom → Client   ${size}   ${back}\n`
      : `Client → SendTo → Server     ${size}   ${there}\n`;
  }).join("");
  if (protocol === "udp") return drawn;
  return `Client → Connect → Server    ${there}\n${drawn}Client → Close ← Server\n`;
}

const runtime = compile("tcp_server") ? "" : "no runtime to compile with";
const pairings: [lack: string, server: Way, client: Way][] = [
  ["", "Deno", "Deno"],
  ["", "Deno --skema", "Deno --skema"],
  [lack.report, "Deno", "Python"],
  [lack.report, "Python", "Deno"],
  [lack.report, "Python", "Python"],
  [runtime, "binary", "binary"],
];
for (const [lack, atServer, atClient] of pairings) {
  const name = `%s: ${atServer} and ${atClient} hold the report's dialogue`;
  Deno.test.each(protocols)(...unless(lack, name), async (protocol) => {
    await using server = ways[atServer](`${protocol}_server`);
    await server.until("Masukkan port server: ");
    await server.type("0\n");
    await listening(server);
    await using client = ways[atClient](`${protocol}_client`);
    await client.until("Masukkan port server: ");
    await client.type(` ${server.port} \n`);
    const all = protocol === "udp" ? [...turns, ["", ""] as const] : turns;
    for (const [pesan, balas] of all) {
      await client.until("[Client] Ketik pesan: ");
      await client.type(`${pesan}\n`);
      await server.until("[Server] Ketik balasan: ");
      await server.type(`${balas}\n`);
    }
    await client.until("[Client] Ketik pesan: ");
    await client.type("QuIt\n");
    assertEquals([await client.ended(), await server.ended()], [0, 0]);

    const shown = all.map(([, balas]) => `[Client] Ketik pesan: [Server]: ${balas}\n`).join("");
    assertEquals(client.out, `Masukkan port server: ${shown}[Client] Ketik pesan: `);
    const greeting = "Menunggu koneksi dari client...\nTerhubung dengan ('127.0.0.1', 1)\n";
    assertEquals(
      server.out.replace(/, \d+\)/, ", 1)"),
      `Masukkan port server: ${protocol === "tcp" ? greeting : ""}` +
        all.map(([pesan]) => `[Client]: ${pesan}\n[Server] Ketik balasan: `).join(""),
    );
    const own = client.err.match(/127.0.0.1:\d+/)?.[0] ?? "";
    const messages = [...all.flat(), "QuIt"];
    const drawn = atServer === "Deno --skema"
      ? steps(protocol, own, `127.0.0.1:${server.port}`, messages)
      : "";
    assertEquals(client.err, drawn);
    assertEquals(server.err, `Port yang dipilih sistem: ${server.port}\n${drawn}`);
  });
}
