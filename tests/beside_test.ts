// The page that docs/beside.ts writes: that it shows every line, and what a browser makes of it.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { read, unless } from "./support/scripts.ts";
import { output } from "./support/system.ts";

const scripts = ["tcp_server.ts", "tcp_client.ts", "udp_server.ts", "udp_client.ts"];
const guide = "docs/reading.id.md";
/** A class's own version of the report, as long: files of Windows, with markup and a blank line. */
const markup = "# </td><script></script>&lt;";
const line = 'print(f"{baris} < 1")';
const twins = { ServerTCP: 18, ClientTCP: 13, ServerUDP: 14, ClientUDP: 12 };

type Edit = [file: string, from: string | RegExp, to: string];

/** What the task makes of a copy of its files, edited, with the report in `laporan`. */
function make(folders: string[], edits: Edit[]) {
  const docs = ["docs/beside.ts", "docs/beside.css", "docs/deno.lock", guide];
  const names = ["deno.json", ...docs, ...scripts];
  const files = Object.fromEntries(names.map((name) => [name, read(name)]));
  for (const [twin, size] of Object.entries(twins)) {
    files[`laporan/${twin}.py`] = `\uFEFF${markup}\r\n\r\n` + `${line}\r\n`.repeat(size - 1);
  }
  files["beside.html"] = "lama";
  for (const [file, from, to] of edits) files[file] = files[file]!.replace(from, to);

  const cwd = Deno.makeTempDirSync();
  for (const folder of ["docs", "laporan"]) Deno.mkdirSync(`${cwd}/${folder}`);
  for (const [name, text] of Object.entries(files)) Deno.writeTextFileSync(`${cwd}/${name}`, text);
  const args = ["task", "-q", "beside", ...folders];
  const { code, stderr } = new Deno.Command(Deno.execPath(), { args, cwd }).outputSync();
  const html = Deno.readTextFileSync(`${cwd}/beside.html`);
  Deno.removeSync(cwd, { recursive: true });
  return { status: code, said: new TextDecoder().decode(stderr), html };
}

const wrongs: [says: RegExp, folders: string[], edits: Edit[]][] = [
  [/^Pemakaian: deno task beside FOLDER\n$/, [], []],
  [/^tiada.ServerTCP.py: tidak dapat dibaca \(NotFound\)\n$/, ["tiada"], []],
  [/^tcp_client.ts: .+ 13, .+ 14 baris\n$/, ["laporan"], [["laporan/ClientTCP.py", /$/, "x"]]],
  [/^udp_client.ts:\d+: py 4 di luar .+\n$/, ["laporan"], [["udp_client.ts", "py 3:", "py 4:"]]],
  [/^udp_client.ts:\d+: py 1 di luar .+\n$/, ["laporan"], [["udp_client.ts", "py 3:", "py 1:"]]],
];
Deno.test.each(wrongs)("beside: says %s, the page of before stays", (says, folders, edits) => {
  const { status, said, html } = make(folders, edits);
  assertMatch(said, says);
  assertEquals([status, html], [1, "lama"]);
});

/** A page, and the lines that it is to show: Python's and TypeScript's. */
function example() {
  const explained = "| `close` | `listener.close()` | satu |\n";
  const page = make(["laporan"], [[guide, /^(?=\| `accept`)/m, explained]]);
  assertEquals([page.status, page.said], [0, ""]);
  const python = Object.values(twins).flatMap((size) => [markup, ...Array(size - 1).fill(line)]);
  const pairing = /\/\/ py [\d-]+:[^;]*(?:; *)?/;
  const lines = scripts.flatMap((name) => read(name).trimEnd().split("\n"));
  const bare = (line: string) => line.replace(pairing, "// ").replace(/ *\/\/ $/, "");
  const paired = lines.filter((line) => pairing.test(line));
  return { html: page.html, all: [python, lines.map(bare)], paired: [python, paired.map(bare)] };
}

