// What two computers do: hosts in network namespaces of their own, with a cable between them.
import { assert, assertEquals, assertMatch } from "@std/assert";
import { listening, Program } from "./support/chat.ts";
import { command, protocols, type Script, scripts } from "./support/scripts.ts";
import { lack } from "./support/system.ts";

const ignore = lack.hosts !== "";

// Names are known to a file alone: nobody listens where the DNS is asked.
const boot = `
own() { file=$(mktemp); cat >$file; mount --bind $file /etc/$1; rm $file; }
echo 192.0.2.2 rumah | own hosts
echo nameserver 127.0.0.1 | own resolv.conf
echo hosts: files dns | own nsswitch.conf
ip link set lo up`;

/** A computer without a network: a shell, with which its namespaces end. */
class Host extends Program {
  constructor() {
    super(["unshare", "--net", "--mount", "sh", "-e"]);
  }

  async sh(lines: string): Promise<void> {
    await this.type(`${lines}\necho done\n`);
    await this.until("done\n");
  }

  start(script: Script, host: string, port = 0): Program {
    const words = command(script, ["--host", host, "--port", `${port}`]);
    return new Program(["nsenter", "--all", "--wd", `--target=${this.pid}`, ...words]);
  }
}

/** Two computers with a cable between them. */
async function wire() {
  const stack = new AsyncDisposableStack();
  const [near, far] = [stack.use(new Host()), stack.use(new Host())];
  await Promise.all([near.sh(boot), far.sh(boot)]);
  // The ends differ in index: else Linux takes a second to see the cable.
  await near.sh(`ip link add eth0 index 9 type veth peer name eth0 netns ${far.pid}`);
  const plug = (ips: string) =>
    `for ip in ${ips}; do ip address add $ip/24 dev eth0 nodad; done; ip link set eth0 up`;
  await near.sh(plug("192.0.2.1 2001:db8::1 fe80::1"));
  await far.sh(plug("192.0.2.2 192.0.2.3 2001:db8::2 fe80::2"));
  return Object.assign(stack, { near, far });
}

const chats = [
  ["0.0.0.0", "192.0.2.3"], // over UDP the reply comes from 192.0.2.2
  ["rumah", "rumah"],
  ["::", "2001:db8::2"],
  ["::", "fe80::2%eth0"],
  ["fe80::2%eth0", "fe80::2%eth0"],
] as const;
Deno.test.each(chats)(
  "a server at %s, a client to %s",
  { ignore },
  async (own, address) => {
    await using hosts = await wire();
    await Promise.all(protocols.map(async (protocol) => {
      await using server = await listening(hosts.far.start(`${protocol}_server`, own));
      await using client = hosts.near.start(`${protocol}_client`, address, server.port);
      await client.type("halo\nexit\n");
      await server.type("hai\n");
      await client.until("[Server]: hai\n");
      assertEquals([await client.ended(), await server.ended(), client.err], [0, 0, ""]);
    }));
  },
);

Deno.test({
  name: "tcp: a pulled cable delays",
  ignore,
  async fn() {
    await using hosts = await wire();
    const { far } = hosts;
    await using server = await listening(far.start("tcp_server", "0.0.0.0"));
    await using client = hosts.near.start("tcp_client", "192.0.2.2", server.port);
    for (const [from, to, text] of [[client, server, "halo"], [server, client, "hai"]] as const) {
      await from.until("Ketik ");
      await far.sh("ip link set eth0 down");
      await from.type(`${text}\n`);
      await far.sh("sleep 0.5");
      assert(!to.out.includes(text));
      await far.sh("ip link set eth0 up");
      await to.until(`]: ${text}\n`);
    }
  },
});

