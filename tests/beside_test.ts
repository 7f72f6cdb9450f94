// The page that docs/beside.ts writes: that it shows every line, and what a browser makes of it.
import { basename } from "node:path";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { read, root, scripts } from "./support/scripts.ts";
import { output, reportDir, reportFile } from "./support/system.ts";

const pairing = /\/\/ py (?:\d+-)?(\d+):[^;]*(?:; *)?/;

/** Each script and its twin; without the report, a twin of as many lines. */
const pairs = scripts.map((name) => {
  const lines = read(`${name}.ts`).trimEnd().split("\n");
  const last = Math.max(...lines.map((line) => Number(line.match(pairing)?.[1] ?? 0)));
  const python = reportDir ? read(reportFile(name)) : "baris = 1\n".repeat(last);
  return { script: `${name}.ts`, lines, twin: basename(reportFile(name)), python };
});

/** A copy of what the page is made of, with the report in `laporan` and a page of before. */
function copy() {
  const folder = Deno.realPathSync(Deno.makeTempDirSync());
  for (const name of ["docs", "laporan"]) Deno.mkdirSync(`${folder}/${name}`);
  const docs = [...Deno.readDirSync(new URL("docs", root))].map(({ name }) => `docs/${name}`);
  const files = ["deno.json", "deno.lock", "README.id.md", ...docs];
  for (const file of [...files, ...pairs.map(({ script }) => script)]) {
    Deno.copyFileSync(new URL(file, root), `${folder}/${file}`);
  }
  for (const { twin, python } of pairs) Deno.writeTextFileSync(`${folder}/laporan/${twin}`, python);
  Deno.writeTextFileSync(`${folder}/beside.html`, "lama");
  const edit = (file: string, from: string | RegExp, to: string) => {
    const path = `${folder}/${file}`;
    Deno.writeTextFileSync(path, Deno.readTextFileSync(path).replace(from, to));
  };
  const make = (...folders: string[]) => {
    const options = { args: ["task", "-q", "beside", ...folders], cwd: folder };
    const { code, stderr } = new Deno.Command(Deno.execPath(), options).outputSync();
    const html = Deno.readTextFileSync(`${folder}/beside.html`);
    return { status: code, said: new TextDecoder().decode(stderr), html };
  };
  const dispose = () => Deno.removeSync(folder, { recursive: true });
  return { folder, edit, make, [Symbol.dispose]: dispose };
}

const wrongs: [says: RegExp, folders: string[], edit?: [string, string | RegExp, string]][] = [
  [/^Pemakaian: deno task beside FOLDER\n$/, []],
  [/^tiada.ServerTCP.py: tidak dapat dibaca \(NotFound\)\n$/, ["tiada"]],
  [/^tcp_client.ts: .+ 13, .+ 14 baris\n$/, ["laporan"], ["laporan/ClientTCP.py", /$/, "x = 1"]],
  [/^tcp_client.ts: .+ 13, .+ 0 baris\n$/, ["laporan"], ["laporan/ClientTCP.py", /[^]*/, ""]],
  [/^udp_client.ts:\d+: py 4 di luar .+\n$/, ["laporan"], ["udp_client.ts", "py 3:", "py 4:"]],
  [/^udp_client.ts:\d+: py 1 di luar .+\n$/, ["laporan"], ["udp_client.ts", "py 3:", "py 1:"]],
];
for (const [says, folders, edit] of wrongs) {
  Deno.test(`beside ${folders.join(" ")}: says ${says}, the page of before stays`, () => {
    using project = copy();
    if (edit) project.edit(...edit);
    const { status, said, html } = project.make(...folders);
    assertMatch(said, says);
    assertEquals([status, html], [1, "lama"]);
  });
}

/** The page of a copy, and the lines that it is to show: Python's and TypeScript's. */
function example() {
  using project = copy();
  // A class's own version: a file from Windows, with markup and a blank line.
  project.edit("laporan/ServerTCP.py", /.*\n/, "\uFEFF# </td><script></script>&lt;\n\n");
  project.edit("laporan/ServerTCP.py", /\n/g, "\r\n");
  project.edit("README.id.md", /^(?=\| `accept`)/m, "| `close` | `listener.close()` | satu |\n");
  const { status, said, html } = project.make("laporan");
  assertEquals([status, said], [0, ""]);
  const twins = pairs.map(({ twin }) => Deno.readTextFileSync(`${project.folder}/laporan/${twin}`));
  const python = twins.join("\n").replace("\uFEFF", "").trimEnd().split(/\s*\n/);
  const bare = (line: string) => line.replace(pairing, "// ").replace(/ *\/\/ $/, "");
  const lines = pairs.flatMap(({ lines }) => lines);
  const paired = lines.filter((line) => pairing.test(line));
  return { html, all: [python, lines.map(bare)], paired: [python, paired.map(bare)] };
}

