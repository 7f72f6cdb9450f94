/**
 * Writes beside.html: each of the report's programs beside its twin, row by row as the scripts'
 * comments `// py N[-M]: words; remark` pair them.
 *     deno task beside ../report
 * @module
 */
// deno-lint-ignore no-import-prefix -- for this page alone: in deno.json it would be for all
import hljs from "npm:highlight.js@11.12.0/lib/common";

const root = Deno.realPathSync(`${import.meta.dirname}/..`);
const report =
  "Alvian Syah Burhani: <cite>Pembuatan Socket TCP/UDP dengan Python</cite>, Makassar 2025";
const pairs = [
  { twin: "ServerTCP", script: "tcp_server" },
  { twin: "ClientTCP", script: "tcp_client" },
  { twin: "ServerUDP", script: "udp_server" },
  { twin: "ClientUDP", script: "udp_client" },
];

/** A line of a program; in a script, the Python lines that it stands for. */
interface Line {
  number: number;
  code: string;
  py?: { from: number; to: number };
}

/** What belongs together; no Python where a script goes beyond its twin. */
interface Row {
  python: Line[];
  script: Line[];
}

/** Tells in one line what the user can mend; nothing is written. */
function fail(line: string): never {
  console.error(line);
  Deno.exit(1);
}

function read(path: string): string[] {
  try {
    return Deno.readTextFileSync(path).replace(/^\uFEFF/, "").trimEnd().split(/\r?\n/);
  } catch (error) {
    fail(`${path}: tidak dapat dibaca (${(error as Error).name})`);
  }
}

/** The cells of the table below `heading` in the reading guide, row by row. */
function readTable(heading: string): string[][] {
  const lines = read(`${root}/docs/reading.id.md`);
  const section = lines.slice(lines.indexOf(`## ${heading}`));
  const start = section.findIndex((line) => line.startsWith("| --")) + 1;
  return section.slice(start, section.indexOf("", start)).map((line) =>
    line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim().replaceAll("\\|", "|"))
  );
}

/** Markdown as HTML: what stands in backquotes is code. */
function inline(markdown: string): string {
  const text = markdown.replace(/[&<>]/g, (mark) => `&#${mark.charCodeAt(0)};`);
  return text.replace(/(`+) ?(.+?) ?\1(?!`)/g, "<code>$2</code>");
}

const calls = readTable("Panggilan demi panggilan");

