import { assert, assertEquals, assertMatch } from "@std/assert";
import { reportDir, reportFile, root } from "./support/driver.ts";

// How many lines each Python twin has, blank ones not counted, and its twin at most.
const lines = {
  tcp_server: [18, 50],
  tcp_client: [13, 50],
  udp_server: [14, 50],
  udp_client: [12, 55],
};
type Name = keyof typeof lines;
const read = (name: string) => Deno.readTextFileSync(new URL(name, root));

/** The lines of the Python twin of `script`, or none where the report is not at hand. */
const twin = (script: Name) =>
  reportDir ? read(reportFile(script)).split("\n").filter((line) => line.trim() !== "") : [];

for (const [script, [count, most]] of Object.entries(lines) as [Name, [number, number]][]) {
  const text = read(`${script}.ts`);

  Deno.test(`${script}: every line of its Python twin is accounted for, in order`, () => {
    const steps = [...text.matchAll(/\/\/ py (\d+)(?:-(\d+))?: ([\w, ]+)/g)];
    const missing = new Set(Array.from({ length: count }, (_, index) => index + 1));
    let last = 1;
    for (const [step, first, end, words] of steps) {
      const [from, to] = [Number(first), Number(end ?? first)];
      assert(from >= last && to >= from && to <= count, `${step} behind py ${last}`);
      for (let line = from; line <= to; line++) missing.delete(line);
      last = from;
      if (!reportDir) continue;
      assertEquals(twin(script).length, count);
      const own = twin(script).slice(from - 1, to).join("\n");
      for (const word of words!.trim().split(", ")) assertMatch(own, RegExp(`\\b${word}\\b`));
    }
    assertEquals([...missing], []);
  });

  Deno.test(`${script}: keeps the words and the names of its Python twin`, () => {
    for (const line of twin(script)) {
      for (const [, literal] of line.matchAll(/["']([^"'{}]*[a-z][^"'{}]*)/g)) {
        assert(text.includes(literal!) || literal === "Masukkan port server: ", literal);
      }
      for (const [, name] of line.matchAll(/^\s*(\w+)(?:, \w+)? = /g)) {
        const ours = `(?:${name}${name!.includes("socket") ? "|socket|connection|listener" : ""})`;
        assertMatch(text, RegExp(`\\b(?:(?:const|let) [[{]?|, )${ours}\\b`));
      }
    }
  });

  Deno.test(`${script}: is a command, short, begins with the lesson, and catches nothing`, () => {
    const { mode } = Deno.statSync(new URL(`${script}.ts`, root));
    assert(Deno.build.os === "windows" || (mode! & 0o111) === 0o111);
    const unstable = script.startsWith("udp") ? " --unstable-net" : "";
    assert(text.startsWith(`#!/usr/bin/env -S deno run --allow-net${unstable}\n`));
    const own = text.trimEnd().split("\n");
    assert(own.length <= most, `${own.length} lines`);
    assert(own.findIndex((line) => line.includes("// py 2")) < 10);
    assertEquals(text.match(/^import .*/gm)?.length, 1);
    assertEquals(text.includes("try {"), false);
  });
}