const marks = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
const escape = (text: string) => text.replace(/[&<>"']/g, (mark) => marks[mark as "&"]);
/** The lines of code in `pieces` of the page. */
const codes = (pieces: string[]) =>
  [...pieces.join("\n").matchAll(/<code data-line.*?>(.*?)<\/code>/g)]
    .map(([, code]) => code!.replace(/<[^>]*>/g, ""));

Deno.test("beside: every line of both, as data, and what the README says of them", () => {
  const { html, all } = example();
  const [header, main] = html.split("<main>");
  const cells = main!.split("<td>").slice(1);
  const shown = [0, 1].map((side) => codes(cells.filter((_, index) => index % 2 === side)));
  assertEquals(shown, all.map((lines) => lines.map(escape)));

  const calling = shown[1]!.filter((line) => line.includes("listener.close("));
  const explained = main!.split("\n").filter((line) => line.includes(": satu.</p>"));
  assert(calling.length > 0);
  assertEquals(codes(explained), calling);

  assertEquals(header!.match(/<tr>/g)?.length, 12);
  assert(header!.includes('<td><code>host || "127.0.0.1"</code></td>'));
});

/** In a browser: what each frame shows, before and after its switch is used. */
const look = `onload = () => {
  const looks = [...document.querySelectorAll("iframe")].map(({ contentDocument: page }) => {
    const all = (what) => [...page.querySelectorAll(what)].filter((one) => one.checkVisibility());
    const lines = () => ["first", "last"].map((side) =>
      all("td:" + side + "-child > div > code").map((line) => line.textContent));
    const sizes = all("main *").map((one) => parseFloat(getComputedStyle(one).fontSize));
    const [left, right] = all("tr:not(.beyond) > td").map((one) => one.getBoundingClientRect().x);
    const shape = [page.documentElement.scrollWidth, left === right];
    const before = lines();
    page.querySelector("label").click();
    const text = page.body.innerText;
    return { before, after: lines(), shape, size: Math.min(...sizes), text };
  });
  document.title = encodeURIComponent(JSON.stringify(looks));
}`;

const ignore = output("chromium", "--version") === undefined;
const name = `beside: in a browser and on paper${ignore ? " (skipped: no chromium)" : ""}`;
Deno.test({ name, ignore }, () => {
  const { html, all, paired } = example();
  // As on paper: on a screen as wide as a sheet, with the styles of both exchanged.
  const other = { print: "screen", screen: "print" };
  const paper = html.replace(/(?<=@media )\w+/g, (medium) => other[medium as "print"]);
  const frame = (html: string, width: number) =>
    `<iframe width="${width}" frameborder="0" srcdoc="${escape(html)}"></iframe>`;
  const frames = [frame(html, 1280), frame(html, 390), frame(paper, 718)];
  const folder = Deno.makeTempDirSync();
  const path = `${folder}/frames.html`;
  Deno.writeTextFileSync(path, `<script>${look}</script>${frames.join("")}`);
  const flags = ["--headless", "--no-sandbox", "--hide-scrollbars", `--user-data-dir=${folder}`];
  flags.push("--host-resolver-rules=MAP * ~NOTFOUND"); // else it asks for updates
  const dom = output("chromium", ...flags, "--dump-dom", `file://${path}`)!;
  Deno.removeSync(folder, { recursive: true });

  const looks = JSON.parse(decodeURIComponent(dom.match(/<title>(.*)<\/title>/)![1]!));
  for (const { before, after } of looks) assertEquals([before, after], [all, paired]);
  const [wide, phone, sheet] = looks;
  assertEquals(wide.shape, [1280, false]);
  assertEquals(phone.shape, [390, true]);
  assertEquals(sheet.shape, [718, false]);
  assert(sheet.size > 9.33); // 7 points
  assertMatch(sheet.text, /^ServerTCP\s+ServerTCP.py Alvian Syah Burhani: Pembuatan Socket TCP/);
});
