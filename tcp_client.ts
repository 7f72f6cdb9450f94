#!/usr/bin/env -S deno run --allow-net
// TCP client, the twin of the report's ClientTCP.py.
// Run it with: deno run --allow-net tcp_client.ts
import { ask, askPort, fail, needNet, note, place, print, stop, takeOptions } from "./format.ts";

const options = takeOptions(
  `Pemakaian: deno run --allow-net tcp_client.ts [OPSI]

  --host ALAMAT    alamat IPv4 atau IPv6 server, atau namanya (bawaan: 127.0.0.1)
  -p, --port PORT  nomor port server (tanpa opsi ini ditanyakan)
  -h, --help       menampilkan bantuan ini

Contoh: deno run --allow-net tcp_client.ts --host 192.168.1.7 --port 5000
`,
  "host",
  "port",
);

const host = options.host ?? "127.0.0.1";
const port = await askPort(options.port, 1);
const where = place({ hostname: host, port });
try {
  // Create a socket and connect it to the server.
  needNet(where);
  const connection = await Deno.connect({ hostname: host, port });
  Deno.addSignalListener("SIGINT", () => {
    connection.close();
    stop(130, "Dihentikan dengan Ctrl-C.");
  });

  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const buffer = new Uint8Array(1024);
  while (true) {
    // Send a message. A write may take only a part of the bytes.
    const alvian = await ask("[Client] Ketik pesan: ", 1);
    if (alvian === null) break;
    let rest = encoder.encode(alvian);
    while (rest.length > 0) rest = rest.subarray(await connection.write(rest));
    if (["exit", "quit"].includes(alvian.toLowerCase())) break;

    // Wait for the reply. A piece that ends inside a character waits for the rest of it.
    let data = "";
    let size: number | null = 0;
    while (data === "" && size !== null) {
      size = await connection.read(buffer);
      data = decoder.decode(buffer.subarray(0, size ?? 0), { stream: size !== null });
    }
    if (data === "") {
      note("Server menutup koneksi.");
      break;
    }
    print(`[Server]: ${data.replace(/\r?\n$/, "")}`); // nc and telnet end their lines
  }
  connection.close();
} catch (error) {
  fail(error, where);
}
