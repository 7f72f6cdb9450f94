import { Buffer } from "node:buffer";
import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { root } from "./support/driver.ts";

const folder = Deno.makeTempDirSync();
globalThis.addEventListener("unload", () => {
  try {
    Deno.removeSync(folder, { recursive: true });
  } catch {
    /* Windows keeps the link to the running deno.exe that Deno puts beside its packages */
  }
});

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
    const text = changed[name] ?? Deno.readTextFileSync(new URL(name, root));
    Deno.writeTextFileSync(`${cwd}/${name}`, text);
  }
  const address = { hostname: "127.0.0.1", port: 0, onListen() {} };
  await using server = Deno.serve(address, ({ url }) => jsr!(url));
  if (!jsr) await server.shutdown();
  const { STD_FLAGS: _, ...env } = Deno.env.toObject();
  env.JSR_URL = `http://127.0.0.1:${server.addr.port}`;
  env.NO_PROXY = "127.0.0.1";
  env.NO_COLOR = "1";
  env.DENO_DIR = `${cwd}/fetched`;
  env.DENORT_BIN = Deno.execPath(); // holds the runtime that a binary starts with
  const options = { args: ["task", "-q", ...words.split(" ")], cwd, env, clearEnv: true };
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), options).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { cwd, status: code, out: out!, err: err! };
}

const help = "tcp:server --help";
const compile = "compile:tcp_server";

for (
  const [name, words, said, jsr, changed] of [
    ["a swapped package", help, "Integrity check failed", swapped],
    ["a swapped package, to compile", compile, "Integrity check failed", swapped],
    ["a missing version", help, "JSR package version not found: @std/cli@", versionless],
    ["a missing package", help, "JSR package not found: @std/cli", answers(404)],
    ["a syntax error", help, "SyntaxError: Expression expected", null, { "tcp_server.ts": ")(" }],
    ["a portal in JSR's place", help, "failed to load. expected value at line 1", portal],
    ["a copy that is not locked", help, "The lockfile is out of date", null, {
      "tests/npm.lock": "{}",
    }],
    ["no JSR, to compile", compile, "/@std/cli/meta.json' failed", null],
  ] as const
) {
  Deno.test(`packages: ${name} stops the task with Deno's words`, async () => {
    const ended = await task(words, jsr, changed);
    assertEquals([ended.status > 0, ended.out], [true, ""]);
    assertMatch(ended.err, /^error: /m);
    assertStringIncludes(ended.err, said);
  });
}

for (
  const [name, jsr] of [["none", null], ["a proxy's 403", answers(403)], [
    "503",
    answers(503),
  ]] as const
) {
  Deno.test(`packages: with ${name} for JSR a locked copy takes over, in one line`, async () => {
    const ended = await task(help, jsr);
    assertEquals([ended.status, ended.out.split(" ")[0]], [0, "Pemakaian:"]);
    assertMatch(ended.err, /^JSR .* npm:deno-std@1\.4\.0 .*\n$/);
  });
}

Deno.test("packages: --stand-in compiles with the copy; a binary may use the network alone", async () => {
  const { status, err, cwd } = await task(`${compile} --stand-in`, null);
  assertEquals(status, 0);
  assertMatch(err, /^npm:deno-std@1\.4\.0 .*\n$/);
  const [binary] = [...Deno.readDirSync(`${cwd}/bin`)].map(({ name }) => `${cwd}/bin/${name}`);
  const bytes = Buffer.from(Deno.readFileSync(binary!));
  const at = bytes.indexOf('{"allow_');
  const held = bytes.subarray(at, bytes.indexOf("}", at) + 1).toString();
  const { prompt, ...rights } = JSON.parse(held);
  const given = Object.keys(rights).filter((name) => rights[name] !== null);
  // What a program may import, Deno gives to all.
  assertEquals([prompt, given], [false, ["allow_net", "allow_import"]]);
});

Deno.test("packages: every task chooses them in one place, every binary has the same rights", () => {
  const { tasks } = JSON.parse(Deno.readTextFileSync(new URL("deno.json", root)));
  const choice = "deno run -A tests/tools/deno.ts";
  for (const [name, { command }] of Object.entries<{ command: string }>(tasks)) {
    for (const part of command.split(" && ")) {
      if (!part.startsWith(choice)) {
        assertMatch(
          part,
          /^(rm|export|deno (fmt|lint|task|coverage|check -q docs|run .* docs\/beside\.ts$))/,
        );
      }
    }
    if (!name.startsWith("compile")) continue;
    const all = "tcp_server.ts tcp_client.ts udp_server.ts udp_client.ts";
    const files = name === "compile" ? all : `${name.slice("compile:".length)}.ts`;
    const rights = "--allow-net --no-prompt";
    assertEquals(command, `${choice} compile -q ${rights} --output bin/ ${files}`);
  }
});
