import { assertEquals } from "@std/assert";
import {
  freePort,
  Program,
  type Protocol,
  protocols,
  serve,
  sideBySide,
  start,
} from "./support/driver.ts";

/** How programs that nobody here wrote play each side (nc and ncat alike), and say they listen. */
const netcat = (
  protocol: Protocol,
  port: number,
) => [...(protocol === "udp" ? ["-u"] : []), "127.0.0.1", `${port}`];
const tools = [
  {
    name: "nc",
    client: netcat,
    server: (protocol: Protocol, port: number) => ["-v", "-l", ...netcat(protocol, port)],
    listens: { tcp: "Listening on ", udp: "Bound on " },
  },
  {
    name: "ncat",
    client: netcat,
    server: (protocol: Protocol, port: number) => ["-v", "-l", ...netcat(protocol, port)],
    listens: { tcp: "Listening on 127.0.0.1", udp: "Listening on 127.0.0.1" },
  },
  {
    name: "socat",
    client: (protocol: Protocol, port: number) => ["-", `${protocol}:127.0.0.1:${port}`],
    server: (
      protocol: Protocol,
      port: number,
    ) => ["-d", "-d", "-", `${protocol}-listen:${port},bind=127.0.0.1`],
    listens: { tcp: "listening on ", udp: "listening on " },
  },
];

/** Why `name` cannot be used here; "" where it can. */
function lacking(name: string): string {
  try {
    const { stdout, stderr } = new Deno.Command(name, { args: ["-h"] }).outputSync();
    const text = new TextDecoder().decode(new Uint8Array([...stdout, ...stderr]));
    // The options of nc differ between its makers.
    return name === "nc" && !text.includes("OpenBSD") ? " (skipped: not OpenBSD's nc)" : "";
  } catch {
    return ` (skipped: no ${name})`;
  }
}

const turns = [["halo é", "hai 😀"], ["dua", "two"]] as const;

for (const { name, client, server, listens } of tools) {
  const lack = lacking(name);
  Deno.test({
    name: `opposite ${name}, as a client and as a server${lack}`,
    ignore: lack !== "",
    fn: () =>
      sideBySide(protocols, async (protocol) => {
        {
          const { server: ours, port } = await serve(`${protocol}_server`);
          await using _ours = ours;
          await using theirs = new Program(name, client(protocol, port));
          for (const [pesan, balas] of turns) {
            await theirs.type(`${pesan}\n`);
            await ours.until(`[Client]: ${pesan}\n[Server] Ketik balasan: `);
            await ours.type(`${balas}\n`);
            await theirs.until(balas);
          }
          await theirs.type("exit\n"); // the line end that comes with it does no harm
          assertEquals(await ours.status, 0);
        }
        const port = freePort();
        await using theirs = new Program(name, server(protocol, port));
        await theirs.until(listens[protocol], "err");
        await using ours = start(`${protocol}_client`, ["-p", `${port}`]);
        for (const [pesan, balas] of turns) {
          await ours.type(`${pesan}\n`);
          await theirs.until(pesan);
          await theirs.type(`${balas}\n`);
          await ours.until(`[Server]: ${balas}\n[Client] Ketik pesan: `);
        }
        await ours.type("exit\n");
        assertEquals(await ours.status, 0);
        await theirs.until("exit");
      }),
  });
}
