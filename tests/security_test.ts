import { assertEquals, assertRejects } from "@std/assert";
import {
  command,
  freePort,
  Program,
  protocols,
  type Script,
  serve,
  sideBySide,
  udpPeer,
} from "./support/driver.ts";

const linux = Deno.build.os === "linux"; // all of 127.0.0.0/8 are its own addresses

Deno.test("the scripts need their own address of the network, and nothing else", () =>
  sideBySide(protocols, async (protocol) => {
    const folder = Deno.makeTempDirSync();
    const asked = `${protocol === "tcp" ? freePort() : 0}`;
    /** Starts one side, which may use this address alone; Deno logs whatever it touches. */
    const audited = (script: Script, port: string) => {
      // A datagram socket of a client has a port of its own.
      const net = protocol === "tcp" ? `127.0.0.1:${port}` : "127.0.0.1";
      const args = command(script, ["-p", port, "--skema"], ["--no-prompt", `--allow-net=${net}`]);
      const env = { DENO_AUDIT_PERMISSIONS: `${folder}/${script}` };
      return new Program(Deno.execPath(), args, { env });
    };
    await using server = audited(`${protocol}_server`, asked);
    if (protocol === "tcp") await server.until("Menunggu koneksi dari client...\n");
    else await server.until("sistem: ", "err");
    const port = protocol === "tcp" ? asked : await server.until("\n", "err");
    await using client = audited(`${protocol}_client`, port);
    await Promise.all([client.type("halo\n"), server.type("hai\n")]);
    await client.until("[Server]: hai\n");
    await client.type("exit\n");
    assertEquals([await client.status, await server.status], [0, 0]);
    for (const side of ["server", "client"]) {
      const lines = Deno.readTextFileSync(`${folder}/${protocol}_${side}`).trim().split("\n");
      for (const { permission, value } of lines.map((line) => JSON.parse(line))) {
        if (permission === "import") continue; // Deno itself, fetching the packages
        assertEquals([permission, value.split(":")[0].replace(/^"/, "")], ["net", "127.0.0.1"]);
      }
    }
    Deno.removeSync(folder, { recursive: true });
  }));

Deno.test("tcp: a server on the default is reached at 127.0.0.1 alone", async () => {
  const { server, port } = await serve("tcp_server");
  await using _server = server;
  for (const hostname of ["::1", ...(linux ? ["127.0.0.2"] : [])]) {
    await assertRejects(() => Deno.connect({ hostname, port }), Deno.errors.ConnectionRefused);
  }
  (await Deno.connect({ hostname: "127.0.0.1", port })).close();
  assertEquals(await server.status, 0);
});

Deno.test("udp: a server on the default is reached at 127.0.0.1 alone", async () => {
  const { server, port } = await serve("udp_server");
  await using _server = server;
  for (const hostname of ["::1", ...(linux ? ["127.0.0.2"] : [])]) {
    using other = udpPeer(port, hostname);
    await other.send("dari alamat lain");
  }
  using peer = udpPeer(port);
  await peer.send("exit");
  assertEquals(await server.status, 0);
  assertEquals(server.out, "");
});
