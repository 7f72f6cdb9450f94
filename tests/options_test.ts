import { assert, assertEquals, assertMatch } from "@std/assert";
import { run } from "./support/driver.ts";
import { about, type Script, scripts } from "./support/scripts.ts";

const hint = " (lihat --help)\n";
const stray = (text: string) => `argumen tidak dikenal: "${text}"`;

const helps = scripts.flatMap((script) =>
  [[script, "--foo", "-h"], [script, "--port", "x", "--help"]] as const
);
for (const [script, ...args] of helps) {
  Deno.test(
    about("--help tells the usage, whatever else is given", [script, ...args]),
    async () => {
      const { out, err, status } = await run(script, args);
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
}

/** What is wrong, and what is said of it: in all scripts, and what more there is in one of them. */
const wrong: Record<string, string> = {
  "--foo": stray("--foo"),
  "5000": stray("5000"),
  "-p": "--port tanpa nilai",
  "--host --port 5000": "--host tanpa nilai",
  "--host x@0": '"x@0" bukan alamat atau nama komputer', // before the port is asked for
};
const more: Record<string, string> = {
  "--foo=1 --bar": stray("--foo=1"),
  "-x": stray("-x"),
  "-skema": stray("-skema"),
  "--skema=foo": stray("--skema=foo"),
  "-- 5000": stray("5000"),
  "--no-port": stray("--no-port"),
  "--port=": "--port tanpa nilai",
  "--port -1": stray("-1"),
  "--port  1": stray(""),
  "--a\u001b[31m\nb": stray("--a␛[31m␊b"),
};
const rows: [Script, string[], string][] = scripts.flatMap((script) =>
  Object.entries(script === "tcp_client" ? { ...wrong, ...more } : wrong)
    .map(([line, said]): [Script, string[], string] => [script, line.split(" "), said])
);
for (const script of ["tcp_server", "tcp_client", "udp_server"] as const) {
  rows.push([script, ["--timeout", "3"], stray("--timeout")]);
}
for (const text of ["abc", "0", "0.0", "1e3", "1.2.3", ".", "2147484", "Infinity"]) {
  const said = "Timeout harus lebih dari 0 dan paling banyak 2147483 detik";
  rows.push(["udp_client", ["--timeout", text], `${said}, bukan "${text}"`]);
}
const hosts = ["127.0.0.1:5000", "http://127.0.0.1", "127.0.0.1/24", "[::1]:6000", "a..b", ".a"];
for (const host of [...hosts, "%30", "0#", "a b", " ", "a?", "a\\b", "::g", "1:2"]) {
  const said = `"${host}" bukan alamat atau nama komputer`;
  rows.push(["udp_server", ["-p", "0", "--host", host], said]);
}
const ports = ["abc", "65536", "5.5", "1e3", "0x50", "+5", "50 00", "٥٠٠٠", "9".repeat(20)];
for (const port of ports) {
  rows.push(["udp_server", ["-p", port], `Port harus angka 0 sampai 65535, bukan "${port}"`]);
}
for (const [script, args, said] of rows) {
  Deno.test(about("a wrong option is one line, status 2", [script, args, said]), async () => {
    assertEquals(await run(script, args), { out: "", err: said + hint, status: 2 });
  });
}

for (const script of scripts) {
  Deno.test(about("a wrong port is one line, status 2, given or asked for", script), async () => {
    const least = script.endsWith("server") ? 0 : 1;
    const err = (port: string) => `Port harus angka ${least} sampai 65535, bukan "${port}"${hint}`;
    const out = "Masukkan port server: ";
    const port = `${least - 1}`;
    assertEquals(await run(script, [`--port=${port}`]), { out: "", err: err(port), status: 2 });
    assertEquals(await run(script, [], `${port}\n`), { out, err: err(port), status: 2 });
    assertEquals(await run(script), { out: `${out}\n`, err: err(""), status: 2 });
  });
}

const ranges = [["-p", "1"], ["-p", "0065535"], ["-p", "\t1 "]]
  .concat(["0.5", "1", "2147483"].map((timeout) => ["-p", "1", "--timeout", timeout]));
for (const args of ranges) {
  Deno.test(about("the ends of the ranges of ports and time-outs are taken", args), async () => {
    const { err, status } = await run("udp_client", args);
    assertEquals([err, status], ["Masukan berakhir, socket ditutup.\n", 0]);
  });
}
