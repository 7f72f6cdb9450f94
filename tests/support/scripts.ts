// The scripts, the commands that run them, and what a test of many cases is called.

/** The folder of the scripts. */
export const root = new URL("../..", import.meta.url);

/** The text of a file of the project. */
export const read = (name: string) => Deno.readTextFileSync(new URL(name, root));

/** The flags by which the scripts find the packages as this run did, from tests/tools/deno.ts. */
export const flags = Deno.env.get("STD_FLAGS")?.match(/\S+/g) ?? [];

export const protocols = ["tcp", "udp"] as const;
export type Protocol = typeof protocols[number];

export const scripts = ["tcp_server", "tcp_client", "udp_server", "udp_client"] as const;
export type Script = typeof scripts[number];

/** The command that runs `file` in this Deno, with the packages of this run. */
export function deno(file: string, args: readonly string[] = [], rights = ["--allow-net"]) {
  return [Deno.execPath(), "run", "--quiet", ...flags, ...rights, file, ...args];
}

export const command = (script: Script, args?: readonly string[], rights?: string[]) =>
  deno(`${script}.ts`, args, rights);

/** Begins a test that is skipped, and says why, where something lacks: `...unless(lack.ipv6, "name")`. */
export function unless(lack: string, name: string): [string, { ignore: boolean }] {
  return [lack ? `${name} (skipped: ${lack})` : name, { ignore: lack !== "" }];
}
