import { assertEquals } from "@std/assert";
import { command, Program, protocols, root, type Script, test } from "./support/driver.ts";

const folder = Deno.makeTempDirSync();
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
const binary = (script: Script) =>
  `${folder}/${script}${Deno.build.os === "windows" ? ".exe" : ""}`;

/** Compiles one script; says why it cannot be run, "" where it can. */
async function compile(script: Script): Promise<string> {
  const options = ["--allow-net", "--no-prompt", "--output", `${folder}/${script}`];
  const [, ...rest] = command(script, [], options);
  const child = new Deno.Command(Deno.execPath(), { args: ["compile", ...rest], cwd: root });
  if (!(await child.output()).success) return "no runtime to compile with can be had";
  const help = await new Deno.Command(binary(script), { args: ["--help"] }).output();
  const usage = new TextDecoder().decode(help.stdout);
  return usage.startsWith("Pemakaian: ") ? "" : "DENORT_BIN names no runtime of Deno";
}

const lack = await compile("tcp_server");

test(
  "compiled scripts have the dialogue, the options and the statuses",
  protocols,
  async (protocol) => {
    const [atServer, atClient] = [`${protocol}_server`, `${protocol}_client`] as const;
    for (const script of [atServer, atClient]) assertEquals(await compile(script), "");
    await using server = new Program(binary(atServer), ["--port", "0"]);
    await server.until("sistem: ", "err");
    const port = await server.until("\n", "err");
    await using client = new Program(binary(atClient), []);
    await client.until("Masukkan port server: ");
    await client.type(`${port}\nhalo\n`);
    await server.until("[Client]: halo\n[Server] Ketik balasan: ");
    await server.type("hai\n");
    await client.until("[Server]: hai\n[Client] Ketik pesan: ");
    await client.type("exit\n");
    assertEquals([await client.status, await server.status], [0, 0]);
    await using wrong = new Program(binary(atClient), ["--port", "abc"]);
    assertEquals(await wrong.status, 2);
    assertEquals(wrong.err, 'Port harus angka 1 sampai 65535, bukan "abc" (lihat --help)\n');
  },
  lack,
);
