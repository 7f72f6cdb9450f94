// A bare peer for the experiments: sends each line at once, shows what went and what came.
//   deno run --allow-net docs/raw.ts tcp 5050
//   deno run --allow-net docs/raw.ts udp 5050
import process from "node:process";
import { createInterface } from "node:readline";

const [protocol = "", port] = [Deno.args[0], Number(Deno.args[1])];
if (!["tcp", "udp"].includes(protocol) || !(port >= 1 && port <= 65535)) {
  console.error("Cara pakai: docs/raw.ts tcp|udp PORT");
  Deno.exit(2);
}
const hostname = "127.0.0.1";
const show = (arrow: "→" | "←", bytes: Uint8Array) =>
  console.log(`${arrow} ${bytes.length} byte: ${JSON.stringify(new TextDecoder().decode(bytes))}`);

let send: (bytes: Uint8Array) => Promise<number>;
if (protocol === "udp") {
  const socket = Deno.listenDatagram({ hostname, port: 0, transport: "udp" });
  send = (bytes) => socket.send(bytes, { hostname, port, transport: "udp" });
  (async () => {
    while (true) {
      try {
        const [bytes] = await socket.receive();
        show("←", bytes);
      } catch (error) { // Windows: nobody is there
        if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
      }
    }
  })();
} else {
  const connection = await Deno.connect({ hostname, port }).catch((error) => {
    if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    console.error(`Tidak tersambung ke port ${port}: ${error.message}`);
    Deno.exit(1);
  });
  send = (bytes) => connection.write(bytes);
  (async () => {
    for await (const bytes of connection.readable) show("←", bytes);
    Deno.exit(); // the other side has closed
  })();
}
// The line end is not sent: it is not part of the message. After the last line it still listens.
for await (const line of createInterface({ input: process.stdin })) {
  const bytes = new TextEncoder().encode(line);
  await send(bytes);
  show("→", bytes);
}
