import { assertEquals } from "@std/assert";
import { freePort, Program, protocols, serve, start } from "./support/driver.ts";

// nc and ncat take the same arguments for what is played here.
const client = (protocol: string, port: number) => [
  ...(protocol === "udp" ? ["-u"] : []),
  "127.0.0.1",
  `${port}`,
];
const server = (protocol: string, port: number) => ["-v", "-l", ...client(protocol, port)];

/** How programs that nobody here wrote play each side, and what they say once they listen. */
const tools = [
  { name: "nc", client, server, listens: { tcp: "Listening on ", udp: "Bound on " } },
  {
    name: "ncat",
    client,
    server,
    listens: { tcp: "Listening on 127.0.0.1", udp: "Listening on 127.0.0.1" },
  },
  {
    name: "socat",
    client: (protocol: string, port: number) => ["-", `${protocol}:127.0.0.1:${port}`],
    server: (
      protocol: string,
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
    return name === "nc" && !text.includes("OpenBSD") ? "another nc than OpenBSD's" : "";
  } catch {
    return `no ${name}`;
  }
}

for (const { name, client, server, listens } of tools) {
  const lack = lacking(name);
  for (const protocol of protocols) {
    Deno.test({
      name: `${protocol}: opposite ${name}, as a client and as a server${
        lack && ` (skipped: ${lack})`
      }`,
      ignore: lack !== "",
      async fn() {
        {
          const { server: ours, port } = await serve(`${protocol}_server`);
          await using _ours = ours;
          await using theirs = new Program(name, client(protocol, port));
          for (const [pesan, balas] of [["halo é", "hai 😀"], ["dua", "two"]]) {
            await theirs.type(`${pesan}\n`);
            await ours.until(`[Client]: ${pesan}\n[Server] Ketik balasan: `);
            await ours.type(`${balas}\n`);
            await theirs.until(balas!);
          }
          await theirs.type("exit\n");
          assertEquals(await ours.status, 0);
        }
        const port = freePort();
        await using theirs = new Program(name, server(protocol, port));
        await theirs.until(listens[protocol], "err");
        await using ours = start(`${protocol}_client`, ["-p", `${port}`]);
        for (const [pesan, balas] of [["halo é", "hai 😀"], ["dua", "two"]]) {
          await ours.type(`${pesan}\n`);
          await theirs.until(pesan!);
          await theirs.type(`${balas}\n`);
          await ours.until(`[Server]: ${balas}\n[Client] Ketik pesan: `);
        }
        await ours.type("exit\n");
        assertEquals(await ours.status, 0);
        await theirs.until("exit");
      },
    });
  }
}
