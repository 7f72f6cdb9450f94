#!/usr/bin/env -S deno run --allow-net
// TCP server, the twin of the report's ServerTCP.py: serves one client and ends.
// Run it with: deno run --allow-net tcp_server.ts
import {
  ask,
  askPort,
  fail,
  needNet,
  note,
  place,
  print,
  resolve,
  stop,
  takeOptions,
} from "./format.ts";

const options = takeOptions(
  `Pemakaian: deno run --allow-net tcp_server.ts [OPSI]

  --host ALAMAT    alamat IPv4 atau IPv6, atau nama (bawaan: 127.0.0.1)
  -p, --port PORT  nomor port, 0 agar dipilih sistem (tanpa opsi ini ditanyakan)
  -h, --help       menampilkan bantuan ini

Contoh: deno run --allow-net tcp_server.ts --host 0.0.0.0 --port 5000
`,
  "host",
  "port",
);

const host = options.host ?? "127.0.0.1";
const port = await askPort(options.port, 0);
try {
  // Create a socket, bind it to the address and listen.
  const hostname = await resolve(host);
  needNet(place({ hostname, port }));
  const listener = Deno.listen({ hostname, port });
  if (port === 0) note(`Port yang dipilih sistem: ${listener.addr.port}`);
  print("Menunggu koneksi dari client...");

  // Accept one client. The listener closes here, so that the system refuses a second one at once.
  const connection = await listener.accept();
  listener.close();
  Deno.addSignalListener("SIGINT", () => {
    connection.close();
    stop(130, "Dihentikan dengan Ctrl-C.");
  });
  const addr = connection.remoteAddr;
  print(
    `Terhubung dengan ('${addr.hostname}', ${addr.port}${
      addr.hostname.includes(":") ? ", 0, 0" : ""
    })`,
  );

  const encoder = new TextEncoder();
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const buffer = new Uint8Array(1024);
  while (true) {
    // Wait for a message. A piece that ends inside a character waits for the rest of it.
    let alvian = "";
    let size: number | null = 0;
    while (alvian === "" && size !== null) {
      size = await connection.read(buffer);
      alvian = decoder.decode(buffer.subarray(0, size ?? 0), { stream: size !== null });
    }
    if (alvian === "") {
      note("Client menutup koneksi.");
      break;
    }
    alvian = alvian.replace(/\r?\n$/, ""); // nc and telnet end their lines
    if (["exit", "quit"].includes(alvian.toLowerCase())) break;
    print(`[Client]: ${alvian}`);

    // Answer it. A write may take only a part of the bytes.
    const balas = await ask("[Server] Ketik balasan: ", 1);
    if (balas === null) break;
    let rest = encoder.encode(balas);
    while (rest.length > 0) rest = rest.subarray(await connection.write(rest));
  }
  connection.close();
} catch (error) {
  fail(error, place({ hostname: host, port }));
}
