// Where the packages come from: JSR, or where it cannot be used a locked copy; never a swapped one.
import { assertEquals, assertMatch } from "@std/assert";
import { Program } from "./support/chat.ts";
import { decode, patience } from "./support/program.ts";
import { read, scripts } from "./support/scripts.ts";
import { output } from "./support/system.ts";

const cwd = Deno.makeTempDirSync();
Deno.mkdirSync(`${cwd}/tests/tools`, { recursive: true });
// Windows keeps the link to the running deno.exe that Deno puts beside its packages.
Deno.test.afterAll(() => Deno.remove(cwd, { recursive: true }).catch(() => {}));
const choice = ["tests/npm.json", "tests/npm.lock", "tests/tools/deno.ts"];
const files = [
  ...["deno.json", "deno.lock", "format.ts", ...choice],
  ...scripts.map((script) => `${script}.ts`),
];

// What was fetched from npm before is at hand, where a link is free for all: no case asks its registry.
Deno.mkdirSync(`${cwd}/fetched`);
if (Deno.build.os !== "windows") {
  const { npmCache } = JSON.parse(output(Deno.execPath(), "info", "--json")!);
  Deno.mkdirSync(npmCache, { recursive: true });
  Deno.symlinkSync(npmCache, `${cwd}/fetched/npm`);
}

/** What a JSR answers; null where nobody answers at all. */
type Jsr = ((request: Request) => Response) | null;

/** Runs a task in a copy of the folder, with a file of its own and no package of this JSR yet. */
async function task(words: string, jsr: Jsr, own: Record<string, string> = {}) {
  for (const name of files) Deno.writeTextFileSync(`${cwd}/${name}`, own[name] ?? read(name));
  const address = { hostname: "127.0.0.1", port: 0, onListen() {} };
  await using server = Deno.serve(address, (request) => jsr!(request));
  if (!jsr) await server.shutdown();
  const { STD_FLAGS: _, ...env } = Deno.env.toObject();
  env.JSR_URL = `http://127.0.0.1:${server.addr.port}`;
  // What a binary starts with: Linux takes any program for it, and a small one is soon written.
  env.DENORT_BIN = Deno.build.os === "linux" ? "/bin/sh" : Deno.execPath();
  Object.assign(env, { NO_PROXY: "127.0.0.1", NO_COLOR: "1", DENO_DIR: `${cwd}/fetched` });
  const options = { args: ["task", "-q", ...words.split(" ")], cwd, env, clearEnv: true };
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), options).output();
  return { code, out: decode(stdout), err: decode(stderr) };
}

const status = (status: number) => () => new Response("", { status });
// It has all the versions that are locked, so that nothing but their contents is wrong.
const locked = Object.values<string>(JSON.parse(read("deno.lock")).specifiers);
const versions = Object.fromEntries(locked.map((version) => [version, {}]));
const swapped = () => Response.json({ versions, exports: {}, manifest: {} });
const instead = /^JSR .* npm:deno-std, salinan milik pihak ketiga .*\n$/; // no more than this line
const help = "tcp:server --help";
const cases: [name: string, Jsr, said?: RegExp, words?: string, own?: Record<string, string>][] = [
  ["no JSR", null],
  ["a silent JSR", () => new Response(new ReadableStream())],
  ["a JSR's 403", status(403)],
  ["a JSR's 503", status(503)],
  ["a login page", () => new Response("<html>")],
  ["a redirect to one", () => Response.redirect("http://127.0.0.1/")],
  ["no such version", ({ url }) => (url.endsWith("_meta.json") ? status(404) : swapped)()],
  ["a swapped package", swapped, /^error: Integrity check failed/],
  ["a syntax error", null, /^error: SyntaxError/, help, { "tcp_server.ts": ")(" }],
  ["an unlocked copy", null, /\nerror: .* out of date/, help, { "tests/npm.lock": "{}" }],
  ["no JSR for a binary", null, /^error: [^]*\nJSR .* --stand-in .*\n$/, "compile"],
];
for (const [name, jsr, said = instead, words = help, own] of cases) {
  const over = said === instead;
  const what = `packages: ${name}: ${over ? "the copy takes over" : "the task stops"}`;
  Deno.test(what, { timeout: 12 * patience }, async () => {
    const { code, out, err } = await task(words, jsr, own);
    assertMatch(err, said);
    assertEquals([code === 0, out.startsWith("Opsi:")], [over, over]);
  });
}

Deno.test({
  name: "packages: a slow disk is not taken for a silent JSR",
  ignore: Deno.build.os === "windows", // it has no named pipes of this kind
  timeout: 12 * patience,
  fn: async () => {
    // Deno waits for this file longer than for JSR, and finds a mistake in it.
    const slow = `${cwd}/slow.ts`;
    output("mkfifo", slow);
    await using _disk = new Program(["sh", "-c", "sleep 11; echo ')(' >$0", slow]);
    const { code, err } = await task(help, null, { "tcp_server.ts": 'import "./slow.ts";' });
    assertMatch(err, /^error: SyntaxError/);
    assertEquals(code, 1);
  },
});

Deno.test("packages: a task passes over a --, which is npm's habit", async () => {
  const { code, out, err } = await task("test --stand-in -- --help", null);
  assertEquals([code, err], [0, ""]);
  assertMatch(out, /^Usage: deno test /m);
});

const binaries = () =>
  [...Deno.readDirSync(`${cwd}/bin`)].map(({ name }) => name.replace(/\.exe$/, "")).sort();

Deno.test("packages: --stand-in compiles with the copy; a binary may use the network alone", async () => {
  const { code, err } = await task("compile --stand-in -- tcp_server.ts", null);
  assertEquals([code, err, binaries()], [0, "", ["tcp_server"]]);
  const [binary] = Deno.readDirSync(`${cwd}/bin`);
  const bytes = new TextDecoder("latin1").decode(Deno.readFileSync(`${cwd}/bin/${binary!.name}`));
  const rights = bytes.match(/{"allow_[^}]*}/)![0].replace(/"\w+":null,/g, "");
  // What a program may import, Deno gives to all.
  assertMatch(rights, /^{"allow_net":\[\],"allow_import":\[[^\]]*\],"prompt":false}$/);
});

Deno.test("packages: all four scripts are compiled where none is named", async () => {
  const { code, err } = await task("compile --stand-in", null);
  assertEquals([code, err, binaries()], [0, "", scripts.toSorted()]);
});

Deno.test("packages: deno.lock locks what deno.json names, and nothing of npm's", () => {
  const { workspace, npm } = JSON.parse(read("deno.lock"));
  const { imports } = JSON.parse(read("deno.json"));
  assertEquals([workspace.dependencies, npm], [Object.values(imports).sort(), undefined]);
});
