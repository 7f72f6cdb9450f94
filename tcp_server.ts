#!/usr/bin/env -S deno run --allow-net
// TCP server, the twin of ServerTCP.py: serves one client and ends. Run it with
// deno run --allow-net tcp_server.ts
import { ask, askPort, draw, fail, needNet, note, place, print, resolve, stop } from "./format.ts";
import { takeOptions, tuple } from "./format.ts"; // py 1: import; the sockets are built into Deno

const usage = `Pemakaian: deno run --allow-net tcp_server.ts [OPSI]

  --host ALAMAT    alamat IPv4 atau IPv6, atau nama (bawaan: 127.0.0.1)
  -p, --port PORT  nomor port, 0 agar dipilih sistem (tanpa opsi ini ditanyakan)
  --skema          menggambar skema komunikasi di standard error
  -h, --help       menampilkan bantuan ini

Contoh: deno run --allow-net tcp_server.ts --host 0.0.0.0 --port 5000
`;
const options = takeOptions(usage, "host", "port");

const host = options.host ?? "127.0.0.1"; // py 2: host
const port = await askPort(options.port, 0); // py 3: port, int, input
try {
  const hostname = await resolve(host);
  needNet(place({ hostname, port }));
  const listener = Deno.listen({ hostname, port }); // py 4-6: socket, bind, listen
  if (port === 0) note(`Port yang dipilih sistem: ${listener.addr.port}`);
  print("Menunggu koneksi dari client..."); // py 7: print
  const connection = await listener.accept(); // py 8: accept
  const addr = connection.remoteAddr; // py 8: addr
  listener.close(); // from here on the system refuses a second client
  draw("Client → Connect → Server", undefined, addr, connection.localAddr);
  print(`Terhubung dengan ${tuple(addr)}`); // py 9: print
  Deno.addSignalListener("SIGINT", () => stop(130, "Dihentikan dengan Ctrl-C.", connection));

  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const buffer = new Uint8Array(1024);
  while (true) { // py 10: while
    let size: number | null = 0;
    let alvian = "";
    while (alvian === "" && size !== null) { // a piece may end inside a character
      size = await connection.read(buffer); // py 11: recv
      if (size !== null) draw("Client → Send → Server", size);
      alvian = decoder.decode(buffer.subarray(0, size ?? 0), { stream: size !== null }); // py 11: decode
    }
    if (alvian === "") note("Client menutup koneksi.");
    if (alvian === "") break;
    alvian = alvian.replace(/\r?\n$/, ""); // nc and telnet end their lines
    if (["exit", "quit"].includes(alvian.toLowerCase())) break; // py 12-13: if, lower, break
    print(`[Client]: ${alvian}`); // py 14: print

    const balas = await ask("[Server] Ketik balasan: ", 1); // py 15: balas, input
    if (balas === null) break;
    const bytes = encoder.encode(balas); // py 16: encode
    let sent = await connection.write(bytes); // py 16: send
    while (sent < bytes.length) sent += await connection.write(bytes.subarray(sent)); // the rest
    draw("Client ← Receive ← Server", bytes.length);
  }
  connection.close(); // py 17: client_socket, close
  draw("Client → Close ← Server");
  // py 18: server_socket, close; done above, so that nobody is left waiting in the backlog
} catch (error) {
  fail(error, place({ hostname: host, port }));
}
