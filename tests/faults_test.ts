import { assertEquals } from "@std/assert";
import {
  againstClient,
  againstServer,
  command,
  Program,
  protocols,
  root,
  run,
  serve,
  start,
  tcpPeer,
  udpPeer,
} from "./support/driver.ts";

const windows = Deno.build.os === "windows";

/** A listener that picks its port, and that port. */
function listen() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return { listener, port: listener.addr.port };
}

/** Runs `code` in a process of its own, which dies without a word to its socket when it is killed. */
const stranger = (code: string) =>
  new Program(Deno.execPath(), ["eval", `const buffer = new Uint8Array(1); ${code}`]);

// ---- opening the socket

Deno.test("tcp: nobody listens there", async () => {
  const { listener, port } = listen();
  listener.close();
  assertEquals(await run("tcp_client", ["-p", `${port}`]), {
    out: "",
    err: `127.0.0.1:${port}: koneksi ditolak, belum ada server di sana (ECONNREFUSED)\n`,
    status: 1,
  });
  const { err } = await run("tcp_client", ["-p", `${port}`, "--host", "::1"]);
  assertEquals(err, `[::1]:${port}: koneksi ditolak, belum ada server di sana (ECONNREFUSED)\n`);
});

Deno.test("the port is in use", async () => {
  const { listener, port } = listen();
  using _listener = listener;
  using peer = udpPeer();
  for (const [script, taken] of [["tcp_server", port], ["udp_server", peer.port]] as const) {
    assertEquals(await run(script, ["-p", `${taken}`]), {
      out: "",
      err: `127.0.0.1:${taken}: port sudah dipakai (EADDRINUSE)\n`,
      status: 1,
    });
  }
});

Deno.test("the address is not ours", async () => {
  for (const script of ["tcp_server", "udp_server"] as const) {
    assertEquals(await run(script, ["-p", "5000", "--host", "192.0.2.99"]), {
      out: "",
      err: "192.0.2.99:5000: alamat ini bukan milik komputer ini (EADDRNOTAVAIL)\n",
      status: 1,
    });
  }
});

Deno.test("the name is not found, or is no name at all", async () => {
  for (const script of ["tcp_server", "tcp_client", "udp_server", "udp_client"] as const) {
    const { err, status } = await run(script, ["-p", "5000", "--host", "tidak-ada.invalid"]);
    const name = "tidak-ada.invalid:5000: nama host tidak ditemukan (ENOTFOUND)\n";
    assertEquals([err, status], [name, 1]);
    const odd = await run(script, ["-p", "5000", "--host", "a b/\u0007"]);
    assertEquals([odd.err.match(/\n/g)?.length, odd.status], [1, 1]);
    assertEquals(odd.err.startsWith("a b/␇:5000: "), true);
  }
});

Deno.test({
  name: "tcp: the network is unreachable",
  ignore: Deno.build.os !== "linux", // elsewhere the broadcast address answers otherwise
  async fn() {
    const { err, status } = await run("tcp_client", ["-p", "5000", "--host", "255.255.255.255"]);
    const text = "255.255.255.255:5000: jaringan tidak terjangkau (ENETUNREACH)\n";
    assertEquals([err, status], [text, 1]);
  },
});

/** How to start a program that may not bind port 80; undefined where there is no way to. */
function unprivileged(): string[] | undefined {
  if (Deno.build.os !== "linux") return undefined;
  const first = Deno.readTextFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start");
  if (Number(first) <= 80) return undefined;
  if (Deno.uid() !== 0) return ["env"];
  const drop = ["setpriv", "--bounding-set", "-net_bind_service"];
  try {
    const { success } = new Deno.Command(drop[0]!, { args: [...drop.slice(1), "true"] })
      .outputSync();
    return success ? drop : undefined;
  } catch {
    return undefined;
  }
}

