// The bare calls of one side of a chat, with no promise kept but speed: what the runtime costs.
// bare.ts tcp_server|tcp_client|udp_server|udp_client PORT COUNT; a client sends COUNT messages.
const [script = "", port, count] = Deno.args;
const server = script.endsWith("server");
const address = { hostname: "127.0.0.1", port: Number(port) };
const buffer = new Uint8Array(65_536);

let send: (bytes: Uint8Array) => Promise<number>;
let receive: () => Promise<Uint8Array>;
if (script.startsWith("tcp")) {
  const listener = server && Deno.listen(address);
  if (listener) console.error(listener.addr.port);
  const connection = await (listener ? listener.accept() : Deno.connect(address));
  send = (bytes) => connection.write(bytes);
  receive = async () => buffer.subarray(0, await connection.read(buffer) ?? 0);
} else {
  const socket = Deno.listenDatagram({ ...address, port: 0, transport: "udp" });
  if (server) console.error((socket.addr as Deno.NetAddr).port);
  let [bytes, peer]: [Uint8Array, Deno.Addr] = [buffer, { ...address, transport: "udp" }];
  send = (bytes) => socket.send(bytes, peer);
  receive = async () => {
    [bytes, peer] = await socket.receive(buffer);
    return bytes;
  };
}

const say = (text: string) => send(new TextEncoder().encode(text));
async function hear(): Promise<string> {
  const text = new TextDecoder().decode(await receive());
  Deno.stdout.writeSync(new TextEncoder().encode(`[Peer]: ${text}\n[Own] Ketik pesan: `));
  return text;
}

await Deno.stdin.read(new Uint8Array(65_536)); // a script does so once for all that is typed ahead
if (server) {
  while (await hear() !== "exit") await say("1");
} else {
  for (let turn = 0; turn < Number(count); turn++) {
    await say(`${turn}`);
    await hear();
  }
  await say("exit");
}
Deno.exit();
