import { assertEquals, assertRejects } from "@std/assert";
import {
  command,
  freePort,
  Program,
  protocols,
  type Script,
  serve,
  udpPeer,
} from "./support/driver.ts";

/** Starts a script that may use `net` alone and may ask for nothing; what it touches goes to `log`. */
function audited(script: Script, args: string[], net: string, log: string): Program {
  const permissions = [`--allow-net=${net}`, "--no-prompt"];
  const options = { env: { DENO_AUDIT_PERMISSIONS: log } };
  return new Program(Deno.execPath(), command(script, args, permissions), options);
}

for (const protocol of protocols) {
  Deno.test(`${protocol}: the scripts need their own address of the network, and nothing else`, async () => {
    const folder = Deno.makeTempDirSync();
    const logs = ["server", "client"].map((side) => `${folder}/${side}`);
    try {
      const port = freePort();
      // A datagram socket also answers at other ports than its own.
      const net = protocol === "tcp" ? `127.0.0.1:${port}` : "127.0.0.1";
      await using server = audited(
        `${protocol}_server`,
        ["--port", `${port}`, "--skema"],
        net,
        logs[0]!,
      );
      if (protocol === "tcp") await server.until("Menunggu koneksi dari client...\n");
      else {
        using peer = udpPeer(port);
        const knock = setInterval(() => peer.send("halo"), 20);
        await server.until("[Client]: halo\n");
        clearInterval(knock);
        await server.type("hai\n".repeat(server.out.match(/halo/g)!.length + 100));
      }
      await using client = audited(
        `${protocol}_client`,
        ["--port", `${port}`, "--skema"],
        net,
        logs[1]!,
      );
      await client.type("halo\n");
      if (protocol === "tcp") await server.type("hai\n");
      await client.until("[Server]: hai\n");
      await client.type("exit\n");
      assertEquals([await client.status, await server.status], [0, 0]);
      for (const log of logs) {
        const touched = Deno.readTextFileSync(log).trim().split("\n").map((line) =>
          JSON.parse(line)
        );
        for (const { permission, value } of touched) {
          if (permission === "import") continue; // Deno itself, fetching the packages
          assertEquals([permission, value.split(":")[0].replace(/^"/, "")], ["net", "127.0.0.1"]);
        }
      }
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  });
}

Deno.test("tcp: a server on the default is reached at 127.0.0.1 alone", async () => {
  const { server, port } = await serve("tcp_server");
  await using _server = server;
  // The machine has these addresses as well; on Linux all of 127.0.0.0/8 are its own.
  for (const hostname of ["::1", ...(Deno.build.os === "linux" ? ["127.0.0.2"] : [])]) {
    await assertRejects(() => Deno.connect({ hostname, port }), Deno.errors.ConnectionRefused);
  }
  (await Deno.connect({ hostname: "127.0.0.1", port })).close();
  assertEquals(await server.status, 0);
});

Deno.test("udp: a server on the default is reached at 127.0.0.1 alone", async () => {
  const { server, port } = await serve("udp_server");
  await using _server = server;
  if (Deno.build.os === "linux") {
    using other = udpPeer(port, "127.0.0.2");
    await other.send("dari alamat lain");
  }
  using v6 = udpPeer(port, "::1");
  await v6.send("dari IPv6");
  using peer = udpPeer(port);
  await peer.send("exit");
  assertEquals(await server.status, 0);
  assertEquals(server.out, "");
});
