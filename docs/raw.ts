// A bare peer for the experiments: sends each typed line at once, shows what went and what comes.
//   deno run --allow-net docs/raw.ts tcp 5050
//   deno run --allow-net docs/raw.ts udp 5050
const [protocol, port] = [Deno.args[0], Number(Deno.args[1])];
const hostname = "127.0.0.1";
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const show = (arrow: "→" | "←", bytes: Uint8Array) =>
  console.log(`${arrow} ${bytes.length} byte: ${JSON.stringify(decoder.decode(bytes))}`);

let send: (bytes: Uint8Array) => Promise<number>;
if (protocol === "udp") {
  const socket = Deno.listenDatagram({ hostname, port: 0, transport: "udp" });
  send = (bytes) => socket.send(bytes, { hostname, port, transport: "udp" });
  (async () => {
    for await (const [bytes] of socket) show("←", bytes);
  })();
} else {
  const connection = await Deno.connect({ hostname, port });
  send = (bytes) => connection.write(bytes);
  (async () => {
    for await (const bytes of connection.readable) show("←", bytes);
    Deno.exit(); // the other side has closed
  })();
}
// A terminal gives a line at a time. Its line end is not sent: it is not part of the message.
for await (const line of Deno.stdin.readable) {
  const bytes = encoder.encode(decoder.decode(line).replace(/\r?\n$/, ""));
  await send(bytes);
  show("→", bytes);
}
Deno.exit();
