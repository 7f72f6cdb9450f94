// What the scripts may use, and who reaches them.
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { listening, Program, run, serve, udpPeer } from "./support/chat.ts";
import { command, protocols, type Script, scripts } from "./support/scripts.ts";
import { lack } from "./support/system.ts";

const denied = scripts.flatMap((script) =>
  [[script, "127.0.0.1", ""], [script, "::1", "--allow-net=192.0.2.9"], [script, "localhost", ""]]
    .map(([script, host, right]) => [script as Script, host!, right!] as const)
);
Deno.test.each(denied)("%s --host %s %s: no permission, status 1", async (script, host, right) => {
  const rights = ["--no-prompt", right].filter((right) => right !== "");
  const ended = await run(script, ["--port", "5000", "--host", host], "", rights);
  const place = host === "::1" ? `[${host}]` : host;
  assertEquals([ended.out, ended.status], ["", 1]);
  assertMatch(ended.err, /^belum ada izin, tambahkan --allow-net \(.*\)\n$/);
  // Which host it is that lacks; the look-up of a UDP client has words of its own.
  const lookup = script === "udp_client" && host === "localhost";
  assert(lookup || ended.err.includes(`net access to "${place}:`), ended.err);
});

/** What each script needs at least, where `--allow-net` names hosts. */
const least = [
  ["tcp", "127.0.0.1", "127.0.0.1", "127.0.0.1"],
  ["udp", "127.0.0.1", "127.0.0.1", "127.0.0.1"],
  ["tcp", "localhost", "127.0.0.1", "localhost"],
  ["udp", "localhost", "127.0.0.1", "localhost,127.0.0.1"],
] as const;
Deno.test.each(least)("%s at %s: --allow-net=%s is enough, at the client %s", async (...one) => {
  const [protocol, host, atServer, atClient] = one;
  const logs: string[] = [];
  /** Starts one side; Deno logs whatever it touches. */
  const audited = (script: Script, args: string[], net: string) => {
    const words = command(script, ["--skema", ...args], ["--no-prompt", `--allow-net=${net}`]);
    logs.push(Deno.makeTempFileSync());
    return new Program(words, { env: { DENO_AUDIT_PERMISSIONS: logs.at(-1)! } });
  };
  await using server = await listening(audited(`${protocol}_server`, ["--port=0"], atServer));
  const args = ["--host", host, "--port", `${server.port}`];
  await using client = audited(`${protocol}_client`, args, atClient);
  await Promise.all([client.type("halo\nexit\n"), server.type("hai\n")]);
  assertEquals([await client.ended(), await server.ended()], [0, 0]);
  for (const log of logs) {
    const lines = Deno.readTextFileSync(log).trim().split("\n");
    const used = new Set(lines.map((line) => JSON.parse(line).permission));
    used.delete("import"); // Deno itself, fetching the packages
    assertEquals([...used], ["net"]);
    Deno.removeSync(log);
  }
});

// On Linux all of 127.0.0.0/8 are the computer's own addresses.
const others = [...lack.ipv6 ? [] : ["::1"], ...Deno.build.os === "linux" ? ["127.0.0.2"] : []];
Deno.test.each(protocols)("%s: a server is reached at 127.0.0.1 alone", async (protocol) => {
  await using server = await serve(`${protocol}_server`);
  const { port } = server;
  for (const hostname of others) {
    const connect = () => Deno.connect({ hostname, port });
    if (protocol === "tcp") await assertRejects(connect, Deno.errors.ConnectionRefused);
    using other = udpPeer(port, hostname);
    if (protocol === "udp") await other.send("dari alamat lain");
  }
  await run(`${protocol}_client`, ["--port", `${port}`], "exit\n");
  assertEquals(await server.ended(), 0);
  assertEquals(server.out.includes("lain"), false);
});