const drop = unprivileged();
Deno.test({
  name: `no right to bind the port${drop ? "" : " (skipped: every port is free for all here)"}`,
  ignore: drop === undefined,
  async fn() {
    for (const script of ["tcp_server", "udp_server"] as const) {
      const [first, ...args] = [...drop!, Deno.execPath(), ...command(script, ["-p", "80"])];
      await using program = new Program(first!, args);
      assertEquals(await program.status, 1);
      assertEquals(program.err, "127.0.0.1:80: tidak berhak memakai port ini (EACCES)\n");
    }
  },
});

Deno.test("tcp: a second client is refused at once, by the system", async () => {
  const { server, peer, port } = await againstServer("tcp");
  await using _server = server;
  using _peer = peer;
  await server.until("Terhubung dengan ");
  const { err } = await run("tcp_client", ["-p", `${port}`]);
  assertEquals(
    err,
    `127.0.0.1:${port}: koneksi ditolak, belum ada server di sana (ECONNREFUSED)\n`,
  );
  await peer.send("halo"); // the first one's chat goes on
  await server.until("[Client]: halo\n");
});

Deno.test("tcp and udp: the server restarts on the same port at once", async () => {
  for (const protocol of protocols) {
    const { server, peer, port } = await againstServer(protocol);
    await using _server = server;
    using _peer = peer;
    await peer.send("halo");
    await server.until("[Server] Ketik balasan: ");
    await server.end(); // the server closes first, so that its side of the connection lingers
    assertEquals(await server.status, 0);
    const again = start(`${protocol}_server`, ["-p", `${port}`]);
    await using _again = again;
    if (protocol === "udp") continue;
    await again.until("Menunggu koneksi dari client...\n");
  }
});

// ---- the end of a chat

Deno.test("tcp: the peer closes in order, or dies: said, status 0", async () => {
  {
    const { server, peer } = await againstServer("tcp");
    await using _server = server;
    await peer.send("halo");
    await server.until("[Server] Ketik balasan: ");
    peer[Symbol.dispose]();
    await server.type("terlambat\n");
    assertEquals(await server.status, 0);
    assertEquals(server.err.split("\n").slice(1), ["Client menutup koneksi.", ""]);
  }
  {
    const { client, peer } = await againstClient("tcp");
    await using _client = client;
    await client.type("halo\n");
    await peer.receive(4);
    peer[Symbol.dispose]();
    assertEquals(await client.status, 0);
    assertEquals(client.err, "Server menutup koneksi.\n");
  }
  const { server, port } = await serve("tcp_server");
  await using _server = server;
  await using client = start("tcp_client", ["-p", `${port}`]);
  await client.until("[Client] Ketik pesan: ");
  client.kill("SIGKILL");
  assertEquals(await server.status, 0);
  assertEquals(server.err.split("\n").slice(1), ["Client menutup koneksi.", ""]);
});

Deno.test("tcp: the peer resets the connection: said, status 1", async () => {
  // Whoever dies with bytes unread leaves a reset behind (RFC 2525, section 2.17).
  const said = (port: number) =>
    `Client ✕ Reset ✕ Server\n127.0.0.1:${port}: koneksi diputus paksa oleh lawan bicara (ECONNRESET)\n`;
  {
    const { server, port } = await serve("tcp_server", ["--skema"]);
    await using _server = server;
    await using peer = stranger(`
      const connection = await Deno.connect({ port: ${port} });
      await connection.write(new TextEncoder().encode("halo"));
      await connection.read(buffer);
      console.log("read");
      setInterval(() => {}, 1000);
    `);
    await server.type("balasan panjang\n");
    await peer.until("read");
    peer.kill("SIGKILL");
    assertEquals(await server.status, 1);
    assertEquals(server.err.endsWith(said(0)), true);
  }
  await using peer = stranger(`
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    console.log(listener.addr.port);
    const connection = await listener.accept();
    await connection.read(buffer);
    console.log("read");
    setInterval(() => {}, 1000);
  `);
  const port = Number(await peer.until("\n"));
  await using client = start("tcp_client", ["-p", `${port}`, "--skema"]);
  await client.type("pesan panjang\n");
  await peer.until("read");
  peer.kill("SIGKILL");
  assertEquals(await client.status, 1);
  assertEquals(client.err.endsWith(said(port)), true);
});

