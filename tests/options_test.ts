import { assertEquals, assertMatch } from "@std/assert";
import { command, Program, root, run, type Script, serve, start } from "./support/driver.ts";

const scripts = ["tcp_server", "tcp_client", "udp_server", "udp_client"] as const;
const servers: readonly Script[] = ["tcp_server", "udp_server"];
const hint = " (lihat --help)\n";

for (const script of scripts) {
  const least = servers.includes(script) ? 0 : 1;

  Deno.test(`${script}: --help and -h tell the usage, its options and an example`, async () => {
    for (const args of [["--help"], ["-h"], ["--port", "x", "-h", "--foo"]]) {
      const { out, err, status } = await run(script, args);
      assertEquals([err, status], ["", 0]);
      assertMatch(out, new RegExp(`^Pemakaian: deno run --allow-net ${script}.ts \\[OPSI\\]\n`));
      const options = [...out.matchAll(/^ +(?:-\w, )?--(\w+)/gm)].map((match) => match[1]);
      const own = script === "udp_client" ? ["timeout"] : [];
      assertEquals(options, ["host", "port", ...own, "skema", "help"]);
      assertMatch(out, /bawaan: 127\.0\.0\.1/);
      assertMatch(out, new RegExp(`\n\nContoh: deno run --allow-net ${script}.ts --.*\n$`));
    }
  });

  Deno.test(`${script}: wrong options are named in one line, status 2`, async () => {
    const stray = (text: string) => `argumen tidak dikenal: "${text}"`;
    const cases: [string[], string][] = [
      [["--foo"], stray("--foo")],
      [["--foo=1"], stray("--foo=1")],
      [["-x"], stray("-x")],
      [["5000"], stray("5000")],
      [["--", "5000"], stray("5000")],
      [["--no-port"], stray("--no-port")],
      [["--port"], "--port tanpa nilai"],
      [["-p"], "--port tanpa nilai"],
      [["--port="], "--port tanpa nilai"],
      [["--host"], "--host tanpa nilai"],
      [["--host", "--port", "5000"], "--host tanpa nilai"],
      [["--port", "-1"], `${stray("-1")}; --port tanpa nilai`],
      [["--port", ""], `${stray("")}; --port tanpa nilai`],
      [["--a\u001b[31m\nb"], stray("--a␛[31m␊b")],
    ];
    if (script !== "udp_client") {
      cases.push([["--timeout", "3"], stray("--timeout")]);
    }
    for (const [args, problem] of cases) {
      assertEquals(await run(script, args), { out: "", err: problem + hint, status: 2 }, `${args}`);
    }
  });

  Deno.test(`${script}: a port that is none is said, status 2, given or asked for`, async () => {
    const wrong = [
      "abc",
      "-1",
      "65536",
      "5.5",
      "1e3",
      "0x50",
      "+5",
      "50 00",
      "٥٠٠٠",
      "99999999999999999999",
    ];
    if (least === 1) wrong.push("0", "000");
    for (const port of wrong) {
      const err = `Port harus angka ${least} sampai 65535, bukan "${port}"${hint}`;
      assertEquals(await run(script, [`--port=${port}`]), { out: "", err, status: 2 });
      const out = "Masukkan port server: ";
      assertEquals(await run(script, [], `${port}\n`), { out, err, status: 2 });
    }
    const err = `Port harus angka ${least} sampai 65535, bukan ""${hint}`;
    assertEquals(await run(script, [], "\n"), { out: "Masukkan port server: ", err, status: 2 });
    assertEquals(await run(script), { out: "Masukkan port server: \n", err, status: 2 });
  });
}

Deno.test("udp_client: a timeout that is none is said, status 2", async () => {
  for (const timeout of ["abc", "0", "0.0", "1e3", "1.2.3", ".", "2147484", "Infinity"]) {
    const err =
      `Timeout harus lebih dari 0 dan paling banyak 2147483 detik, bukan "${timeout}"${hint}`;
    assertEquals(await run("udp_client", ["--timeout", timeout]), { out: "", err, status: 2 });
  }
  for (const timeout of ["0.5", "1", "2147483"]) {
    const { err, status } = await run("udp_client", ["-p", "1", "--timeout", timeout]);
    assertEquals([err, status], ["Masukan berakhir, socket ditutup.\n", 0]);
  }
});

