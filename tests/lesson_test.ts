import { assert, assertEquals, assertMatch } from "@std/assert";
import { about, read, root, scripts } from "./support/scripts.ts";
import { reportDir, reportFile } from "./support/system.ts";

for (const script of scripts) {
  Deno.test(
    about("a script is a command, short, begins with the lesson, catches nothing", script),
    () => {
      const text = read(`${script}.ts`);
      const lines = text.trimEnd().split("\n");
      const unstable = script.startsWith("udp") ? " --unstable-net" : "";
      assertEquals(lines[0], `#!/usr/bin/env -S deno run --allow-net${unstable}`);
      const { mode } = Deno.statSync(new URL(`${script}.ts`, root));
      assert(Deno.build.os === "windows" || (mode! & 0o111) === 0o111);
      assert(lines.length <= (script === "udp_client" ? 55 : 50), `${lines.length} lines`);
      assert(lines.findIndex((line) => line.includes("// py 2")) < 10);
      assertEquals(text.match(/^import .*/gm)?.length, 1);
      assertEquals(text.includes("try {"), false);
    },
  );
}

// That every line of a twin is accounted for, in order, is what beside_test.ts tests.
const lack = reportDir ? "" : "REPORT_DIR is not set";
for (const script of scripts) {
  Deno.test(about("a script has the words and names of its twin", script, lack), () => {
    const text = read(`${script}.ts`);
    const twin = read(reportFile(script)).split("\n").filter((line) => line.trim() !== "");
    for (const [, first, last, words] of text.matchAll(/\/\/ py (\d+)(?:-(\d+))?: ([\w, ]+)/g)) {
      const lines = twin.slice(Number(first) - 1, Number(last ?? first)).join("\n");
      for (const word of words!.trim().split(", ")) assertMatch(lines, RegExp(`\\b${word}\\b`));
    }
    for (const [, literal] of twin.join("\n").matchAll(/["']([^"'{}\n]*[a-z][^"'{}\n]*)/g)) {
      assert(text.includes(literal!) || literal === "Masukkan port server: ", literal);
    }
    for (const [, name] of twin.join("\n").matchAll(/^\s*(\w+)(?:, \w+)? = /gm)) {
      const ours = `(?:${name}${name!.includes("socket") ? "|socket|connection|listener" : ""})`;
      assertMatch(text, RegExp(`\\b(?:(?:const|let) [[{]?|, )${ours}\\b`));
    }
  });
}
