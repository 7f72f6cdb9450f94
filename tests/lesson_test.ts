// That a script can be read beside its twin: the same words and names, at the lines that it marks.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { read, root, scripts, unless } from "./support/scripts.ts";
import { lack, reportFile } from "./support/system.ts";

Deno.test.each(scripts)("%s is a command", (script) => {
  const unstable = script.startsWith("udp") ? " --unstable-net" : "";
  const [first] = read(`${script}.ts`).split("\n");
  assertEquals(first, `#!/usr/bin/env -S deno run --allow-net${unstable}`);
  const { mode } = Deno.statSync(new URL(`${script}.ts`, root));
  assert(Deno.build.os === "windows" || (mode! & 0o111) === 0o111);
});

const same = "accept close connect decode encode input listen print recvfrom".split(" ");

// That every line of a twin is accounted for, in order, is what beside_test.ts tests.
Deno.test.each(scripts)(
  ...unless(lack.report, "%s has the words and names of its twin"),
  (script) => {
    const text = read(`${script}.ts`);
    const twin = read(reportFile(script)).split("\n").filter((line) => line.trim() !== "");
    const marks = text.matchAll(/^(.*)\/\/ py (\d+)(?:-(\d+))?: ([\w, ]+)/gm);
    for (const [, code, first, last, words] of marks) {
      const lines = twin.slice(Number(first) - 1, Number(last ?? first)).join("\n");
      for (const word of words!.trim().split(", ")) {
        assertMatch(lines, RegExp(`\\b${word}\\b`));
        // What bears Python's name is called in that line.
        if (code && same.includes(word)) assertMatch(code, RegExp(`\\b${word}\\(`));
      }
    }
    for (const [, literal] of twin.join("\n").matchAll(/["']([^"'{}\n]*[a-z][^"'{}\n]*)/g)) {
      assert(text.includes(literal!), literal);
    }
    for (const [, name] of twin.join("\n").matchAll(/^\s*(\w+)(?:, \w+)? = /gm)) {
      const ours = `(?:${name}${name!.includes("socket") ? "|socket|connection|listener" : ""})`;
      assertMatch(text, RegExp(`\\b(?:(?:const|let) [[{]?|, )${ours}\\b`));
    }
  },
);