Deno.test("the ends of the range are ports: 1 and 65535, at a server also 0", async () => {
  for (const port of ["1", "65535", "0065535", "\t1 "]) {
    const { err } = await run("udp_client", [`--port=${port}`]);
    assertEquals(err, "Masukan berakhir, socket ditutup.\n");
  }
  for (const script of servers) {
    const { server, port } = await serve(script as "tcp_server");
    await using _server = server;
    assertEquals(port > 0 && port < 65_536, true);
  }
  await using highest = start("tcp_server", ["--port=65535"]);
  await highest.until("Menunggu koneksi dari client...\n");
});

Deno.test("without --allow-net, or with a narrower one, the flag to add is said", async () => {
  const none = [["--no-prompt"], ["--allow-net=192.0.2.9", "--no-prompt"]];
  const text = (places: string, hosts: string) =>
    `Belum ada izin jaringan untuk ${places}: tambahkan --allow-net=${hosts}\n`;
  for (const permissions of none) {
    for (const script of scripts) {
      const place = {
        tcp_server: "127.0.0.1:5000",
        tcp_client: "127.0.0.1:5000",
        udp_server: "127.0.0.1",
        udp_client: "127.0.0.1:5000, 127.0.0.1:0",
      }[script];
      const got = await run(script, ["-p", "5000"], "", permissions);
      assertEquals(got, { out: "", err: text(place, "127.0.0.1"), status: 1 });
    }
  }
  const cases: [Script, string, string, string, string[]][] = [
    ["tcp_server", "::1", "[::1]:5000", "[::1]", none[0]!],
    ["tcp_client", "[::1]", "[::1]:5000", "[::1]", none[0]!],
    ["tcp_client", "localhost", "localhost:5000", "localhost", none[0]!],
    ["udp_client", "::1", "[::1]:0", "[::1]", ["--allow-net=[::1]:5000", "--no-prompt"]],
    ["udp_client", "localhost", "localhost", "localhost", none[0]!],
    ["udp_client", "192.0.2.9", "0.0.0.0:0", "192.0.2.9,0.0.0.0", none[1]!],
    ["udp_client", "2001:db8::1", "[2001:db8::1]:5000, [::]:0", "[2001:db8::1],[::]", none[0]!],
    ["udp_server", "127.0.0.1", "127.0.0.1", "127.0.0.1", [
      "--allow-net=127.0.0.1:5000",
      "--no-prompt",
    ]],
  ];
  for (const [script, host, places, hosts, permissions] of cases) {
    const { err, status } = await run(script, ["-p", "5000", "--host", host], "", permissions);
    assertEquals([err, status], [text(places, hosts), 1]);
  }
});

Deno.test("a UDP script without --unstable-net says so in one line", async () => {
  for (const script of ["udp_server", "udp_client"] as const) {
    const args = command(script, ["-p", "5000"]);
    await using program = new Program(Deno.execPath(), [
      args[0]!,
      "--no-config",
      ...packages(args),
      ...args.slice(1),
    ]);
    assertEquals(await program.status, 1);
    assertEquals(program.err, "Socket UDP di Deno belum stabil: tambahkan --unstable-net\n");
  }
});

/** Without deno.json the packages have to be named by an import map. */
function packages(args: string[]): string[] {
  if (args.some((arg) => arg.startsWith("--import-map"))) return [];
  const config = JSON.parse(Deno.readTextFileSync(new URL("deno.json", root)));
  const imports = Object.entries<string>(config.imports).flatMap((
    [name, to],
  ) => [[name, to], [`${name}/`, `${to.replace("jsr:", "jsr:/")}/`]]);
  return [
    "--no-lock",
    `--import-map=data:application/json,${
      encodeURIComponent(JSON.stringify({ imports: Object.fromEntries(imports) }))
    }`,
  ];
}
