import { assertEquals } from "@std/assert";
import { freePort, Program, protocols, serve, start, test } from "./support/driver.ts";

// Programs that nobody here wrote: as a client, as a server, and what they say once they listen.
const [tcp, udp] = ["127.0.0.1 PORT", "-u 127.0.0.1 PORT"];
const tools = {
  nc: {
    tcp: [tcp, `-v -l ${tcp}`, "Listening on "],
    udp: [udp, `-v -l ${udp}`, "Bound on "],
  },
  ncat: {
    tcp: [tcp, `-v -l ${tcp}`, "Listening on 127.0.0.1"],
    udp: [udp, `-v -l ${udp}`, "Listening on 127.0.0.1"],
  },
  socat: {
    tcp: ["- tcp:127.0.0.1:PORT", "-d -d - tcp-listen:PORT,bind=127.0.0.1", "listening on "],
    udp: ["- udp:127.0.0.1:PORT", "-d -d - udp-listen:PORT,bind=127.0.0.1", "listening on "],
  },
};

/** Why `name` cannot be used here; "" where it can. */
function lacking(name: string): string {
  try {
    const { stdout, stderr } = new Deno.Command(name, { args: ["-h"] }).outputSync();
    const text = new TextDecoder().decode(new Uint8Array([...stdout, ...stderr]));
    // The options of nc differ between its makers.
    return name === "nc" && !text.includes("OpenBSD") ? "not OpenBSD's nc" : "";
  } catch {
    return `no ${name}`;
  }
}

const turns = [["halo é", "hai 😀"], ["dua", "two"]] as const;

for (const [name, played] of Object.entries(tools)) {
  test(`opposite ${name}, as a client and as a server`, protocols, async (protocol) => {
    const [client, server, listens] = played[protocol] as [string, string, string];
    const at = (port: number, words: string) =>
      new Program(name, words.replace("PORT", `${port}`).split(" "));
    const { server: ourServer, port } = await serve(`${protocol}_server`);
    await using _ourServer = ourServer;
    await using theirClient = at(port, client);
    for (const [pesan, balas] of turns) {
      await theirClient.type(`${pesan}\n`);
      await ourServer.until(`[Client]: ${pesan}\n[Server] Ketik balasan: `);
      await ourServer.type(`${balas}\n`);
      await theirClient.until(balas);
    }
    await theirClient.type("exit\n"); // with the line end, which is not part of it
    assertEquals(await ourServer.status, 0);

    const free = freePort();
    await using theirServer = at(free, server);
    await theirServer.until(listens, "err");
    await using ourClient = start(`${protocol}_client`, ["-p", `${free}`]);
    for (const [pesan, balas] of turns) {
      await ourClient.type(`${pesan}\n`);
      await theirServer.until(pesan);
      await theirServer.type(`${balas}\n`);
      await ourClient.until(`[Server]: ${balas}\n[Client] Ketik pesan: `);
    }
    await ourClient.type("exit\n");
    assertEquals(await ourClient.status, 0);
    await theirServer.until("exit");
  }, lacking(name));
}
