// The bare calls of one side of a chat, with no promise kept but speed: what the runtime costs.
// bare.ts tcp_server|tcp_client|udp_server|udp_client PORT, messages on standard input.
const [script = "", port = "0"] = Deno.args;
const [protocol, side] = script.split("_");
const address = { hostname: "127.0.0.1", port: Number(port) };
const [prompt, label] = side === "server"
  ? ["[Server] Ketik balasan: ", "[Client]: "]
  : ["[Client] Ketik pesan: ", "[Server]: "];
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const chunk = new Uint8Array(65_536);
const buffer = new Uint8Array(protocol === "tcp" ? 1024 : 65_535);
let typed = "";

/** The next line, one read of standard input per burst. */
async function next(): Promise<string> {
  let end = typed.indexOf("\n");
  while (end < 0) {
    typed += decoder.decode(chunk.subarray(0, await Deno.stdin.read(chunk) ?? 0));
    end = typed.indexOf("\n");
  }
  const line = typed.slice(0, end);
  typed = typed.slice(end + 1);
  return line;
}

let send: (text: string) => Promise<unknown>;
let receive: () => Promise<string>;
if (protocol === "tcp") {
  const listener = side === "server" ? Deno.listen(address) : undefined;
  if (listener) console.error(listener.addr.port);
  const connection = await (listener?.accept() ?? Deno.connect(address));
  send = (text) => connection.write(encoder.encode(text));
  receive = async () => {
    const size = await connection.read(buffer);
    return decoder.decode(buffer.subarray(0, size ?? 0), { stream: size !== null });
  };
} else {
  const own = side === "server" ? address : { ...address, port: 0 };
  const socket = Deno.listenDatagram({ ...own, transport: "udp" });
  if (side === "server") console.error((socket.addr as Deno.NetAddr).port);
  let peer: Deno.Addr = { ...address, transport: "udp" };
  send = (text) => socket.send(encoder.encode(text), peer);
  receive = async () => {
    const [bytes, from] = await socket.receive(buffer);
    peer = from;
    return decoder.decode(bytes);
  };
}
if (side === "client") Deno.stdout.writeSync(encoder.encode(prompt));
while (true) {
  if (side === "client") {
    const line = await next();
    await send(line);
    if (line === "exit") break;
  }
  const text = await receive();
  if (text === "exit") break;
  Deno.stdout.writeSync(encoder.encode(`${label}${text}\n${prompt}`));
  if (side === "server") await send(await next());
}
Deno.exit(0);
