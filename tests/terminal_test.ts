import { assert, assertEquals } from "@std/assert";
import {
  command,
  flags,
  Program,
  protocols,
  python,
  root,
  type Script,
  scripts,
  serve,
  start,
  test,
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

const chats = protocols.flatMap((protocol) => [[protocol, ""], [protocol, "1"]] as const);
test("a terminal shows colours, or none under NO_COLOR", chats, async ([protocol, NO_COLOR]) => {
  const show = (...lines: string[]) => lines.map((line) => painted(line, !NO_COLOR)).join("\r\n");
  const { server, port } = await openServer(`${protocol}_server`, { NO_COLOR });
  await using _server = server;
  await using client = open(`${protocol}_client`, [], { NO_COLOR });
  await client.until(show("Masukkan port server: "));
  await client.type(`${port}\n`);
  await client.until(show("[Client] Ketik pesan: "));
  await client.type("haloo\u007f\nlagi\n"); // the backspace takes back one letter
  await server.until(show("[Client]: halo", "[Server] Ketik balasan: "));
  await server.type("hai\nya\n");
  await client.until(show("[Server]: hai", "[Client] Ketik pesan: "));
  await server.until(show("[Client]: lagi", "[Server] Ketik balasan: "));
  await client.until(show("[Server]: ya", "[Client] Ketik pesan: "));
  await client.type("exit\n");
  assertEquals([await client.status, await server.status], [0, 0]);
  assertEquals((server.out + client.out).includes("\u001b"), !NO_COLOR);
}, lack);

/** Brings a script in a terminal together with the other one in a pipe, which says "halo". */
async function bring(script: Script): Promise<[Program, Program]> {
  const protocol = script.startsWith("tcp") ? "tcp" : "udp";
  if (script.endsWith("client")) {
    const { server, port } = await serve(`${protocol}_server`);
    return [open(script, ["-p", `${port}`]), server];
  }
  const { server, port } = await openServer(script);
  const client = start(`${protocol}_client`, ["-p", port]);
  await client.type("halo\n");
  return [server, client];
}

const keys = scripts.flatMap((script) => [[script, "\u0004"], [script, "\u0003"]] as const);
test(
  "Ctrl-D ends a script, said on a line of its own; Ctrl-C as it ends any",
  keys,
  async ([script, key]) => {
    const [program, other] = await bring(script);
    await using _program = program;
    await using _other = other;
    const prompt = painted(words(script).prompt, true);
    await program.until(prompt);
    await program.type(key);
    const [status, end] = key === "\u0003"
      ? [130, "^C"]
      : [0, "\r\nMasukan berakhir, socket ditutup.\r\n"];
    assertEquals(await program.status, status);
    assert(program.out.endsWith(prompt + end), JSON.stringify(program.out));
    if (script.startsWith("tcp")) assertEquals(await other.status, 0);
  },
  lack,
);

const answers = [["y", "Menunggu koneksi dari client...\r\n"]]
  .concat([["n", ": belum ada izin jaringan: tambahkan --allow-net (NotCapable)\r\n"]]);
test("Deno asks for a permission that is missing", answers, async ([answer, line]) => {
  await using program = open("tcp_server", ["-p", "0"], {}, []);
  await program.until("all net permissions) > ");
  // Deno throws away what is typed too early.
  const knock = setInterval(() => program.type(`${answer}\n`).catch(() => {}), 100);
  await program.until(line!).finally(() => clearInterval(knock));
  if (answer === "n") assertEquals(await program.status, 1);
}, lack);

test(
  "each script is a command of its own, with the flags that it needs",
  scripts,
  async (script) => {
    const file = new URL(`${script}.ts`, root);
    assertEquals(Deno.statSync(file).mode! & 0o111, 0o111);
    const [first] = Deno.readTextFileSync(file).split("\n");
    const own = script.startsWith("udp") ? " --unstable-net" : "";
    assertEquals(first, `#!/usr/bin/env -S deno run --allow-net${own}`);
    const path = Deno.makeTempDirSync();
    Deno.symlinkSync(Deno.execPath(), `${path}/deno`);
    // The words as env splits them, and the flags of the packages.
    const [, ...args] = command(script, ["--help"], first!.split(" ").slice(4));
    const env = { PATH: `${path}:${Deno.env.get("PATH")}` };
    await using program = new Program("/usr/bin/env", ["-S", "deno run", ...args], { env });
    assertEquals(await program.status, 0);
    Deno.removeSync(path, { recursive: true });
  },
  lack,
);

test("a task shows no colours in a dumb terminal", ["dumb", "xterm"], async (TERM) => {
  const task = [Deno.execPath(), "run", "-A", "tests/tools/deno.ts", "run", "-q", "tcp_client.ts"];
  const env = { NO_COLOR: "", TERM, STD_FLAGS: flags.join(" ") };
  await using program = new Program(python!, ["tests/support/terminal.py", ...task], { env });
  await program.until(painted("Masukkan port server: ", TERM === "xterm"));
  assertEquals(program.out.includes("\u001b"), TERM === "xterm");
}, lack);