const marks = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" };
const escape = (text: string) => text.replace(/[&<>"']/g, (mark) => marks[mark as "&"]);
/** The lines of code in pieces of the page. */
const codes = (pieces: string[]) =>
  [...pieces.join("\n").matchAll(/<code data-line.*?>(.*?)<\/code>/g)]
    .map(([, code]) => code!.replace(/<[^>]*>/g, ""));

Deno.test("beside: every line of both, as data, and what the guide says of them", () => {
  const { html, all } = example();
  const [header, main] = html.split("<main>");
  const cells = main!.split("<td>").slice(1);
  const shown = [0, 1].map((side) => codes(cells.filter((_, index) => index % 2 === side)));
  assertEquals(shown, all.map((lines) => lines.map(escape)));

  const explained = codes(main!.split("\n").filter((line) => line.includes(": satu.</p>")));
  assert(explained.length > 0);
  assertEquals(explained, shown[1]!.filter((line) => line.includes("listener.close(")));

  const [, table] = read(guide).split(/^## .*\n/m);
  assertEquals(header!.match(/<tr>/g)?.length, table!.match(/^\| `/gm)!.length);
  assert(header!.includes('<td><code>host || "127.0.0.1"</code></td>'));
});

Deno.test("beside: a button tells of its own script's calls, and is called like them", () => {
  const pages = example().html.split("<h2 ").slice(1);
  /** What the buttons of each pair's page that are called `name` say. */
  const told = (name: string) =>
    pages.map((page) =>
      [...page.matchAll(new RegExp(`aria-label="([^"]*, )?${name}[",].*</details>`, "g"))].join()
    );
  const tells = (name: string, words: string) => told(name).map((text) => text.includes(words));
  assertEquals(tells("TextDecoder", "stream: true"), [true, true, false, false]);
  assertEquals(tells("decoder.decode", "stream: true"), [true, true, false, false]);
  assertEquals(tells("TextDecoder", "selalu utuh"), [false, false, true, true]);
  assertEquals(tells("decoder.decode", "selalu utuh"), [false, false, false, false]);
  assertEquals(tells("recvfrom", "dari siapa pun"), [false, false, true, false]);
  assertEquals(tells("recvfrom", "bukan balasan"), [false, false, false, true]);
});

/** In a browser: what each frame shows, before and after its switch is used. */
const look = `onload = () => {
  const looks = [...document.querySelectorAll("iframe")].map(({ contentDocument: page }) => {
    const all = (what) => [...page.querySelectorAll(what)].filter((one) => one.checkVisibility());
    const lines = () => ["first", "last"].map((side) =>
      all("td:" + side + "-child > div > code").map((line) => line.textContent));
    const before = lines();
    page.getSelection().selectAllChildren(page.querySelector("main"));
    const copied = page.getSelection().toString();
    const grey = getComputedStyle(page.querySelector("td > .beyond")).printColorAdjust;
    page.querySelector("label").click();
    page.querySelector("details").open = true;
    const [left, right] = all("tr:not(.beyond) > td").map((one) => one.getBoundingClientRect().x);
    const sizes = all("main *").map((one) => parseFloat(getComputedStyle(one).fontSize));
    const shape = [page.documentElement.scrollWidth, left === right];
    const size = Math.min(...sizes);
    return { before, after: lines(), shape, size, text: page.body.innerText, copied, grey };
  });
  document.title = encodeURIComponent(JSON.stringify(looks));
}`;

const lack = output("chromium", "--version") ? "" : "no chromium";
Deno.test(...unless(lack, "beside: in a browser and on paper"), () => {
  const { html, all, paired } = example();
  // As on paper: on a screen as wide as a sheet, with the styles of both exchanged.
  const paper = html.replaceAll("@media screen", "@media none").replace(
    "@media print",
    "@media all",
  );
  const frame = (html: string, width: number) =>
    `<iframe width="${width}" frameborder="0" srcdoc="${escape(html)}"></iframe>`;
  const frames = [frame(html, 1280), frame(html, 390), frame(paper, 718)];
  const folder = Deno.makeTempDirSync();
  const head = `<meta charset="utf-8"><script>${look}</script>`; // else a browser guesses
  Deno.writeTextFileSync(`${folder}/frames.html`, head + frames.join(""));
  const flags = ["--headless", "--no-sandbox", "--hide-scrollbars", `--user-data-dir=${folder}`];
  flags.push("--host-resolver-rules=MAP * ~NOTFOUND"); // else it asks for updates
  const dom = output("chromium", ...flags, "--dump-dom", `file://${folder}/frames.html`)!;
  Deno.removeSync(folder, { recursive: true });

  const looks = JSON.parse(decodeURIComponent(dom.match(/<title>(.*)<\/title>/)![1]!));
  for (const { before, after } of looks) assertEquals([before, after], [all, paired]);
  assert(!html.includes(":has(")); // an older browser would not switch
  const [wide, phone, sheet] = looks;
  assertEquals([wide.shape, phone.shape, sheet.shape], [[1280, false], [390, true], [718, false]]);
  assert(sheet.size > 9.33); // 7 points
  assertMatch(sheet.text, /^ServerTCP\s+ServerTCP.py Alvian Syah Burhani: Pembuatan Socket TCP/);
  assertEquals(sheet.text.match(/Berlatar abu-abu: hanya di TypeScript/g)?.length, 4);
  assertEquals(sheet.grey, "exact");
  assert(wide.copied.includes(line) && wide.copied.includes("listener.close"));
  assertEquals(wide.copied.match(/^\?$/gm), null);
});
