import { assertEquals, assertMatch } from "@std/assert";
import { decode } from "./support/driver.ts";
import { read } from "./support/scripts.ts";

const folder = Deno.makeTempDirSync();
// Windows keeps the link to the running deno.exe that Deno puts beside its packages.
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }).catch(() => {}));

/** What a JSR answers; null where nobody answers at all. */
type Jsr = ((url: string) => Response) | null;
const answers = (status: number): Jsr => () => new Response("", { status });
const swapped: Jsr = () => Response.json({ versions: {}, exports: {}, manifest: {} });
const versionless: Jsr = (url) => (url.endsWith("/meta.json") ? swapped : answers(404))!(url);
const portal: Jsr = () => new Response("<html>");

/** Runs a task in a copy of the folder with `changed` files and nothing fetched yet. */
async function task(words: string, jsr: Jsr, changed: Record<string, string> = {}) {
  const cwd = Deno.makeTempDirSync({ dir: folder });
  Deno.mkdirSync(`${cwd}/tests/tools`, { recursive: true });
  const choice = ["tests/npm.json", "tests/npm.lock", "tests/tools/deno.ts"];
  for (const name of ["deno.json", "deno.lock", "format.ts", "tcp_server.ts", ...choice]) {
    Deno.writeTextFileSync(`${cwd}/${name}`, changed[name] ?? read(name));
  }
  const address = { hostname: "127.0.0.1", port: 0, onListen() {} };
  await using server = Deno.serve(address, ({ url }) => jsr!(url));
  if (!jsr) await server.shutdown();
  const { STD_FLAGS: _, ...env } = Deno.env.toObject();
  const JSR_URL = `http://127.0.0.1:${server.addr.port}`;
  Object.assign(env, { JSR_URL, NO_PROXY: "127.0.0.1", NO_COLOR: "1", DENO_DIR: `${cwd}/fetched` });
  env.DENORT_BIN = Deno.execPath(); // holds the runtime that a binary starts with
  const options = { args: ["task", "-q", ...words.split(" ")], cwd, env, clearEnv: true };
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), options).output();
  return { cwd, status: code, out: decode(stdout), err: decode(stderr) };
}

const help = "tcp:server --help";
const compile = "compile:tcp_server";
const unlocked = { "tests/npm.lock": "{}" };
const mistaken = { "tcp_server.ts": ")(" };
const instead = /^JSR .* npm:deno-std@1\.4\.0 .*\n$/; // no more than this one line
const cases = [
  ["a swapped package stops a task", help, swapped, /Integrity check failed/],
  ["a swapped package stops a compilation", compile, swapped, /Integrity check failed/],
  ["a missing version stops a task", help, versionless, /version not found: @std\/cli@/],
  ["a missing package stops a task", help, answers(404), /JSR package not found: @std\/cli/],
  ["a portal for JSR stops a task", help, portal, /failed to load. expected value at line 1/],
  ["a syntax error stops a task", help, null, /SyntaxError: Expression expected/, mistaken],
  ["a copy that is not locked stops a task", help, null, /lockfile is out of date/, unlocked],
  ["without JSR a compilation stops", compile, null, /\/@std\/cli\/meta.json' failed/],
  ["without JSR a locked copy takes over", help, null, instead],
  ["with a proxy's 403 for JSR a locked copy takes over", help, answers(403), instead],
  ["with 503 for JSR a locked copy takes over", help, answers(503), instead],
] as const;
for (const [name, words, jsr, said, changed] of cases) {
  Deno.test(`packages: ${name}`, async () => {
    const { status, out, err } = await task(words, jsr, changed);
    assertMatch(err, said);
    if (said === instead) return assertEquals([status, out.split(" ")[0]], [0, "Pemakaian:"]);
    assertMatch(err, /^error: /m); // Deno's own words
    assertEquals([status > 0, out], [true, ""]);
  });
}

Deno.test("packages: --stand-in compiles with the copy; a binary may use the network alone", async () => {
  const { status, err, cwd } = await task(`${compile} --stand-in`, null);
  assertEquals(status, 0);
  assertMatch(err, /^npm:deno-std@1\.4\.0 .*\n$/);
  const [binary] = Deno.readDirSync(`${cwd}/bin`);
  const bytes = new TextDecoder("latin1").decode(Deno.readFileSync(`${cwd}/bin/${binary!.name}`));
  const { prompt, ...rights } = JSON.parse(bytes.match(/{"allow_[^}]*}/)![0]);
  const given = Object.keys(rights).filter((name) => rights[name] !== null);
  // What a program may import, Deno gives to all.
  assertEquals([prompt, given], [false, ["allow_net", "allow_import"]]);
});

Deno.test("packages: every task chooses them in one place, every binary has the same rights", () => {
  const { tasks } = JSON.parse(read("deno.json"));
  const choice = "deno run -A tests/tools/deno.ts";
  const others = "rm|export|deno (fmt|lint|task|coverage|check -q docs|run .* docs/beside\\.ts$)";
  for (const [name, { command }] of Object.entries<{ command: string }>(tasks)) {
    for (const part of command.split(" && ")) {
      assertMatch(part, new RegExp(`^(${choice}|${others})`));
    }
    if (!name.startsWith("compile")) continue;
    const all = "tcp_server.ts tcp_client.ts udp_server.ts udp_client.ts";
    const files = name === "compile" ? all : `${name.slice("compile:".length)}.ts`;
    const compile = "compile -q --allow-net --no-prompt --output bin/";
    assertEquals(command, `${choice} ${compile} ${files}`);
  }
});