for (const protocol of protocols) {
  Deno.test(`${protocol}: the end of input closes the socket, status 0`, async () => {
    const said = "Masukan berakhir, socket ditutup.";
    {
      const { client, peer } = await againstClient(protocol);
      await using _client = client;
      using _peer = peer;
      await client.until("[Client] Ketik pesan: ");
      // Bytes left unread would turn the end into a reset, did the script not close the connection.
      if (protocol === "tcp") await peer.send("belum dibaca");
      await client.end();
      assertEquals(await client.status, 0);
      assertEquals([client.out, client.err], ["[Client] Ketik pesan: \n", `${said}\n`]);
      if (protocol === "tcp") assertEquals(await peer.receive(), null);
    }
    const { server, peer } = await againstServer(protocol);
    await using _server = server;
    using _peer = peer;
    await peer.send("halo");
    await server.until("[Server] Ketik balasan: ");
    if (protocol === "tcp") await peer.send("belum dibaca");
    await server.end();
    assertEquals(await server.status, 0);
    assertEquals(server.out.split("\n").slice(-3), [
      "[Client]: halo",
      "[Server] Ketik balasan: ",
      "",
    ]);
    assertEquals(server.err.split("\n").slice(1), [said, ""]);
    if (protocol === "tcp") assertEquals(await peer.receive(), null);
  });

  Deno.test({
    name: `${protocol}: Ctrl-C ends at once, and a TCP peer sees an orderly end`,
    ignore: windows, // no signal can be sent there
    async fn() {
      for (const unread of ["", "belum dibaca"]) {
        const { server, peer } = await againstServer(protocol);
        await using _server = server;
        using _peer = peer;
        await peer.send("halo");
        await server.until("[Server] Ketik balasan: ");
        if (unread) await peer.send(unread);
        server.kill("SIGINT");
        assertEquals(await server.status, 130);
        assertEquals(server.out.endsWith(protocol === "tcp" ? "balasan: \n" : "balasan: "), true);
        const last = protocol === "tcp" ? ["Dihentikan dengan Ctrl-C.", ""] : [""];
        assertEquals(server.err.split("\n").slice(1), last);
        if (protocol === "tcp") assertEquals(await peer.receive(), null);
      }
      for (const waiting of [false, true]) {
        const { client, peer } = await againstClient(protocol);
        await using _client = client;
        using _peer = peer;
        await client.until("[Client] Ketik pesan: ");
        if (waiting) {
          await client.type("halo\n");
          assertEquals(await peer.receive(4), "halo");
        } else if (protocol === "tcp") await peer.send("belum dibaca");
        client.kill("SIGINT");
        assertEquals(await client.status, 130);
        assertEquals(
          client.out,
          `[Client] Ketik pesan: ${protocol === "tcp" && !waiting ? "\n" : ""}`,
        );
        assertEquals(client.err, protocol === "tcp" ? "Dihentikan dengan Ctrl-C.\n" : "");
        if (protocol === "tcp") assertEquals(await peer.receive(), null);
      }
    },
  });

  Deno.test({
    name: `${protocol}: Ctrl-C before anyone has come, or at the question for the port`,
    ignore: windows, // no signal can be sent there
    async fn() {
      const { server } = await serve(`${protocol}_server`);
      await using _server = server;
      server.kill("SIGINT");
      assertEquals(await server.status, 130);
      assertEquals(server.err.split("\n").length, 2);
      await using client = start(`${protocol}_client`);
      await client.until("Masukkan port server: ");
      client.kill("SIGINT");
      assertEquals(await client.status, 130);
      assertEquals(client.err, "");
    },
  });
}

