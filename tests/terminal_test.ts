// What a person sees and types in a terminal.
import { assert, assertEquals } from "@std/assert";
import { meet, Program } from "./support/chat.ts";
import { command, scripts, unless } from "./support/scripts.ts";
import { inTerminal, lack } from "./support/system.ts";

const paint = (text: string, colour: number) => `\x1b[${colour}m${text}\x1b[39m`;
const cyan = (text: string) => text.replace(/^\[Client\][^:]*:/, (label) => paint(label, 36));
const green = (text: string) => text.replace(/^\[Server\][^:]*:/, (label) => paint(label, 32));

const chats = scripts.flatMap((script) => [[script, ""], [script, "1"]] as const);
Deno.test.each(chats)(...unless(lack.terminal, "%s: colours, NO_COLOR=%s"), async (...one) => {
  const [script, NO_COLOR] = one;
  await using chat = await meet(script, [], "127.0.0.1", { NO_COLOR });
  if (!NO_COLOR) {
    chat.prompt = cyan(green(chat.prompt));
    chat.label = cyan(green(chat.label));
  }
  await chat.hear("jam 9:00: [Server]: ya", "jam 9:00: [Server]: ya"); // no label but the first
  if (chat.other === "Client") await chat.ask();
  await chat.type("haloo\x7f\nlagi\n"); // the backspace takes back one letter
  assertEquals(await chat.peer.receive(4), "halo");
  await chat.peer.send("ya");
  assertEquals(await chat.peer.receive(4), "lagi");
  assertEquals(chat.out.includes("\x1b"), !NO_COLOR);
});

const keys = scripts.flatMap((script) =>
  [[script, "Ctrl-D", "asks"], [script, "Ctrl-C", "asks"], [script, "Ctrl-C", "waits"]] as const
);
Deno.test.each(keys)(...unless(lack.terminal, "%s: %s ends it while it %s"), async (...one) => {
  const [script, key, moment] = one;
  await using chat = await meet(script, [], "127.0.0.1", { NO_COLOR: "1" });
  if (script === "tcp_server") await chat.until("Terhubung dengan ");
  await (moment === "asks" ? chat.ask() : chat.wait());
  await chat.type(key === "Ctrl-C" ? "\x03" : "\x04");
  assertEquals(await chat.ended(), key === "Ctrl-C" ? 130 : 0);
  const end = key === "Ctrl-C" ? "^C" : `${chat.prompt}\nInput selesai.\n`;
  assert(chat.out.endsWith(end), chat.out);
  if (script.startsWith("tcp")) assertEquals(await chat.peer.receive(), null);
});

const answers = [
  ["y", "Menunggu koneksi dari client...\n"],
  ["n", 'belum ada izin, tambahkan --allow-net (Requires net access to "127.0.0.1:0"'],
] as const;
Deno.test.each(answers)(...unless(lack.terminal, "Deno asks for net: %s"), async (...one) => {
  const [answer, line] = one;
  const words = inTerminal(command("tcp_server", ["--port=0"], []));
  await using server = new Program(words, { env: { NO_COLOR: "1" } });
  await server.until("all net permissions) > ");
  // Deno throws away what is typed too early.
  const knock = setInterval(() => server.type(`${answer}\n`), 100);
  await server.until(line).finally(() => clearInterval(knock));
  if (answer === "n") assertEquals(await server.ended(), 1);
});
