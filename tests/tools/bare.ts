// The bare calls of one side of a chat, with no promise kept but speed: what the runtime costs.
// bare.ts tcp_server|tcp_client|udp_server|udp_client PORT, messages on standard input.
const [script = "", port] = Deno.args;
const server = script.endsWith("server");
const address = { hostname: "127.0.0.1", port: Number(port) };
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const [chunk, buffer] = [new Uint8Array(65_536), new Uint8Array(65_536)];

let send: (bytes: Uint8Array) => Promise<number>;
let receive: () => Promise<Uint8Array>;
if (script.startsWith("tcp")) {
  const listener = server ? Deno.listen(address) : undefined;
  if (listener) console.error(listener.addr.port);
  const connection = await (listener?.accept() ?? Deno.connect(address));
  send = (bytes) => connection.write(bytes);
  receive = async () => buffer.subarray(0, await connection.read(buffer) ?? 0);
} else {
  const own = server ? address : { ...address, port: 0 };
  const socket = Deno.listenDatagram({ ...own, transport: "udp" });
  if (server) console.error((socket.addr as Deno.NetAddr).port);
  let peer: Deno.Addr = { ...address, transport: "udp" };
  send = (bytes) => socket.send(bytes, peer);
  receive = async () => {
    const [bytes, from] = await socket.receive(buffer);
    peer = from;
    return bytes;
  };
}

/** Shows what the peer sends, and asks for the answer. */
async function hear(): Promise<void> {
  const text = decoder.decode(await receive());
  if (text === "exit") Deno.exit();
  Deno.stdout.writeSync(encoder.encode(`[Peer]: ${text}\n[Own] Ketik pesan: `));
}

if (server) await hear();
for (let rest = "";;) {
  const size = await Deno.stdin.read(chunk); // one read per burst
  const lines = (rest + decoder.decode(chunk.subarray(0, size!))).split("\n");
  rest = lines.pop()!;
  for (const line of lines) {
    await send(encoder.encode(line));
    if (line === "exit") Deno.exit();
    await hear();
  }
}
