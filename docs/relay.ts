// A bad network for the experiments: loses, delays and doubles what a UDP client sends to its server.
//   deno run --allow-net docs/relay.ts 5051 5050 sampai hilang tertunda sampai ganda
// The client sends to port 5051, the server listens on 5050; the words are the fates of the client's
// datagrams, in turn: arrives, lost, delayed (sent behind the next one), arrives, twice. All later
// ones arrive, and so does every reply. It needs no clock, so it does the same each time.
const [from, to, ...fates] = Deno.args;
if (![from, to].every((port) => Number(port) >= 1 && Number(port) <= 65535)) {
  console.error(
    "Cara pakai: docs/relay.ts PORT_CLIENT PORT_SERVER [sampai|hilang|tertunda|ganda ...]",
  );
  Deno.exit(2);
}
const hostname = "127.0.0.1";
const server = { hostname, port: Number(to), transport: "udp" } as const;
const socket = Deno.listenDatagram({ hostname, port: Number(from), transport: "udp" });
console.log(`Jaringan buruk: ${from} → ${to}`);

let client: Deno.Addr = server; // until one has sent something
let delayed: Uint8Array | undefined;

while (true) {
  const received = await socket.receive().catch((error) => {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  });
  if (!received) continue; // Windows, of a datagram sent before: nobody is there
  const [bytes, sender] = received;
  if ((sender as Deno.NetAddr).port === server.port) {
    await socket.send(bytes, client);
    continue;
  }
  client = sender;
  const fate = fates.shift() ?? "sampai";
  console.log(`${new TextDecoder().decode(bytes)}: ${fate}`);

  const before = delayed;
  delayed = fate === "tertunda" ? bytes : undefined;
  if (fate === "sampai" || fate === "ganda") await socket.send(bytes, server);
  if (fate === "ganda") await socket.send(bytes, server);
  if (before) await socket.send(before, server);
}
