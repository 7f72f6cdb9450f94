import { assertEquals } from "@std/assert";
import { command, Program, protocols, root, type Script } from "./support/driver.ts";

const folder = Deno.makeTempDirSync();
const exe = Deno.build.os === "windows" ? ".exe" : "";

/** Compiles one script; says why it cannot be run, "" where it can. */
async function compile(script: Script): Promise<string> {
  const [, ...rest] = command(script, [], [
    "--allow-net",
    "--no-prompt",
    "--output",
    `${folder}/${script}`,
  ]);
  const child = new Deno.Command(Deno.execPath(), { args: ["compile", ...rest], cwd: root });
  if (!(await child.output()).success) return "no runtime to compile with can be had";
  const help = await new Deno.Command(`${folder}/${script}${exe}`, { args: ["--help"] }).output();
  const usage = new TextDecoder().decode(help.stdout);
  return usage.startsWith("Pemakaian: ") ? "" : "DENORT_BIN names no runtime of Deno";
}

const lack = await compile("tcp_server");

for (const protocol of protocols) {
  Deno.test({
    name: `${protocol}: compiled scripts have the dialogue, the options and the statuses${
      lack && ` (skipped: ${lack})`
    }`,
    ignore: lack !== "",
    async fn() {
      for (const side of ["server", "client"] as const) {
        assertEquals(await compile(`${protocol}_${side}`), "");
      }
      const program = (side: string, args: string[]) =>
        new Program(`${folder}/${protocol}_${side}${exe}`, args);
      await using server = program("server", ["--port", "0"]);
      await server.until("sistem: ", "err");
      const port = await server.until("\n", "err");
      await using client = program("client", []);
      await client.until("Masukkan port server: ");
      await client.type(`${port}\nhalo\n`);
      await server.until("[Client]: halo\n[Server] Ketik balasan: ");
      await server.type("hai\n");
      await client.until("[Server]: hai\n[Client] Ketik pesan: ");
      await client.type("exit\n");
      assertEquals([await client.status, await server.status], [0, 0]);
      await using wrong = program("client", ["--port", "abc"]);
      assertEquals(await wrong.status, 2);
      assertEquals(wrong.err, 'Port harus angka 1 sampai 65535, bukan "abc" (lihat --help)\n');
    },
  });
}

globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
