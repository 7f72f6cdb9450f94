#!/usr/bin/env -S deno run --allow-net
// TCP client, the twin of ClientTCP.py. Run it with
// deno run --allow-net tcp_client.ts
import { ask, askPort, draw, fail, needNet, note, place, print, stop } from "./format.ts";
import { takeOptions } from "./format.ts"; // py 1: import; the sockets are built into Deno

const usage = `Pemakaian: deno run --allow-net tcp_client.ts [OPSI]

  --host ALAMAT    alamat IPv4 atau IPv6 server, atau namanya (bawaan: 127.0.0.1)
  -p, --port PORT  nomor port server (tanpa opsi ini ditanyakan)
  --skema          menggambar skema komunikasi di standard error
  -h, --help       menampilkan bantuan ini

Contoh: deno run --allow-net tcp_client.ts --host 192.168.1.7 --port 5000
`;
const options = takeOptions(usage, "host", "port");

const host = options.host ?? "127.0.0.1"; // py 2: host
const port = await askPort(options.port, 1); // py 3: port, int, input
const where = place({ hostname: host, port });
try {
  needNet(where);
  const connection = await Deno.connect({ hostname: host, port }); // py 4-5: socket, connect
  draw("Client → Connect → Server", undefined, connection.localAddr, connection.remoteAddr);
  Deno.addSignalListener("SIGINT", () => stop(130, "Dihentikan dengan Ctrl-C.", connection));

  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const buffer = new Uint8Array(1024);
  while (true) { // py 6: while
    const alvian = await ask("[Client] Ketik pesan: ", 1); // py 7: alvian, input
    if (alvian === null) break;
    const bytes = encoder.encode(alvian); // py 8: encode
    let sent = await connection.write(bytes); // py 8: send
    while (sent < bytes.length) sent += await connection.write(bytes.subarray(sent)); // the rest
    draw("Client → Send → Server", bytes.length);
    if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 9-10: if, lower, break

    let size: number | null = 0;
    let data = "";
    while (data === "" && size !== null) { // a piece may end inside a character
      size = await connection.read(buffer); // py 11: recv
      if (size !== null) draw("Client ← Receive ← Server", size);
      data = decoder.decode(buffer.subarray(0, size ?? 0), { stream: size !== null }); // py 11: decode
    }
    if (data === "") note("Server menutup koneksi.");
    if (data === "") break;
    print(`[Server]: ${data.replace(/\r?\n$/, "")}`); // py 12: print; nc ends its lines
  }
  connection.close(); // py 13: close
  draw("Client → Close ← Server");
} catch (error) {
  fail(error, where);
}
