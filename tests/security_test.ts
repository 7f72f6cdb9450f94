import { assertEquals, assertRejects } from "@std/assert";
import { listening, Program, run, serve } from "./support/driver.ts";
import { udpPeer } from "./support/peer.ts";
import { about, command, protocols, type Script, scripts } from "./support/scripts.ts";

const lacks = "belum ada izin jaringan: tambahkan --allow-net (NotCapable)\n";
const lookup = "tidak diizinkan: tambahkan --allow-net (EPERM)\n";
const denied = scripts.flatMap((script) =>
  [
    [script, "127.0.0.1", `127.0.0.1:5000: ${lacks}`, []],
    [script, "::1", `[::1]:5000: ${lacks}`, ["--allow-net=192.0.2.9"]],
    [script, "localhost", `localhost:5000: ${lookup}`, []],
  ] as const
);
for (const [script, host, err, rights] of denied) {
  Deno.test(
    about("without the permission the flag to add is said, status 1", [script, host, err, rights]),
    async () => {
      const ended = await run(script, ["-p", "5000", "--host", host], "", [
        "--no-prompt",
        ...rights,
      ]);
      assertEquals(ended, { out: "", err, status: 1 });
    },
  );
}

for (const protocol of protocols) {
  Deno.test(about("the scripts need their own address, and nothing else", protocol), async () => {
    const folder = Deno.makeTempDirSync();
    /** Starts one side, which may use this address alone; Deno logs whatever it touches. */
    const audited = (script: Script, port: number) => {
      const rights = ["--no-prompt", "--allow-net=127.0.0.1"];
      const words = command(script, ["-p", `${port}`, "--skema"], rights);
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
const others = Deno.build.os === "linux" ? ["::1", "127.0.0.2"] : ["::1"];
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
    await run(`${protocol}_client`, ["-p", `${port}`], "exit\n");
    assertEquals(await server.status, 0);
    assertEquals(server.out.includes("lain"), false);
  });
}
