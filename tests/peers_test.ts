// What a peer sends: any bytes, in any pieces, however long; and a peer that reads late.
import { assert } from "@std/assert";
import { meet } from "./support/chat.ts";
import { scripts } from "./support/scripts.ts";
import { lack } from "./support/system.ts";

const foreign = "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 ❤️ العربية עברית ภาษาไทย हिन्दी 한국어 e\u0301 ᮃᮊ᮪ᮞᮛ \u200f\u200d\ufeff";

/** What any peer may send, and how it is shown. */
const messages: [string | number[], string][] = [
  // one line end is not part of a message
  ["halo\n", "halo"],
  ["halo\r\n", "halo"],
  ["halo\n\n", "halo␊"],
  ["\n", ""],
  ["a\nb", "a␊b"],
  ["halo\r", "halo␍"],
  // nothing drives the terminal or forges a line; a tab stays a tab
  ["\u001b[2J\n[Server]: palsu\t\u009b1m\u202ez", "␛[2J␊[Server]: palsu\t⟨U+9b⟩1m⟨U+202e⟩z"],
  [foreign, foreign],
  // bytes that are not UTF-8
  [[0xff, 0x61, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0x62], "\ufffda\ufffd\ufffd\ufffd\ufffd\ufffdb"],
];
/** What differs: a datagram is whole, a character in a stream may come in pieces. */
const own: Record<string, [string | number[], string][]> = {
  tcp: [[[0x61, 0xe2], "a"], [[0x82], ""], [[0xac, 0x62, 0xf0, 0x9f], "€b"], [[0x98, 0x80], "😀"]],
  udp: [[[0x61, 0xe2, 0x82], "a\ufffd"], [[0xac, 0x62], "\ufffdb"], [[], ""]],
};
Deno.test.each(scripts)("%s: what a peer sends is shown as one line of text", async (script) => {
  await using chat = await meet(script);
  for (const [sent, line] of [...messages, ...own[script.slice(0, 3)]!]) {
    await chat.hear(typeof sent === "string" ? sent : new Uint8Array(sent), line);
  }
});

const udp = ["udp_server", "udp_client"] as const;
Deno.test.each(udp)("%s: the longest datagram is shown whole", async (script) => {
  for (const [host, size] of [["127.0.0.1", 65_507], ["::1", 65_527]] as const) {
    if (host === "::1" && lack.ipv6) continue;
    await using chat = await meet(script, [], host);
    const long = "é" + "x".repeat(size - 2);
    await chat.hear(long, long);
  }
});

Deno.test("tcp: a peer that reads late gets every byte", async () => {
  await using chat = await meet("tcp_server");
  const turns = 9_000;
  const reply = (turn: number) => `${turn} `.padEnd(1000 + turn % 24, "b");
  const replies = Array.from({ length: turns }, (_, turn) => reply(turn));
  const typed = chat.type(replies.map((line) => `${line}\n`).join(""));
  // Writes are cut short once both sides' buffers are full and the server shows nothing more.
  const sent = chat.peer.send("a".repeat(1024 * turns));
  for (let before = -1; before < chat.out.length;) {
    before = chat.out.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const expected = replies.join("");
  let got = "";
  while (got.length < expected.length) got += await chat.peer.receive();
  assert(got === expected);
  await Promise.all([typed, sent]);
});
