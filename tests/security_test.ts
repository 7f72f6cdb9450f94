import { assertEquals, assertRejects } from "@std/assert";
import {
  command,
  freePort,
  Program,
  protocols,
  type Script,
  serve,
  test,
  udpPeer,
} from "./support/driver.ts";

test("the scripts need their own address, and nothing else", protocols, async (protocol) => {
  const folder = Deno.makeTempDirSync();
  const tcp = protocol === "tcp"; // a datagram socket of a client has a port of its own
  /** Starts one side, which may use this address alone; Deno logs whatever it touches. */
  const audited = (script: Script, port: string) => {
    const net = `--allow-net=127.0.0.1${tcp ? `:${port}` : ""}`;
    const args = command(script, ["-p", port, "--skema"], ["--no-prompt", net]);
    const env = { DENO_AUDIT_PERMISSIONS: `${folder}/${script}` };
    return new Program(Deno.execPath(), args, { env });
  };
  const free = tcp ? `${freePort()}` : "0";
  await using server = audited(`${protocol}_server`, free);
  await server.until(tcp ? "Menunggu koneksi" : "sistem: ", tcp ? "out" : "err");
  const port = tcp ? free : await server.until("\n", "err");
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
});

// On Linux all of 127.0.0.0/8 are the computer's own addresses.
const others = Deno.build.os === "linux" ? ["::1", "127.0.0.2"] : ["::1"];

test("a server on the default is reached at 127.0.0.1 alone", protocols, async (protocol) => {
  const { server, port } = await serve(`${protocol}_server`);
  await using _server = server;
  for (const hostname of others) {
    using other = udpPeer(port, hostname);
    if (protocol === "udp") await other.send("dari alamat lain");
    else await assertRejects(() => Deno.connect({ hostname, port }), Deno.errors.ConnectionRefused);
  }
  using peer = udpPeer(port);
  if (protocol === "udp") await peer.send("exit");
  else (await Deno.connect({ hostname: "127.0.0.1", port })).close();
  assertEquals(await server.status, 0);
  assertEquals(server.out.includes("lain"), false);
});
