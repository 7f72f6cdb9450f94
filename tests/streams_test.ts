// The standard streams: full, closed, blocked, unreadable.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { listening, Program, serve, start, udpPeer } from "./support/chat.ts";
import { command, type Script, scripts, unless } from "./support/scripts.ts";
import { python } from "./support/system.ts";

const { os } = Deno.build;

/** Starts `script` from a shell that leads its streams elsewhere, as `line` says. */
const shell = (line: string, script: Script, args: string[] = []) =>
  new Program(["sh", "-c", line, "sh", ...command(script, args)]);

Deno.test.each(scripts)("%s: a reader that leaves ends it quietly, status 0", async (script) => {
  await using program = start(script, [], { unread: "out" });
  // Where its question has still found the reader, it asks again after too long an answer.
  const knock = setInterval(() => program.type(`${"9".repeat(1025)}\n`), 200);
  assertEquals(await program.ended().finally(() => clearInterval(knock)), 0);
  assertMatch(program.err, /^(Pesan 1025 byte .*\n)*$/);
});

Deno.test("standard error that nobody reads ends no chat", async () => {
  await using server = await serve("tcp_server");
  const args = ["--port", `${server.port}`, "--skema"];
  await using client = start("tcp_client", args, { unread: "err" });
  await Promise.all([client.type("halo\nexit\n"), server.type("hai\n")]);
  assertEquals([await client.ended(), await server.ended()], [0, 0]);
  const prompt = "[Client] Ketik pesan: ";
  assertEquals(client.out, `${prompt}[Server]: hai\n${prompt}`);
});

/** What is wrong with a stream of Linux, and what is said of it. */
const broken = [
  [">/dev/full", "No space left on device (os error 28)"],
  ["</tmp", "Is a directory (os error 21)"],
  ["0>/dev/null", "Bad file descriptor (os error 9)"], // as nohup does it in a terminal
] as const;
const linux = os === "linux" ? "" : "not Linux";
const unusable = scripts.flatMap((script) => broken.map((one) => [script, ...one] as const));
Deno.test.each(unusable)(
  ...unless(linux, "%s %s: told as what it is, status 1"),
  async (script, stream, said) => {
    await using asked = shell(`exec "$@" ${stream}`, script);
    assertEquals([await asked.ended(), asked.err], [1, `galat sistem: ${said}\n`]);
  },
);

Deno.test.each(["</tmp", "0>/dev/null"])(
  ...unless(linux, "tcp_client %s: told so in a chat, too"),
  async (stream) => {
    await using server = await serve("tcp_server");
    await using client = shell(`exec "$@" ${stream}`, "tcp_client", ["--port", `${server.port}`]);
    assertEquals(await client.ended(), 1);
    assert(client.err.startsWith("galat sistem: "), client.err);
  },
);

// Long datagrams do not fit into a pipe: while nobody reads, the script's print is held up.
const longs = ["a".repeat(60_000), "b".repeat(60_000), "c".repeat(60_000)];
/** Starts a server that is held up so, until `go` is typed; its replies are typed ahead. */
async function heldUp(before: string[]): Promise<Program> {
  const line = 'exec 3<&0; printf "1\\n2\\n3\\n" | "$@" | { read -r go <&3; exec cat; }';
  const words = [...before, ...command("udp_server", ["--port", "0"])];
  const server = await listening(new Program(["sh", "-c", line, "sh", ...words]));
  using peer = udpPeer(server.port);
  for (const text of longs) await peer.send(text);
  return server;
}

Deno.test({
  name: "udp_server: a print that blocks loses nothing over a stop and a continue",
  ignore: os === "windows",
  async fn() {
    await using server = await heldUp([]);
    await new Promise((resolve) => setTimeout(resolve, 1_000)); // it blocks by now
    server.kill("SIGSTOP");
    server.kill("SIGCONT");
    await server.type("go\n");
    const turns = longs.map((text) => `[Client]: ${text}\n[Server] Ketik balasan: `);
    await server.until(turns.at(-1)!);
    assert(server.out === turns.join(""), `${server.out.length} characters`); // too long to be shown
  },
});

Deno.test({
  name: "udp_server: a pipe that is full and does not block is told of",
  ignore: os === "windows" || !python,
  async fn() {
    const code = "import os, sys; os.set_blocking(1, False); os.execvp(sys.argv[1], sys.argv[1:])";
    await using server = await heldUp([python!, "-c", code]);
    await server.until("galat sistem: Resource temporarily unavailable", "err");
  },
});