const slow = "Belum tersambung ke 192.0.2.3: periksa alamatnya, servernya, dan firewall.";
const silent = "Belum ada balasan: ";
/** What a firewall makes of a client to an address: what it says over TCP, and over UDP. */
const walls = [
  ["192.0.2.3", slow, silent], // drops
  ["192.0.2.2", "komputer tidak terjangkau (EHOSTUNREACH)", silent], // rejects
  ["2001:db8::2", "tidak diizinkan: perlu hak khusus, atau ada firewall (EACCES)", silent],
  [
    "192.0.2.5", // the client's own firewall
    "Belum tersambung ke 192.0.2.5: ",
    "Pesan tidak terkirim: galat sistem: Operation not permitted (os error 1)",
  ],
  ["192.0.2.99", "komputer tidak terjangkau (EHOSTUNREACH)", silent], // nobody is there
  ["198.51.100.1", "jaringan tidak terjangkau (ENETUNREACH)", "Pesan tidak terkirim: jaringan "],
] as const;
Deno.test({
  name: "firewalls and missing ways are told of",
  ignore,
  async fn() {
    await using hosts = await wire();
    await hosts.near.sh("iptables -A OUTPUT -d 192.0.2.5 -j DROP");
    await hosts.far.sh(`
iptables -A INPUT -d 192.0.2.3 -j DROP
iptables -A INPUT -d 192.0.2.2 -j REJECT --reject-with icmp-admin-prohibited
ip6tables -A INPUT -d 2001:db8::2 -j REJECT --reject-with icmp6-adm-prohibited`);
    const begun = Date.now();
    const clients = walls.flatMap(([host, ...words]) =>
      protocols.map(async (protocol, index) => {
        await using client = hosts.near.start(`${protocol}_client`, host, 5000);
        await client.type("halo\n");
        const said = await client.until("\n", "err");
        assert(said.startsWith(words[index]!), said);
        if (said.startsWith("Belum")) assert(Date.now() - begun > 4_900, said);
        else assertEquals([await client.ended(), client.err], [1, `${said}\n`]);
      })
    );
    await Promise.all(clients);
  },
});

Deno.test({
  name: "udp_server: a reply that a firewall stops is told of, and the next client served",
  ignore,
  async fn() {
    await using hosts = await wire();
    await using server = await listening(hosts.far.start("udp_server", "0.0.0.0"));
    await using first = hosts.near.start("udp_client", "192.0.2.2", server.port);
    await first.type("halo\n");
    await server.until("[Client]: halo\n");
    await hosts.far.sh("iptables -A OUTPUT -d 192.0.2.1 -p udp -j DROP");
    await server.type("hai\n");
    await server.until("Balasan ke 192.0.2.1:", "err");
    const said = " tidak terkirim: galat sistem: Operation not permitted (os error 1)";
    assert((await server.until("\n", "err")).endsWith(said), server.err);
    await hosts.far.sh("iptables -D OUTPUT -d 192.0.2.1 -p udp -j DROP");
    await using second = hosts.near.start("udp_client", "192.0.2.2", server.port);
    await second.type("lagi\nexit\n");
    await server.type("hai\n");
    await second.until("[Server]: hai\n");
    assertEquals([await second.ended(), await server.ended()], [0, 1]);
  },
});

Deno.test({
  name: "a name that nobody tells the address of is told after 5 seconds",
  ignore,
  async fn() {
    await using hosts = await wire();
    await hosts.far.sh("iptables -A INPUT -p udp --dport 53 -j DROP");
    await hosts.near.sh("echo nameserver 192.0.2.2 >/etc/resolv.conf");
    const said = {
      tcp: "Belum tersambung ke sunyi: periksa alamatnya, servernya, dan firewall.\n",
      udp: "Alamat sunyi belum ditemukan: periksa namanya dan jaringan.\n",
    };
    await Promise.all(protocols.map(async (protocol) => {
      await using client = hosts.near.start(`${protocol}_client`, "sunyi", 5000);
      assertEquals(await client.until(said[protocol], "err"), "");
    }));
  },
});

const unreachable =
  "(jaringan tidak terjangkau|alamat tidak tersedia di komputer ini|tidak diizinkan|galat sistem)";
const nowhere = ["1.2.3", "192.0.2.99", "FE80::1", "255.255.255.255"];
const odd = [
  "1:2:3",
  "127.0.0.1:5000",
  "http://127.0.0.1",
  "127.0.0.1/24",
  "[::1]:6000",
  "[::g]",
  "a..b",
]
  .concat([
    "[127.0.0.1]",
    ".a",
    "%30",
    "0#",
    "a b",
    " ",
    "a?",
    "a\\b",
    "::g",
    "x@0",
    "tidak-ada.invalid",
  ]);
Deno.test.each([...odd, ...nowhere])("%s is one line", { ignore }, async (host) => {
  await using alone = new Host();
  await alone.sh(boot);
  const none = odd.includes(host);
  await Promise.all(scripts.map(async (script) => {
    const server = script.endsWith("server"); // would tell of its port
    if (server && host.startsWith("255")) return; // Linux binds that
    await using program = alone.start(script, host, server ? 0 : 5000);
    await program.type("halo\n");
    assertEquals(await program.ended(), 1);
    const meaning = none ? "nama host tidak ditemukan" : unreachable;
    assertMatch(program.err, RegExp(`^(Pesan tidak terkirim: )?${meaning}.*\\)\\n$`));
  }));
});
