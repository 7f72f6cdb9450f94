// What the options and the port take, and what is said of a wrong one.
import { assert, assertEquals } from "@std/assert";
import { run } from "./support/chat.ts";
import { type Script, scripts } from "./support/scripts.ts";

Deno.test.each(scripts)("%s: --help tells the options", async (script) => {
  for (const args of [["-h"], ["--skema", "--port", "x", "--help"]]) {
    const { out, err, status } = await run(script, args);
    assertEquals([err, status], ["", 0]);
    assert(out.startsWith("Opsi:\n") && out.includes("bawaan: 127.0.0.1"), out);
    const options = [...out.matchAll(/^ +(?:-h, )?--(\w+)/gm)].map((match) => match[1]);
    assertEquals(options, ["host", "port", "skema", "help"]);
  }
});

/** What is no option, and how that is shown: in all scripts, and more of it in one of them. */
const wrong = { "--foo": "--foo", "5000": "5000", "--timeout 3": "--timeout" };
const more = {
  "--foo=1 --bar": "--foo=1",
  "-x": "-x",
  "-p 5000": "-p",
  "-skema": "-skema",
  "--no-port": "--no-port",
  "--port -1": "-1",
  "--port  1": "",
  "--a\u001b[31m\nb": "--a␛[31m␊b",
};
const strays = scripts.flatMap((script) =>
  Object.entries(script === "tcp_client" ? { ...wrong, ...more } : wrong)
    .map(([line, argument]): [Script, string, string] => [script, line, argument])
);
Deno.test.each(strays)("%s %s: no option, status 2", async (script, line, argument) => {
  const err = `argumen tidak dikenal: "${argument}" (lihat --help)\n`;
  assertEquals(await run(script, line.split(" ")), { out: "", err, status: 2 });
});

const wrongPort = (least: number, port: string) =>
  `Port harus berupa angka dari ${least} sampai 65535, bukan "${port}"\n`;
const ports = ["abc", "65536", "5.5", "1e3", "0x50", "+5", "50 00", "٥٠٠٠", "9".repeat(20)];
Deno.test.each(ports)("%s is no port, status 2", async (port) => {
  const ended = { out: "", err: wrongPort(0, port), status: 2 };
  assertEquals(await run("udp_server", ["--port", port]), ended);
});

Deno.test.each(scripts)("%s: a wrong port, or none, is one line", async (script) => {
  const least = script.endsWith("server") ? 0 : 1;
  const out = "Masukkan port server: ";
  const err = wrongPort(least, `${least - 1}`);
  assertEquals(await run(script, [`--port=${least - 1}`]), { out: "", err, status: 2 });
  assertEquals(await run(script, [], `${least - 1}\n`), { out, err, status: 2 });
  const ended = { out: `${out}\n`, err: "Input selesai.\n", status: 0 };
  assertEquals(await run(script, ["--port", "--host="]), ended); // no value is none
});

Deno.test.each(scripts)("%s: what stands behind a -- is obeyed", async (script) => {
  const least = script.endsWith("server") ? 0 : 1;
  const ended = { out: "", err: wrongPort(least, "x"), status: 2 };
  assertEquals(await run(script, ["--", "--port", "x"]), ended); // npm's habit
  assertEquals(await run(script, ["--skema", "--", "--port=x", "--"]), ended);
});

Deno.test.each(["1", "0065535", "\t1 "])("%j is a port", async (port) => {
  const { err, status } = await run("udp_client", ["--port", port]);
  assertEquals([err, status], ["Input selesai.\n", 0]);
});

Deno.test("an empty host is the default", async () => {
  const { port } = Deno.listen({ hostname: "127.0.0.1", port: 0 }).addr;
  const ended = await run("tcp_client", ["--host=", "--port", `${port}`], "exit\n");
  assertEquals([ended.err, ended.status], ["", 0]);
});
