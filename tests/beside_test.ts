import { assert, assertEquals, assertMatch } from "@std/assert";
import { reportDir, root } from "./driver.ts";

const twins = {
  ServerTCP: "tcp_server",
  ClientTCP: "tcp_client",
  ServerUDP: "udp_server",
  ClientUDP: "udp_client",
};
const names = Object.entries(twins);
const pairing = /\/\/ py [\d-]+:[^;]*(?:; *)?/;
const read = (path: string | URL) => Deno.readTextFileSync(path);
const lines = (script: string) => read(new URL(`${script}.ts`, root)).trimEnd().split("\n");

/** The report's program `name`; without the report one with as many lines as its twin needs. */
function python(name: keyof typeof twins): string {
  if (reportDir) return read(new URL(`${reportDir}/${name}.py`, root));
  const last = lines(twins[name]).findLast((line) => pairing.test(line))!;
  return "baris = 1\n".repeat(Number(last.match(/py (?:\d+-)?(\d+)/)![1]));
}

/** A copy of what the page is made of, with the report in `laporan` and a page of before. */
function copy() {
  const folder = Deno.makeTempDirSync();
  const dispose = () => Deno.removeSync(folder, { recursive: true });
  for (const name of ["docs", "laporan"]) Deno.mkdirSync(`${folder}/${name}`);
  const files = ["deno.json", "deno.lock", "README.id.md", "docs/beside.ts", "docs/beside.css"];
  for (const file of [...files, ...names.map(([, script]) => `${script}.ts`)]) {
    Deno.copyFileSync(new URL(file, root), `${folder}/${file}`);
  }
  for (const name of Object.keys(twins) as (keyof typeof twins)[]) {
    Deno.writeTextFileSync(`${folder}/laporan/${name}.py`, python(name));
  }
  Deno.writeTextFileSync(`${folder}/beside.html`, "lama");
  const make = (...args: string[]) => {
    const options = { args: ["task", "-q", "beside", ...args], cwd: folder };
    const { code, stdout, stderr } = new Deno.Command(Deno.execPath(), options).outputSync();
    return [code, ...[stdout, stderr].map((bytes) => new TextDecoder().decode(bytes))];
  };
  return { folder, make, [Symbol.dispose]: dispose };
}

const changes: [string, string, (text: string) => string | undefined, RegExp][] = [
  [
    "a missing file",
    "laporan/ServerUDP.py",
    () => undefined,
    /^laporan.ServerUDP.py: tidak ditemu/,
  ],
  [
    "a line too few",
    "laporan/ClientTCP.py",
    (text) => text.replace(/.*\n/, ""),
    /12 .* sampai 13$/,
  ],
  ["a line too many", "laporan/ClientTCP.py", (text) => text + "x = 1", /14 baris .* sampai 13$/],
  [
    "a py behind the last",
    "udp_client.ts",
    (text) => text.replace("// py 12:", "// py 99:"),
    /^udp_client.ts:\d+: py 99 /,
  ],
  [
    "a py before the first",
    "udp_client.ts",
    (text) => text.replace("// py 2:", "// py 0:"),
    /^udp_client.ts:\d+: py 0 /,
  ],
  [
    "a range upside down",
    "tcp_client.ts",
    (text) => text.replace(/\/\/ py 9(-10)?:/, "// py 9-8:"),
    /^tcp_client.ts:\d+: py 9 /,
  ],
  ["a README without the table", "README.id.md", () => "", /^README.id.md: tabel "Panggilan/],
];
for (const [name, file, change, says] of changes) {
  Deno.test(`beside: ${name} is told in one line, and the page of before stays`, () => {
    using project = copy();
    const text = change(read(`${project.folder}/${file}`));
    if (text === undefined) Deno.removeSync(`${project.folder}/${file}`);
    else Deno.writeTextFileSync(`${project.folder}/${file}`, text);
    const [code, out, err] = project.make("laporan");
    assertEquals([code, out], [1, ""]);
    assertMatch(`${err}`, /^[^\n]+\n$/);
    assertMatch(`${err}`.trimEnd(), says);
    assertEquals(read(`${project.folder}/beside.html`), "lama");
    assertEquals([...Deno.readDirSync(project.folder)].filter(({ name }) => /new/.test(name)), []);
  });
}

Deno.test("beside: a folder that is none, not there or not named is told in one line", () => {
  using project = copy();
  assertEquals(project.make("tiada"), [1, "", "tiada: tidak ditemukan\n"]);
  assertMatch(project.make("deno.json").join(), /^1,,deno.json: .+\n$/);
  assertEquals(project.make(), [1, "", "Pemakaian: deno task beside FOLDER\n"]);
});