Deno.test("standard output closed ends quietly", async () => {
  using tcp = listen().listener;
  using peer = udpPeer();
  const cases = [
    ["tcp_client", tcp.addr.port],
    ["udp_client", peer.port],
    ["tcp_server", 0],
    ["udp_server", 0],
  ] as const;
  for (const [script, port] of cases) {
    const child = new Deno.Command(Deno.execPath(), {
      args: command(script, ["-p", `${port}`]),
      cwd: root,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    await child.stdout.cancel();
    let err = "";
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      err += text;
      const chosen = err.match(/sistem: (\d+)\n/)?.[1];
      if (script === "udp_server") await peer.send("halo", Number(chosen));
    }
    assertEquals([err.replace(/^Port.*\n/, ""), (await child.status).code], ["", 0]);
    await child.stdin.abort().catch(() => {});
  }
});

Deno.test({
  name: "standard output that takes no more is said, status 1",
  ignore: Deno.build.os !== "linux", // elsewhere there is no /dev/full
  async fn() {
    using peer = udpPeer();
    const words = [Deno.execPath(), ...command("udp_client", ["-p", `${peer.port}`])];
    await using program = new Program("sh", ["-c", '"$@" >/dev/full', "sh", ...words]);
    assertEquals(await program.status, 1);
    assertEquals(program.err, "stdout: No space left on device (os error 28) (ENOSPC)\n");
  },
});

Deno.test("standard error that nobody reads ends no chat", async () => {
  const { listener, port } = listen();
  using _listener = listener;
  const child = new Deno.Command(Deno.execPath(), {
    args: command("tcp_client", ["-p", `${port}`, "--skema"]),
    cwd: root,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await child.stderr.cancel();
  using peer = tcpPeer(await listener.accept());
  const stdin = child.stdin.getWriter();
  await stdin.write(new TextEncoder().encode("halo\nexit\n"));
  assertEquals(await peer.receive(4), "halo");
  await peer.send("hai");
  assertEquals(await peer.receive(4), "exit");
  assertEquals((await child.status).code, 0);
  const prompt = "[Client] Ketik pesan: ";
  assertEquals(await new Response(child.stdout).text(), `${prompt}[Server]: hai\n${prompt}`);
  await stdin.abort().catch(() => {});
});

Deno.test({
  name: "standard input that cannot be read is said, status 1",
  ignore: windows, // no folder can be opened as a file there
  async fn() {
    const words = [Deno.execPath(), ...command("tcp_server")];
    await using program = new Program("sh", ["-c", '"$@" </', "sh", ...words]);
    assertEquals(await program.status, 1);
    assertEquals(program.err, "stdin: Is a directory (os error 21) (EISDIR)\n");
  },
});

// ---- messages

Deno.test("tcp: an empty message is refused and asked for again", async () => {
  const said = "Pesan kosong tidak dapat dikirim lewat TCP.\n";
  {
    const { client, peer } = await againstClient("tcp");
    await using _client = client;
    using _peer = peer;
    await client.type("\n\r\nhalo\n");
    assertEquals(await peer.receive(4), "halo");
    await client.type("exit\n");
    await peer.send("hai");
    assertEquals(await client.status, 0);
    assertEquals(
      client.out,
      "[Client] Ketik pesan: ".repeat(3) + "[Server]: hai\n[Client] Ketik pesan: ",
    );
    assertEquals(client.err, said.repeat(2));
  }
  const { server, peer } = await againstServer("tcp");
  await using _server = server;
  using _peer = peer;
  await peer.send("halo");
  await server.type("\nhai\n");
  assertEquals(await peer.receive(3), "hai");
  assertEquals(
    server.out.endsWith("[Client]: halo\n" + "[Server] Ketik balasan: ".repeat(2)),
    true,
  );
  assertEquals(server.err.endsWith(said), true);
});

Deno.test("udp: an empty message is a datagram, sent and shown", async () => {
  const { server, port } = await serve("udp_server");
  await using _server = server;
  await using client = start("udp_client", ["-p", `${port}`]);
  await client.type("\n");
  await server.until("[Client]: \n[Server] Ketik balasan: ");
  await server.type("\n");
  await client.until("[Server]: \n[Client] Ketik pesan: ");
  assertEquals(client.err, "");
});

for (const protocol of protocols) {
  Deno.test(`${protocol}: a message holds 1024 bytes, not one more`, async () => {
    const said = (size: number) => `Pesan ${size} byte tidak dikirim, batasnya 1024 byte.\n`;
    const typed = [
      "a".repeat(1025),
      "b".repeat(1024),
      "😀".repeat(257),
      "😀".repeat(256),
      "€".repeat(342),
    ];
    {
      const { client, peer } = await againstClient(protocol);
      await using _client = client;
      using _peer = peer;
      await client.type(`${typed.join("\n")}\nexit\n`);
      assertEquals(await peer.receive(1024), "b".repeat(1024));
      await peer.send("ok");
      assertEquals(await peer.receive(1024), "😀".repeat(256));
      await peer.send("ok");
      assertEquals(await peer.receive(4), "exit");
      assertEquals(await client.status, 0);
      assertEquals(client.err, said(1025) + said(1028) + said(1026));
    }
    const { server, peer } = await againstServer(protocol);
    await using _server = server;
    using _peer = peer;
    await server.type(`${typed.join("\n")}\nhabis\n`);
    for (const reply of [typed[1]!, typed[3]!, "habis"]) {
      await peer.send("halo");
      assertEquals(await peer.receive(new TextEncoder().encode(reply).length), reply);
    }
    await server.until(said(1025) + said(1028) + said(1026), "err");
  });

  Deno.test(`${protocol}: one line end of a peer is not part of its message`, async () => {
    for (
      const [sent, shown] of [
        ["halo\n", "halo"],
        ["halo\r\n", "halo"],
        ["halo\n\n", "halo␊"],
        ["\n", ""],
        ["a\nb", "a␊b"],
        ["halo\r", "halo␍"],
      ]
    ) {
      {
        const { server, peer } = await againstServer(protocol);
        await using _server = server;
        using _peer = peer;
        await peer.send(sent!);
        await server.until(`[Client]: ${shown}\n[Server] Ketik balasan: `);
        await server.type("ok\n");
        await peer.receive(2);
        await peer.send(sent!.endsWith("\r\n") ? "exit\r\n" : "QUIT\n");
        assertEquals(await server.status, 0);
      }
      const { client, peer } = await againstClient(protocol);
      await using _client = client;
      using _peer = peer;
      await client.type("halo\n");
      await peer.receive(4);
      await peer.send(sent!);
      await client.until(`[Server]: ${shown}\n[Client] Ketik pesan: `);
    }
  });

  Deno.test(`${protocol}: what a peer sends can neither drive the terminal nor forge a line`, async () => {
    const sent =
      "\u0000a\u0007\u001b[2J\n[Server]: palsu\r\t\u007f\u009b1m\u0085\u2028\u2029\u202e\u202a\u2066\u2069z";
    const shown =
      "␀a␇␛[2J␊[Server]: palsu␍␉⟨U+7f⟩⟨U+9b⟩1m⟨U+85⟩⟨U+2028⟩⟨U+2029⟩⟨U+202e⟩⟨U+202a⟩⟨U+2066⟩⟨U+2069⟩z";
    const whole = "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁳󠁣󠁴󠁿 ❤️ العربية עברית ภาษาไทย हिन्दी 한국어 e\u0301 ᮃᮊ᮪ᮞᮛ \u200f\u200d\ufeff";
    for (const [text, line] of [[sent, shown], [whole, whole]]) {
      {
        const { server, peer } = await againstServer(protocol);
        await using _server = server;
        using _peer = peer;
        await peer.send(text!);
        await server.until(`[Client]: ${line}\n[Server] Ketik balasan: `);
      }
      const { client, peer } = await againstClient(protocol);
      await using _client = client;
      using _peer = peer;
      await client.type("halo\n");
      await peer.receive(4);
      await peer.send(text!);
      await client.until(`[Server]: ${line}\n[Client] Ketik pesan: `);
    }
  });

  Deno.test(`${protocol}: bytes that are no UTF-8 are shown as U+FFFD, and the chat goes on`, async () => {
    const bytes = new Uint8Array([0xff, 0x61, 0xc0, 0x80, 0xed, 0xa0, 0x80, 0x62]);
    const shown = "\ufffda\ufffd\ufffd\ufffd\ufffd\ufffdb\n";
    {
      const { server, peer } = await againstServer(protocol);
      await using _server = server;
      using _peer = peer;
      await peer.send(bytes);
      await server.until(`[Client]: ${shown}`);
      await server.type(new Uint8Array([0xff, 0x0a])); // typed ones too
      assertEquals(await peer.receive(3), "\ufffd");
    }
    const { client, peer } = await againstClient(protocol);
    await using _client = client;
    using _peer = peer;
    await client.type("halo\nlagi\n");
    await peer.receive(4);
    await peer.send(bytes);
    await client.until(`[Server]: ${shown}`);
    assertEquals(await peer.receive(4), "lagi");
  });
}

const euro = new TextEncoder().encode("a€b😀");

Deno.test("tcp: a character split over two segments is never shown broken", async () => {
  // "a" | "€" in three pieces | "b" and "😀" in two: a piece that completes nothing is no message.
  const pieces = [[0, 2, "a"], [2, 3, ""], [3, 6, "€b"], [6, 9, "😀"]] as const;
  {
    const { server, peer } = await againstServer("tcp");
    await using _server = server;
    using _peer = peer;
    await server.type("1\n2\n3\n4\n");
    for (const [from, to, shown] of pieces) {
      await peer.send(euro.subarray(from, to));
      if (shown === "") continue;
      await server.until(`[Client]: ${shown}\n[Server] Ketik balasan: `);
      await peer.receive();
    }
  }
  const { client, peer } = await againstClient("tcp");
  await using _client = client;
  using _peer = peer;
  for (const [from, to, shown] of pieces) {
    if (shown !== "€b") await client.type("x\n");
    if (shown !== "€b") await peer.receive();
    await peer.send(euro.subarray(from, to));
    if (shown !== "") await client.until(`[Server]: ${shown}\n[Client] Ketik pesan: `);
  }
});

Deno.test("tcp: a character cut off by the end of the connection is shown as U+FFFD", async () => {
  {
    const { server, peer } = await againstServer("tcp");
    await using _server = server;
    await server.type("1\n2\n");
    await peer.send(euro.subarray(0, 3));
    await server.until("[Client]: a\n[Server] Ketik balasan: ");
    await peer.receive();
    peer[Symbol.dispose]();
    await server.until("[Client]: \ufffd\n[Server] Ketik balasan: ");
    assertEquals(await server.status, 0);
  }
  const { client, peer } = await againstClient("tcp");
  await using _client = client;
  await client.type("1\n");
  await peer.receive();
  await peer.send(euro.subarray(1, 3));
  peer[Symbol.dispose]();
  await client.until("[Server]: \ufffd\n[Client] Ketik pesan: ");
  await client.type("2\n");
  assertEquals(await client.status, 0);
  assertEquals(client.err, "Server menutup koneksi.\n");
});

Deno.test("tcp: a longer message of another program is shown in pieces of at most 1024 bytes", async () => {
  const pieces = ["a".repeat(1024), "b".repeat(1024), "c".repeat(500)];
  {
    const { server, peer } = await againstServer("tcp");
    await using _server = server;
    using _peer = peer;
    await peer.send(pieces.join(""));
    for (const piece of pieces) {
      await server.until(`[Client]: ${piece}\n[Server] Ketik balasan: `);
      await server.type("ok\n");
    }
  }
  const { client, peer } = await againstClient("tcp");
  await using _client = client;
  using _peer = peer;
  await client.type("halo\n");
  await peer.receive(4);
  await peer.send(pieces.join(""));
  for (const piece of pieces) {
    await client.until(`[Server]: ${piece}\n[Client] Ketik pesan: `);
    await client.type("lagi\n");
  }
});

Deno.test("udp: a datagram is shown whole, up to the longest that there is", async () => {
  for (const [host, size] of [["127.0.0.1", 65_507], ["::1", 65_527]] as const) {
    const long = "é" + "x".repeat(size - 2);
    {
      const { server, port } = await serve("udp_server", ["--host", host]);
      await using _server = server;
      using peer = udpPeer(port, host);
      await peer.send(long);
      await server.until(`[Client]: ${long}\n[Server] Ketik balasan: `);
    }
    using peer = udpPeer(undefined, host);
    await using client = start("udp_client", ["-p", `${peer.port}`, "--host", host]);
    await client.type("halo\n");
    await peer.receive();
    await peer.send(long);
    await client.until(`[Server]: ${long}\n[Client] Ketik pesan: `);
  }
});

Deno.test("tcp: a peer that reads late gets every byte, also of writes that were cut short", async () => {
  const { server, peer } = await againstServer("tcp");
  await using _server = server;
  using _peer = peer;
  const turns = 9_000;
  const reply = (turn: number) => `${turn} `.padEnd(1000 + turn % 24, "b");
  const replies = Array.from({ length: turns }, (_, turn) => reply(turn));
  const typed = server.type(replies.map((line) => `${line}\n`).join(""));
  // Both sides' buffers are full once the server shows nothing more.
  const sent = peer.send("a".repeat(1024 * turns));
  for (let before = -1; before < server.out.length;) {
    before = server.out.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const expected = replies.join("");
  let got = "";
  while (got.length < expected.length) got += await peer.receive();
  await Promise.all([typed, sent]);
  assertEquals(got === expected, true);
});

// ---- what UDP does not promise

Deno.test("udp: only the server that was written to is answered, others are told of once a wait", async () => {
  const { client, peer } = await againstClient("udp");
  await using _client = client;
  using _peer = peer;
  await client.type("halo\n");
  await peer.receive();
  using other = udpPeer(peer.from); // another port
  using alias = udpPeer(peer.from, "127.0.0.1", "127.0.0.2", peer.port); // its port, elsewhere
  await other.send("palsu 1");
  await client.until(
    `Datagram dari 127.0.0.1:${other.port} diabaikan: bukan dari 127.0.0.1:${peer.port}.\n`,
    "err",
  );
  await other.send("palsu 2");
  await peer.send("asli");
  await client.until("[Server]: asli\n[Client] Ketik pesan: ");
  assertEquals(client.out.includes("palsu"), false);
  assertEquals(client.err.split("\n").length, 2);
  await alias.send("palsu 3");
  await client.type("lagi\n");
  await client.until(`Datagram dari 127.0.0.2:${peer.port} diabaikan`, "err");
  await peer.send("asli juga");
  await client.until("[Server]: asli juga\n");
});

Deno.test("udp: no reply for five seconds is said once, and the wait goes on", async () => {
  const { client, peer } = await againstClient("udp");
  await using _client = client;
  using _peer = peer;
  const begun = Date.now();
  await client.type("halo\n");
  await peer.receive();
  await client.until("Belum ada balasan: UDP tidak menjamin pesan sampai.\n", "err");
  assertEquals(Math.round((Date.now() - begun) / 1000), 5);
  await peer.send("akhirnya");
  await client.until("[Server]: akhirnya\n");
  await client.type("lagi\n");
  await peer.receive();
  await peer.send("segera");
  await client.until("[Server]: segera\n");
  await new Promise((resolve) => setTimeout(resolve, 5_200)); // at the prompt nothing is waited for
  await client.type("exit\n");
  assertEquals(await client.status, 0);
  assertEquals(client.err.split("\n").length, 2);
});

Deno.test("udp: --timeout gives up, status 1, but not while replies come", async () => {
  const { client, peer } = await againstClient("udp", ["--timeout", "1.5"]);
  await using _client = client;
  using _peer = peer;
  for (const begun = Date.now(); Date.now() < begun + 2_000;) {
    await client.type("halo\n");
    await peer.receive();
    await peer.send("hai");
    await client.until("[Server]: hai\n");
  }
  assertEquals(client.err, "");
  const begun = Date.now();
  await client.type("halo\n");
  assertEquals(await client.status, 1);
  assertEquals(Date.now() - begun >= 1_500, true);
  assertEquals(Date.now() - begun < 2_900, true);
  assertEquals(client.err, "Tidak ada balasan selama 1.5 detik.\n");
});
