// The scripts opposite programs that nobody here wrote: nc, ncat, socat.
import { assertEquals } from "@std/assert";
import { Program, serve, start } from "./support/chat.ts";
import { type Protocol } from "./support/scripts.ts";
import { freePort, output } from "./support/system.ts";

// Programs that nobody here wrote: as a client, as a server, and what they say once they listen.
const address = "127.0.0.1 PORT";
const tools: [string, Protocol, string, string, string][] = [
  ["nc", "tcp", address, `-v -l ${address}`, "Listening on "],
  ["nc", "udp", `-u ${address}`, `-v -u -l ${address}`, "Bound on "],
  ["ncat", "tcp", address, `-v -l ${address}`, "Listening on 127.0.0.1"],
  ["ncat", "udp", `-u ${address}`, `-v -u -l ${address}`, "Listening on 127.0.0.1"],
  ["socat", "tcp", "- tcp:127.0.0.1:PORT", "-dd - tcp-listen:PORT,bind=127.0.0.1", "listening on "],
  ["socat", "udp", "- udp:127.0.0.1:PORT", "-dd - udp-listen:PORT,bind=127.0.0.1", "listening on "],
];
const turns = [["halo é", "hai 😀"], ["dua", "two"]] as const;

for (const [tool, protocol, client, server, listens] of tools) {
  const help = output(tool, "-h") ?? "";
  // The options of nc differ between its makers.
  const ignore = !help.includes(tool === "nc" ? "OpenBSD" : tool);
  const at = (port: number, words: string) =>
    new Program(`${tool} ${words.replace("PORT", `${port}`)}`.split(" "));

  Deno.test({
    name: `${tool} as a client over ${protocol}`,
    ignore,
    fn: async () => {
      await using ours = await serve(`${protocol}_server`);
      await using theirs = at(ours.port, client);
      for (const [pesan, balas] of turns) {
        await theirs.type(`${pesan}\n`);
        await ours.until(`[Client]: ${pesan}\n[Server] Ketik balasan: `);
        await ours.type(`${balas}\n`);
        await theirs.until(balas);
      }
      await theirs.type("exit\n"); // with the line end, which is not part of it
      assertEquals(await ours.ended(), 0);
    },
  });

  Deno.test({
    name: `${tool} as a server over ${protocol}`,
    ignore,
    fn: async () => {
      const port = freePort();
      await using theirs = at(port, server);
      await theirs.until(listens, "err");
      await using ours = start(`${protocol}_client`, ["--port", `${port}`]);
      for (const [pesan, balas] of turns) {
        await ours.type(`${pesan}\n`);
        await theirs.until(pesan);
        await theirs.type(`${balas}\n`);
        await ours.until(`[Server]: ${balas}\n[Client] Ketik pesan: `);
      }
      await ours.type("exit\n");
      assertEquals(await ours.ended(), 0);
      await theirs.until("exit");
    },
  });
}
