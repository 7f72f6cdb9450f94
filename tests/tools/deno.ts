// Runs `deno` with the arguments given and with the packages that can be had: those of deno.json,
// or where JSR cannot be used a third party's copy at npm, which tests/npm.lock locks.
//   deno run -A tests/tools/deno.ts run --allow-net tcp_server.ts
// An argument --stand-in takes the copy without asking. STD_FLAGS hands the choice on to whatever
// the command starts; where it is set nothing is asked, either.
const copyFlags = "--import-map=tests/npm.json --lock=tests/npm.lock --frozen";
const dashes = Deno.args.indexOf("--"); // npm's habit: what stands behind it is meant all the same
const [command = "help", ...args] = Deno.args
  .filter((arg, index) => index !== dashes && arg !== "--stand-in");
const files = args.filter((arg) => arg.endsWith(".ts"));

let child: Deno.ChildProcess | undefined;
// The child ends first. Only a terminal has sent its Ctrl-C to both already.
Deno.addSignalListener("SIGINT", () => Deno.stdin.isTerminal() || child?.kill("SIGINT"));
if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", () => child?.kill("SIGTERM"));

let flags = Deno.args.includes("--stand-in") ? copyFlags : Deno.env.get("STD_FLAGS");
if (flags === undefined) {
  const options = { args: ["cache", "tcp_server.ts", ...files], env: { NO_COLOR: "1" } };
  child = new Deno.Command(Deno.execPath(), { ...options, stderr: "piped" }).spawn();
  let words = "";
  let silence = 0;
  // It names each file that it fetches, and would wait for one for ever. Silent before that it is
  // slow itself, as with its folder on a network drive.
  const clock = setInterval(() => {
    if (words.includes("Download ")) silence++;
    if (silence === 10) child?.kill();
  }, 1000);
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    words += text;
    silence = 0;
  }
  clearInterval(clock);
  if (silence >= 10) words += "error: JSR tidak menjawab selama 10 detik";
  const { success, code } = await child.status;
  if (!success) {
    // Of a swapped package Deno says that its integrity check failed; a script's mistake is its own.
    const unusable = /^error: .*(JSR|@std\/)/m.test(words);
    // What is handed out to others is built from the copy only where somebody said so.
    const stop = !unusable || command === "compile";
    if (stop) console.error(words.replace(/^Download .*\n/gm, "").trimEnd());
    if (unusable) {
      const instead = stop ? "dengan --stand-in" : "sebagai gantinya";
      const copy = "npm:deno-std, salinan milik pihak ketiga yang dikunci dengan checksum";
      console.error(`JSR tidak dapat dipakai: ${instead} dipakai ${copy}.`);
    }
    if (stop) Deno.exit(code);
  }
  flags = success ? "" : copyFlags;
}
Deno.env.set("STD_FLAGS", flags);

const own = command === "task" ? [] : flags.match(/\S+/g) ?? [];
let runs = [args];
if (command === "compile") { // one binary of each script
  const options = args.filter((arg) => !files.includes(arg));
  const all = ["tcp_server.ts", "tcp_client.ts", "udp_server.ts", "udp_client.ts"];
  runs = (files.length > 0 ? files : all).map((file) => [...options, file]);
}
for (const run of runs) {
  child = new Deno.Command(Deno.execPath(), { args: [command, ...own, ...run] }).spawn();
  const { code } = await child.status;
  if (code !== 0) Deno.exit(code);
}
Deno.exit(0);
