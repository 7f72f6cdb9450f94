// What the options and the port take, and what is said of a wrong one.
import { assert, assertEquals } from "@std/assert";
import { run } from "./support/driver.ts";
import { about, type Script, scripts } from "./support/scripts.ts";

for (const script of scripts) {
  Deno.test(about("--help tells the options", script), async () => {
    for (const args of [["-h"], ["--skema", "--port", "x", "--help"]]) {
      const { out, err, status } = await run(script, args);
      assertEquals([err, status], ["", 0]);
      assert(out.startsWith("Opsi:\n") && out.includes("bawaan: 127.0.0.1"), out);
      const options = [...out.matchAll(/^ +(?:-h, )?--(\w+)/gm)].map((match) => match[1]);
      assertEquals(options, ["host", "port", "skema", "help"]);
    }
  });
}

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
const rows: [Script, string[], string][] = scripts.flatMap((script) =>
  Object.entries(script === "tcp_client" ? { ...wrong, ...more } : wrong)
    .map(([line, argument]): [Script, string[], string] => {
      return [script, line.split(" "), `argumen tidak dikenal: "${argument}" (lihat --help)`];
    })
);
const range = "Port harus berupa angka dari 0 sampai 65535";
const ports = ["abc", "65536", "5.5", "1e3", "0x50", "+5", "50 00", "٥٠٠٠", "9".repeat(20)];
for (const port of ports) rows.push(["udp_server", ["--port", port], `${range}, bukan "${port}"`]);
for (const [script, args, said] of rows) {
  Deno.test(about("a wrong option is one line, status 2", [script, args]), async () => {
    assertEquals(await run(script, args), { out: "", err: `${said}\n`, status: 2 });
  });
}

for (const script of scripts) {
  Deno.test(about("a wrong port is one line, status 2, given or asked for", script), async () => {
    const least = script.endsWith("server") ? 0 : 1;
    const err = (port: string) =>
      `Port harus berupa angka dari ${least} sampai 65535, bukan "${port}"\n`;
    const out = "Masukkan port server: ";
    const port = `${least - 1}`;
    assertEquals(await run(script, [`--port=${port}`]), { out: "", err: err(port), status: 2 });
    assertEquals(await run(script, [], `${port}\n`), { out, err: err(port), status: 2 });
    const ended = { out: `${out}\n`, err: `Input selesai.\n${err("")}`, status: 2 };
    assertEquals(await run(script, ["--port", "--host="]), ended); // no value is none
  });
}

for (const port of ["1", "0065535", "\t1 "]) {
  Deno.test(about("the ends of the range of ports are taken", port), async () => {
    const { err, status } = await run("udp_client", ["--port", port]);
    assertEquals([err, status], ["Input selesai.\n", 0]);
  });
}
