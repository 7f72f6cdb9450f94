// Runs `deno` with the arguments given and with the packages that can be had: those of deno.json,
// or where JSR cannot be reached their copy at npm, which tests/npm.lock locks.
//   deno run -A tests/tools/deno.ts run --allow-net tcp_server.ts
// STD_FLAGS hands the flags that choose them on to whatever the command starts. Where it is set
// already nothing is asked; an argument --stand-in takes the copy without asking, too.
const copy = "npm:deno-std@1.4.0";
const copyFlags = "--import-map=tests/npm.json --lock=tests/npm.lock --frozen";
const [command = "help", ...args] = Deno.args.filter((arg) => arg !== "--stand-in");
const files = args.filter((arg) => arg.endsWith(".ts"));

const standIn = Deno.args.includes("--stand-in");
if (standIn) console.error(`${copy} dipakai sebagai ganti paket JSR.`);
let flags = standIn ? copyFlags : Deno.env.get("STD_FLAGS");
if (flags === undefined) {
  const options = { args: ["cache", "-q", "tcp_server.ts", ...files], env: { NO_COLOR: "1" } };
  const { success, code, stderr } = await new Deno.Command(Deno.execPath(), options).output();
  const words = new TextDecoder().decode(stderr).trimEnd();
  // In these words Deno says that it could not fetch something; whatever else is wrong stops here.
  const unreachable = /^error: (JSR package .*)?Import '.*' failed/m.test(words);
  // What is handed out to others is built from the copy only where somebody said so.
  if (!success && (!unreachable || command === "compile")) {
    console.error(words);
    if (unreachable) console.error(`Dengan --stand-in, ${copy} dipakai sebagai ganti paket JSR.`);
    Deno.exit(code);
  }
  if (!success) console.error(`JSR tidak dapat dijangkau: ${copy} dipakai sebagai gantinya.`);
  flags = success ? "" : copyFlags;
}
Deno.env.set("STD_FLAGS", flags);
// A script may not read TERM itself: NO_COLOR reaches it without a permission.
if (Deno.env.get("TERM") === "dumb") Deno.env.set("NO_COLOR", "1");

let child: Deno.ChildProcess | undefined;
// The child ends first. Only a terminal has sent its Ctrl-C to both already.
Deno.addSignalListener("SIGINT", () => Deno.stdin.isTerminal() || child?.kill("SIGINT"));
if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => child?.kill("SIGTERM"));

// One binary of each script; what stands behind a script would be the binary's own arguments.
const options = args.filter((arg) => !files.includes(arg));
const own = command === "task" ? [] : flags.match(/\S+/g) ?? [];
for (const rest of command === "compile" ? files.map((file) => [...options, file]) : [args]) {
  child = new Deno.Command(Deno.execPath(), { args: [command, ...own, ...rest] }).spawn();
  const { code } = await child.status;
  if (code !== 0) Deno.exit(code);
}
Deno.exit(0);
