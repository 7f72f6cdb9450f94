import { assertEquals } from "@std/assert";
import {
  command,
  Program,
  protocols,
  python,
  root,
  type Script,
  serve,
  start,
  udpPeer,
} from "./support/driver.ts";

const lack = Deno.build.os === "windows" ? "no pseudo-terminal" : python ? "" : "no python3";
const [cyan, green, bold, end] = ["\u001b[36m", "\u001b[32m", "\u001b[1m", "\u001b[39m"];
const strong = "\u001b[22m";

/** Starts a script in a terminal of its own; what the terminal shows is the program's `out`. */
function open(
  script: Script,
  args: string[],
  env: Record<string, string> = {},
  permissions?: string[],
) {
  const words = [Deno.execPath(), ...command(script, args, permissions)];
  // An empty NO_COLOR counts as none, so that the tests' own does not.
  const options = { env: { NO_COLOR: "", TERM: "xterm", ...env } };
  return new Program(
    python!,
    ["tests/support/terminal.py", ...words],
    options,
  );
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `terminal: ${name}${lack && ` (skipped: ${lack})`}`, ignore: lack !== "", fn });
}

for (const protocol of protocols) {
  for (const [colours, env] of [[true, {}], [false, { NO_COLOR: "1" }]] as const) {
    test(`${protocol}, a chat ${colours ? "in colours" : "without, under NO_COLOR"}, with lines corrected and typed ahead`, async () => {
      const [client, server, ask, stop, weak] = colours
        ? [cyan, green, bold, end, strong]
        : ["", "", "", "", ""];
      await using atServer = open(`${protocol}_server`, [], env);
      await atServer.until(`${ask}Masukkan port server:${weak} `);
      await atServer.type("0\n");
      await atServer.until("sistem: ");
      const port = await atServer.until("\r\n");
      if (protocol === "tcp") await atServer.until("Menunggu koneksi dari client...\r\n");
      await using atClient = open(`${protocol}_client`, ["-p", port], env);
      await atClient.until(`${client}[Client] Ketik pesan:${stop} `);
      await atClient.type("haloo\u007f\nlagi\n"); // the backspace takes back one letter
      await atServer.until(
        `${client}[Client]:${stop} halo\r\n${server}[Server] Ketik balasan:${stop} `,
      );
      await atServer.type("hai\n");
      await atClient.until(
        `${server}[Server]:${stop} hai\r\n${client}[Client] Ketik pesan:${stop} `,
      );
      await atServer.until(`${client}[Client]:${stop} lagi\r\n`);
      await atServer.type("ya\n");
      await atClient.until(
        `${server}[Server]:${stop} ya\r\n${client}[Client] Ketik pesan:${stop} `,
      );
      await atClient.type("exit\n");
      assertEquals([await atClient.status, await atServer.status], [0, 0]);
      if (!colours) assertEquals((atServer.out + atClient.out).includes("\u001b"), false);
    });
  }

  test(`${protocol}, Ctrl-D ends both, each on a line of its own`, async () => {
    const { server, port } = await serve(`${protocol}_server`);
    await using _server = server;
    await using client = open(`${protocol}_client`, ["-p", `${port}`]);
    await client.until("Ketik pesan:");
    await client.type("\u0004");
    assertEquals(await client.status, 0);
    assertEquals(client.out.endsWith(`${end} \r\nMasukan berakhir, socket ditutup.\r\n`), true);

    await using atServer = open(`${protocol}_server`, ["-p", "0"]);
    await atServer.until("sistem: ");
    await using other = start(`${protocol}_client`, ["-p", await atServer.until("\r\n")]);
    await other.type("halo\n");
    await atServer.until("Ketik balasan:");
    await atServer.type("\u0004");
    assertEquals(await atServer.status, 0);
    assertEquals(atServer.out.endsWith(`${end} \r\nMasukan berakhir, socket ditutup.\r\n`), true);
  });

  test(`${protocol}, Ctrl-C ends both at once`, async () => {
    const { server, port } = await serve(`${protocol}_server`);
    await using _server = server;
    await using client = open(`${protocol}_client`, ["-p", `${port}`]);
    await client.until("Ketik pesan:");
    await client.type("\u0003");
    assertEquals(await client.status, 130);
    if (protocol === "tcp") {
      assertEquals(client.out.endsWith("^C\r\nDihentikan dengan Ctrl-C.\r\n"), true);
      assertEquals(await server.status, 0);
    }
    await using atServer = open(`${protocol}_server`, ["-p", "0"]);
    await atServer.until("sistem: ");
    await using other = start(`${protocol}_client`, ["-p", await atServer.until("\r\n")]);
    await other.type("halo\n");
    await atServer.until("Ketik balasan:");
    await atServer.type("\u0003");
    assertEquals(await atServer.status, 130);
    if (protocol === "tcp") assertEquals(await other.status, 0);
  });
}

test("a missing permission is said, never asked for", async () => {
  for (const script of ["tcp_server", "tcp_client", "udp_server", "udp_client"] as const) {
    await using program = open(script, ["-p", "5000"], {}, []);
    assertEquals(await program.status, 1);
    assertEquals(program.out.startsWith("Belum ada izin jaringan untuk 127.0.0.1"), true);
    assertEquals(program.out.split("\r\n").length, 2);
  }
});

test("a reply to an address that --allow-net does not name is said, never asked for", async () => {
  await using server = open("udp_server", ["-p", "0"], {}, ["--allow-net=127.0.0.1"]);
  await server.until("sistem: ");
  using peer = udpPeer(Number(await server.until("\r\n")), "127.0.0.1", "127.0.0.2");
  await peer.send("halo");
  await server.until("Ketik balasan:");
  await server.type("hai\n");
  assertEquals(await server.status, 1);
  await server.until(
    `Belum ada izin jaringan untuk 127.0.0.2:${peer.port}: tambahkan --allow-net=127.0.0.2\r\n`,
  );
});

test("a script is a command of its own where deno is on the path", async () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.symlinkSync(Deno.execPath(), `${folder}/deno`);
    const path = `${folder}:${Deno.env.get("PATH")}`;
    for (const script of ["tcp_server", "tcp_client", "udp_server", "udp_client"] as const) {
      assertEquals(Deno.statSync(new URL(`${script}.ts`, root)).mode! & 0o111, 0o111);
      const [first] = Deno.readTextFileSync(new URL(`${script}.ts`, root)).split("\n");
      const flags = first!.replace("#!/usr/bin/env -S deno run ", "").split(" ");
      assertEquals(flags, protocolFlags(script));
      const words = first!.slice(2).split(" ");
      const [, ...rest] = command(script, ["--help"], flags);
      await using program = new Program(words[0]!, [...words.slice(1, 4), ...rest], {
        env: { PATH: path },
      });
      assertEquals(await program.status, 0);
    }
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

const protocolFlags = (script: Script) =>
  script.startsWith("udp") ? ["--allow-net", "--unstable-net"] : ["--allow-net"];
