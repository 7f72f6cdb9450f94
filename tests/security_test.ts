// What the scripts may use and who reaches them.
import { assert, assertEquals, assertRejects } from "@std/assert";
import { listening, Program, run, serve } from "./support/driver.ts";
import { udpPeer } from "./support/peer.ts";
import { about, command, protocols, type Script, scripts } from "./support/scripts.ts";
import { lackOf } from "./support/system.ts";

const denied = scripts.flatMap((script) =>
  [[script, "127.0.0.1", ""], [script, "::1", "--allow-net=192.0.2.9"], [script, "localhost", ""]]
    .map(([script, host, right]) => [script as Script, host!, right!] as const)
);
for (const [script, host, right] of denied) {
  Deno.test(about("a missing permission is told, status 1", [script, host, right]), async () => {
    const rights = ["--no-prompt", right].filter((right) => right !== "");
    const ended = await run(script, ["--port", "5000", "--host", host], "", rights);
    const place = host === "::1" ? `[${host}]` : host;
    const line = `${place}:5000: belum ada izin, tambahkan --allow-net (`;
    assertEquals([ended.out, ended.status], ["", 1]);
    assert(ended.err.startsWith(line) && ended.err.endsWith(")\n"), ended.err);
    // Which host it is that Deno lacks; the look-up of a UDP client's server has words of its own.
    const lookup = script === "udp_client" && host === "localhost";
    assert(lookup || ended.err.includes(`net access to "${place}:`), ended.err);
  });
}

for (const protocol of protocols) {
  Deno.test(about("a permission for a name is enough for it", protocol), async () => {
    await using server = await serve(`${protocol}_server`);
    const name = protocol === "tcp" ? "localhost" : "localhost,127.0.0.1"; // and its own address
    const args = ["--port", `${server.port}`, "--host", "localhost"];
    const rights = ["--no-prompt", `--allow-net=${name}`];
    const client = await run(`${protocol}_client`, args, "exit\n", rights);
    assertEquals([client.err, client.status, await server.status], ["", 0, 0]);
  });
}

for (const protocol of protocols) {
  Deno.test(about("the scripts need their own address, and nothing else", protocol), async () => {
    const folder = Deno.makeTempDirSync();
    /** Starts one side, which may use this address alone; Deno logs whatever it touches. */
    const audited = (script: Script, port: number) => {
      const rights = ["--no-prompt", "--allow-net=127.0.0.1"];
      const words = command(script, ["--port", `${port}`, "--skema"], rights);
      const env = { DENO_AUDIT_PERMISSIONS: `${folder}/${script}` };
      return new Program(words, { env });
    };
    await using server = await listening(audited(`${protocol}_server`, 0));
    await using client = audited(`${protocol}_client`, server.port);
    await Promise.all([client.type("halo\nexit\n"), server.type("hai\n")]);
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
}

// On Linux all of 127.0.0.0/8 are the computer's own addresses.
const others = ["::1", ...(Deno.build.os === "linux" ? ["127.0.0.2"] : [])]
  .filter((host) => !lackOf(host));
for (const protocol of protocols) {
  Deno.test(about("a server on the default is reached at 127.0.0.1 alone", protocol), async () => {
    await using server = await serve(`${protocol}_server`);
    const { port } = server;
    for (const hostname of others) {
      using other = udpPeer(port, hostname);
      if (protocol === "udp") await other.send("dari alamat lain");
      else {await assertRejects(() =>
          Deno.connect({ hostname, port }), Deno.errors.ConnectionRefused);}
    }
    await run(`${protocol}_client`, ["--port", `${port}`], "exit\n");
    assertEquals(await server.status, 0);
    assertEquals(server.out.includes("lain"), false);
  });
}