/** A button for what the guide says of the calls in a line, known by their beginnings: `name(`. */
function explain(code: string, script: string): string {
  const names: string[] = [];
  const sentences: string[] = [];
  for (const [word, call, sentence] of calls as [string, string, string][]) {
    // `recvfrom` (server UDP): of that script alone, as its name says.
    const only = word.match(/\((.*)\)/)?.[1]?.toLowerCase().split(" ") ?? [];
    const found = call.match(/[\w.]+\(/g)?.filter((beginning) => code.includes(beginning)) ?? [];
    if (found.length === 0 || !only.every((part) => script.includes(part))) continue;
    names.push(...found.map((beginning) => beginning.slice(0, -1).replace(/^\./, "")));
    sentences.push(`${word === "–" ? "" : `${word} → `}${call}: ${sentence}.`);
  }
  if (names.length === 0) return "";
  return `<details><summary aria-label="${[...new Set(names)].join(", ")}">?</summary>${
    sentences.map((sentence) => `<p>${inline(sentence)}</p>`).join("")
  }</details>`;
}

/** A line of a script; of a comment that pairs, only the remark is shown. */
function parse(line: string, index: number): Line {
  const number = index + 1;
  const match = line.match(/\/\/ py (\d+)(?:-(\d+))?:[^;]*;? *(.*)$/);
  if (!match) return { number, code: line };
  const [comment, from, to = from, remark] = match;
  const code = line.replace(comment, remark ? `// ${remark}` : "").trimEnd();
  return { number, code, py: { from: Number(from), to: Number(to) } };
}

/** Pairs the lines of two programs. */
function pair(python: Line[], script: Line[], name: string): Row[] {
  const rows: Row[] = [];
  let beyond: Line[] = []; // until it is known whether the row goes on behind them
  let [least, done] = [1, 0]; // where the last range began, and how far the Python is shown
  for (const line of script) {
    if (!line.py) {
      beyond.push(line);
      continue;
    }
    const { from, to } = line.py;
    if (from < least || from > done + 1) fail(`${name}:${line.number}: py ${from} di luar urutan`);
    if (from > done) {
      rows.push({ python: [], script: beyond }, { python: [], script: [] });
      beyond = [];
    }
    const row = rows.at(-1)!;
    row.python.push(...python.slice(done, to));
    row.script.push(...beyond, line);
    beyond = [];
    [least, done] = [from, Math.max(done, to)];
  }
  if (done !== python.length) {
    fail(`${name}: py sampai ${done}, padahal kembarannya ${python.length} baris`);
  }
  return [...rows, { python: [], script: beyond }].filter(({ script }) => script.length > 0);
}

function show({ number, code }: Line, language: string): string {
  const { value } = hljs.highlight(code, { language });
  const indent = code.search(/\S|$/);
  return `<code data-line="${number}" style="--indent: ${indent}ch">${value}</code>`;
}

function showRow({ python, script }: Row, name: string): string {
  const left = python.map((line) => `<div>${show(line, "python")}</div>`);
  const right = script.map((line) =>
    `<div class="${line.py ? "" : "beyond"}">${show(line, "typescript")}${
      explain(line.code, name)
    }</div>`
  );
  return `<tr class="${python.length > 0 ? "" : "beyond"}">
<td>${left.join("\n")}</td>
<td>${right.join("\n")}</td>
</tr>`;
}

function showPair({ twin, script }: typeof pairs[number], folder: string): string {
  const lines = read(`${folder}/${twin}.py`).filter((line) => line.trim() !== "");
  const python = lines.map((code, index) => ({ number: index + 1, code }));
  const rows = pair(python, read(`${root}/${script}.ts`).map(parse), `${script}.ts`);
  return `<h2 id="${twin}">${twin}</h2>
<table>
<thead><tr><th>${twin}.py <span>${report}</span></th><th>${script}.ts \
<span>Satu kotak: sepadan. Berlatar abu-abu: hanya di TypeScript.</span></th></tr></thead>
<tbody>
${rows.map((row) => showRow(row, script)).join("\n")}
</tbody>
</table>`;
}

/** The page, an HTML document, for the report's programs in `folder`. */
function page(folder: string): string {
  const heading = "TypeScript bagi pembaca Python";
  const cells = readTable(heading).map((row) => row.map((cell) => `<td>${inline(cell)}</td>`));
  const links = pairs.map(({ twin }) => `<a href="#${twin}">${twin}</a>`);
  return `<!DOCTYPE html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Python dan kembarannya</title>
<style>
${read(`${root}/docs/beside.css`).join("\n")}
</style>
</head>
<body>
<header>
<h1>Empat program Python dan kembarannya</h1>
<p>Tombol <b>?</b> menjelaskan panggilan di baris itu. Yang dipakai bersama oleh keempat skrip ada di \
<a href="format.ts">format.ts</a>.</p>
<details>
<summary>${heading}</summary>
<table>
${cells.map((row) => `<tr>${row.join("")}</tr>`).join("\n")}
</table>
</details>
</header>
<input type="checkbox" id="only">
<nav>
${links.join("\n")}
<label for="only">Hanya yang sepadan</label>
</nav>
<main>
${pairs.map((names) => showPair(names, folder)).join("\n")}
</main>
</body>
</html>
`;
}

const [folder] = Deno.args.filter((word) => word !== "--"); // npm's habit
if (!folder) fail("Pemakaian: deno task beside FOLDER");
const path = `${root}/beside.html`;
Deno.writeTextFileSync(path, page(folder));
console.log(`Halaman ditulis: ${path}`);
