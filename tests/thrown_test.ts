// What a socket throws in a script: a mistake is left to Deno; what Windows says ends no wait.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { listening, Program, tcpConnect, udpPeer } from "./support/chat.ts";
import { command, type Script, scripts } from "./support/scripts.ts";

/** Starts a script whose sockets go through `spoil(socket)`, lines of JavaScript, first. */
function spoiled(script: Script, spoil: string, port: number): Program {
  const code = `
const { listen, connect, listenDatagram } = Deno;
function spoil(socket) { ${spoil}; return socket; }
Deno.listenDatagram = (options) => spoil(listenDatagram(options));
Deno.connect = async (options) => spoil(await connect(options));
Deno.listen = (options) => {
  const listener = listen(options);
  const accept = listener.accept.bind(listener);
  return Object.assign(listener, { accept: async () => spoil(await accept()) });
};`;
  const preload = `--preload=data:text/javascript,${encodeURIComponent(code)}`;
  const words = command(script, ["--port", `${port}`], ["--allow-net", preload]);
  return new Program(words, { env: { NO_COLOR: "1" } }); // Deno's own words have colours, too
}

/** The calls in which somebody who changes a script may make a mistake. */
const calls = scripts.flatMap((script) =>
  (script.startsWith("tcp") ? ["write", "read"] : ["send", "receive"])
    .map((call) => [script, call] as const)
);
Deno.test.each(calls)(
  "%s: a mistake in %s is told by Deno, with its line",
  async (script, call) => {
    const spoil = `socket.${call} = () => salahKetik`;
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const server = script.endsWith("server");
    await using program = spoiled(script, spoil, server ? 0 : listener.addr.port);
    if (server) {
      const { port } = await listening(program);
      using peer = script === "tcp_server" ? await tcpConnect(port) : udpPeer(port);
      await peer.send("halo");
    }
    await program.type("halo\n");
    assertEquals(await program.ended(), 1);
    assertMatch(program.err, /ReferenceError: salahKetik is not defined/);
    assert(program.err.includes(`/${script}.ts:`), program.err);
    assert(!program.err.includes("tidak terkirim"), program.err);
  },
);

// Windows tells a receiver that an earlier datagram met nobody.
const met = `
const receive = socket.receive.bind(socket);
const errors = [new Deno.errors.ConnectionReset(), new Deno.errors.ConnectionReset()];
socket.receive = (buffer) => errors.length ? Promise.reject(errors.pop()) : receive(buffer)`;
Deno.test("udp: what Windows says of an earlier datagram ends no wait", async () => {
  await using server = await listening(spoiled("udp_server", met, 0));
  await using client = spoiled("udp_client", met, server.port);
  await client.type("halo\n");
  await server.type("hai\n");
  await client.until("[Server]: hai\n");
  await client.type("exit\n");
  assertEquals([await client.ended(), await server.ended(), client.err], [0, 0, ""]);
});
