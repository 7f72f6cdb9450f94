import { assert, assertEquals } from "@std/assert";
import {
  command,
  Program,
  protocols,
  python,
  root,
  type Script,
  scripts,
  serve,
  sideBySide,
  start,
  words,
} from "./support/driver.ts";

const lack = Deno.build.os === "windows" ? "no pseudo-terminal" : python ? "" : "no python3";

/** Starts a script in a terminal of its own; what the terminal shows is the program's `out`. */
function open(
  script: Script,
  args: string[],
  env: Record<string, string> = {},
  net = ["--allow-net"],
) {
  const words = [Deno.execPath(), ...command(script, args, net)];
  // An empty NO_COLOR counts as none, so that the tests' own does not.
  const options = { env: { NO_COLOR: "", TERM: "xterm", ...env } };
  return new Program(python!, ["tests/support/terminal.py", ...words], options);
}

/** Starts a server in a terminal; gives the port that it picked, too. */
async function openServer(script: Script, env: Record<string, string> = {}) {
  const server = open(script, ["-p", "0"], env);
  await server.until("sistem: ");
  return { server, port: await server.until("\r\n") };
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `terminal: ${name}${lack && ` (skipped: ${lack})`}`, ignore: lack !== "", fn });
}

const colours = { Client: "\u001b[36m", Server: "\u001b[32m", Masukkan: "\u001b[1m" };

/** `text` as a terminal shows it: its label coloured, if colours are wanted. */
function painted(text: string, coloured: boolean): string {
  if (!coloured) return text;
  return text.replace(
    /^\[?(Client|Server|Masukkan)[^:]*:/,
    (label, kind: keyof typeof colours) =>
      `${colours[kind]}${label}\u001b[${kind === "Masukkan" ? 22 : 39}m`,
  );
}

test("a chat in colours, or without under NO_COLOR, with lines corrected and typed ahead", () =>
  sideBySide(
    protocols.flatMap((protocol) => [[protocol, true], [protocol, false]] as const),
    async ([protocol, coloured]) => {
      const env = { NO_COLOR: coloured ? "" : "1" };
      const show = (...lines: string[]) =>
        lines.map((line) => painted(line, coloured)).join("\r\n");
      const { server, port } = await openServer(`${protocol}_server`, env);
      await using _server = server;
      await using client = open(`${protocol}_client`, [], env);
      await client.until(show("Masukkan port server: "));
      await client.type(`${port}\n`);
      await client.until(show("[Client] Ketik pesan: "));
      await client.type("haloo\u007f\nlagi\n"); // the backspace takes back one letter
      await server.until(show("[Client]: halo", "[Server] Ketik balasan: "));
      await server.type("hai\n");
      await client.until(show("[Server]: hai", "[Client] Ketik pesan: "));
      await server.until(show("[Client]: lagi", "[Server] Ketik balasan: "));
      await server.type("ya\n");
      await client.until(show("[Server]: ya", "[Client] Ketik pesan: "));
      await client.type("exit\n");
      assertEquals([await client.status, await server.status], [0, 0]);
      assertEquals((server.out + client.out).includes("\u001b"), coloured);
    },
  ));

/** Brings a script in a terminal to where it asks its user, opposite the other in a pipe. */
async function asked(script: Script): Promise<{ program: Program; other: Program }> {
  const [protocol, side] = script.split("_") as ["tcp" | "udp", string];
  if (side === "client") {
    const { server: other, port } = await serve(`${protocol}_server`);
    const program = open(script, ["-p", `${port}`]);
    await program.until("Ketik pesan:");
    return { program, other };
  }
  const { server: program, port } = await openServer(script);
  const other = start(`${protocol}_client`, ["-p", port]);
  await other.type("halo\n");
  await program.until("Ketik balasan:");
  return { program, other };
}

test("Ctrl-D ends a script, its note on a line of its own; Ctrl-C does as it does anywhere", () =>
  sideBySide(
    scripts.flatMap((script) => [[script, "\u0004"], [script, "\u0003"]] as const),
    async ([script, key]) => {
      const { program, other } = await asked(script);
      await using _program = program;
      await using _other = other;
      await program.type(key);
      assertEquals(await program.status, key === "\u0004" ? 0 : 130);
      const end = key === "\u0004" ? "\r\nMasukan berakhir, socket ditutup.\r\n" : "^C";
      const prompt = painted(words(script).prompt, true);
      assert(program.out.endsWith(prompt + end), JSON.stringify(program.out));
      if (script.startsWith("tcp")) assertEquals(await other.status, 0);
    },
  ));

test("a missing permission is asked for by Deno; with a yes the script goes on, else it says so", () =>
  sideBySide([["y", "Menunggu koneksi dari client..."], [
    "n",
    ": belum ada izin jaringan: tambahkan --allow-net (NotCapable)",
  ]], async ([answer, line]) => {
    await using program = open("tcp_server", ["-p", "0"], {}, []);
    await program.until("all net permissions) > ");
    await program.type(`${answer}\n`);
    await program.until(`${line}\r\n`);
    if (answer === "n") assertEquals(await program.status, 1);
  }));

test("each script is a command of its own, with the flags that it needs and no more", async () => {
  const path = Deno.makeTempDirSync();
  Deno.symlinkSync(Deno.execPath(), `${path}/deno`);
  await sideBySide(scripts, async (script) => {
    const file = new URL(`${script}.ts`, root);
    assertEquals(Deno.statSync(file).mode! & 0o111, 0o111);
    const [first] = Deno.readTextFileSync(file).split("\n");
    const own = script.startsWith("udp") ? " --unstable-net" : "";
    assertEquals(first, `#!/usr/bin/env -S deno run --allow-net${own}`);
    // env splits the words and finds deno as the system would; the packages' flags are added.
    const [, ...args] = command(script, ["--help"], first!.split(" ").slice(4));
    const env = { PATH: `${path}:${Deno.env.get("PATH")}` };
    await using program = new Program("/usr/bin/env", ["-S", "deno run", ...args], { env });
    assertEquals(await program.status, 0);
  });
  Deno.removeSync(path, { recursive: true });
});
