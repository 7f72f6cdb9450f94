import { assert, assertEquals, assertMatch } from "@std/assert";
import { command, Program, run, type Script, scripts, test, udpPeer } from "./support/driver.ts";

const hint = " (lihat --help)\n";
const stray = (text: string) => `argumen tidak dikenal: "${text}"`;

test(
  "--help and -h tell the usage, an example and the options, whatever else is given",
  scripts.flatMap((script) => [[script, "--foo", "-h"], [script, "--port", "x", "--help"]]),
  async ([script, ...args]) => {
    const { out, err, status } = await run(script as Script, args);
    assertEquals([err, status], ["", 0]);
    const first =
      `Pemakaian: deno run --allow-net ${script}.ts [OPSI], misalnya --port 5000 --skema\n`;
    assert(out.startsWith(first), out);
    assertMatch(out, /bawaan: 127\.0\.0\.1/);
    const options = [...out.matchAll(/^ +(?:-\w, )?--(\w+)/gm)].map((match) => match[1]);
    const own = script === "udp_client" ? ["timeout"] : [];
    assertEquals(options, ["host", "port", ...own, "skema", "help"]);
  },
);

/** What is wrong, and what is said of it: by all scripts, and in these spellings by one of them. */
const wrong: [string[], string][] = [
  [["--foo"], stray("--foo")],
  [["5000"], stray("5000")],
  [["-p"], "--port tanpa nilai"],
  [["--host", "--port", "5000"], "--host tanpa nilai"],
];
const spelled: [string[], string][] = [
  [["--foo=1", "--bar"], stray("--foo=1")],
  [["-x"], stray("-x")],
  [["-skema"], stray("-skema")],
  [["--skema=foo"], stray("--skema=foo")],
  [["--", "5000"], stray("5000")],
  [["--no-port"], stray("--no-port")],
  [["--port="], "--port tanpa nilai"],
  [["--port", "-1"], stray("-1")],
  [["--port", ""], stray("")],
  [["--a\u001b[31m\nb"], stray("--a␛[31m␊b")],
];

const ended: [Script, string[], string][] = spelled.map((
  [args, said],
) => ["tcp_client", args, said]);
for (const script of scripts) {
  for (const [args, said] of wrong) ended.push([script, args, said]);
  if (script !== "udp_client") ended.push([script, ["--timeout", "3"], stray("--timeout")]);
  // A host is looked at before the port is asked for; format_test.ts has the other wrong ones.
  ended.push([script, ["--host", "x@0"], '"x@0" bukan alamat atau nama komputer']);
}
const number = (text: string) =>
  `Timeout harus lebih dari 0 dan paling banyak 2147483 detik, bukan "${text}"`;
for (const text of ["abc", "0", "0.0", "1e3", "1.2.3", ".", "2147484", "Infinity"]) {
  ended.push(["udp_client", ["--timeout", text], number(text)]);
}
test(
  "a wrong option ends a script with one line, status 2",
  ended,
  async ([script, args, said]) => {
    assertEquals(await run(script, args), { out: "", err: said + hint, status: 2 });
  },
);

test("a wrong port is said, status 2, given or asked for", scripts, async (script) => {
  const least = script.endsWith("server") ? 0 : 1;
  const err = (port: string) => `Port harus angka ${least} sampai 65535, bukan "${port}"${hint}`;
  const out = "Masukkan port server: ";
  const port = `${least - 1}`; // format_test.ts has the other wrong ones
  assertEquals(await run(script, [`--port=${port}`]), { out: "", err: err(port), status: 2 });
  assertEquals(await run(script, [], `${port}\n`), { out, err: err(port), status: 2 });
  assertEquals(await run(script), { out: `${out}\n`, err: err(""), status: 2 });
});

const ranges = [["-p", "1"], ["-p", "0065535"], ["-p", "\t1 "]]
  .concat(["0.5", "1", "2147483"].map((timeout) => ["-p", "1", "--timeout", timeout]));
test("the ends of the ranges of ports and time-outs are taken", ranges, async (args) => {
  const { err, status } = await run("udp_client", args);
  assertEquals([err, status], ["Masukan berakhir, socket ditutup.\n", 0]);
});

const lacks = ": belum ada izin jaringan: tambahkan --allow-net (NotCapable)\n";
const lookup = ": tidak diizinkan: tambahkan --allow-net (EPERM)\n";
const lacking = scripts.flatMap((script): [Script, string, string, string[]][] => [
  [script, "127.0.0.1", `127.0.0.1:5000${lacks}`, ["--no-prompt"]],
  [script, "::1", `[::1]:5000${lacks}`, ["--no-prompt", "--allow-net=192.0.2.9"]],
  [script, "localhost", `localhost:5000${lookup}`, ["--no-prompt"]],
]);
test(
  "without the permission, or with too narrow a one, the flag to add is said, status 1",
  lacking,
  async ([script, host, err, permissions]) => {
    const ended = await run(script, ["-p", "5000", "--host", host], "", permissions);
    assertEquals(ended, { out: "", err, status: 1 });
  },
);

Deno.test("udp: a reply to an address that --allow-net does not name is said, status 1", async () => {
  const args = ["--host", "0.0.0.0", "-p", "0"];
  const permissions = ["--no-prompt", "--allow-net=0.0.0.0"];
  await using server = new Program(Deno.execPath(), command("udp_server", args, permissions));
  await server.until("sistem: ", "err");
  const port = Number(await server.until("\n", "err"));
  using peer = udpPeer(port);
  await peer.send("halo");
  await server.type("hai\n");
  assertEquals(await server.status, 1);
  assert(
    server.err.endsWith(
      `0.0.0.0:${port}: belum ada izin jaringan: tambahkan --allow-net (NotCapable)\n`,
    ),
  );
});
