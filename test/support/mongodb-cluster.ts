import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { type Document, MongoClient } from "mongodb";
import { freePort } from "../../devnet/free-port.ts";
import { findOnPath } from "../../devnet/mongodb.ts";

const START_TIMEOUT_MS = 60_000;
const POLL_MS = 200;

/** A real mongod; other servers have no second member. */
export const findMongod = (): string | undefined => process.env.MONGOMS_SYSTEM_BINARY || findOnPath("mongod");

/** The mongos beside the mongod, or on the path. */
export function findMongos(): string | undefined {
  const mongod = findMongod();
  const beside = mongod && join(dirname(mongod), "mongos");
  return beside && existsSync(beside) ? beside : findOnPath("mongos");
}

async function command(port: number, body: Document): Promise<Document> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}`, {
    directConnection: true,
    serverSelectionTimeoutMS: 1_000,
  });
  try {
    return await client.db("admin").command(body);
  } finally {
    await client.close();
  }
}

/** Repeats the command until the server is up and its answer is the one that is waited for. */
async function commandUntil(
  port: number,
  body: Document,
  isDone: (answer: Document) => boolean,
): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const failure = await command(port, body).then(
      (answer) => (isDone(answer) ? undefined : new Error("not yet")),
      (error: unknown) => error,
    );
    if (failure === undefined) return;
    if (Date.now() > deadline) {
      throw new Error(`port ${port} does not answer ${JSON.stringify(body)}`, { cause: failure });
    }
    await delay(POLL_MS);
  }
}

/** Servers that are stopped together, their files removed. */
export class TestCluster {
  readonly folder = mkdtempSync(join(tmpdir(), "lucid-cluster-"));
  private readonly processes = new Map<number, ChildProcess>();

  /** Starts a replica set and waits for its primary. @returns the ports of its members */
  async startReplicaSet(name: string, members: number, role: readonly string[] = []): Promise<number[]> {
    const mongod = findMongod() ?? "mongod";
    const ports: number[] = [];
    for (let member = 0; member < members; member += 1) {
      const port = await freePort();
      const data = join(this.folder, `${name}-${member}`);
      mkdirSync(data);
      this.start(port, mongod, ["--replSet", name, "--dbpath", data, ...role]);
      ports.push(port);
    }
    const [first = 0] = ports;
    for (const port of ports) await commandUntil(port, { ping: 1 }, () => true);
    const config = {
      _id: name,
      ...(role.includes("--configsvr") && { configsvr: true }),
      members: ports.map((port, _id) => ({ _id, host: `127.0.0.1:${port}` })),
    };
    await command(first, { replSetInitiate: config });
    await commandUntil(first, { hello: 1 }, ({ primary }) => primary !== undefined);
    return ports;
  }

  /** Starts a mongos over a config server and two shards of one member each. @returns its port */
  async startSharded(): Promise<number> {
    const [config = 0] = await this.startReplicaSet("config", 1, ["--configsvr"]);
    const shards = [];
    for (const name of ["shard-a", "shard-b"]) {
      const [port = 0] = await this.startReplicaSet(name, 1, ["--shardsvr"]);
      shards.push(`${name}/127.0.0.1:${port}`);
    }
    const port = await freePort();
    this.start(port, findMongos() ?? "mongos", ["--configdb", `config/127.0.0.1:${config}`]);
    await commandUntil(port, { ping: 1 }, () => true);
    for (const shard of shards) await command(port, { addShard: shard });
    return port;
  }

  /** Kills the member that is primary now. */
  async killPrimary(ports: readonly number[]): Promise<void> {
    for (const port of ports) {
      const { isWritablePrimary } = await command(port, { hello: 1 });
      if (isWritablePrimary) return await this.kill(port);
    }
    throw new Error("no member is primary");
  }

  async stop(): Promise<void> {
    await Promise.all([...this.processes.keys()].map((port) => this.kill(port)));
    rmSync(this.folder, { recursive: true, force: true });
  }

  private start(port: number, program: string, options: readonly string[]): void {
    const server = spawn(program, ["--bind_ip", "127.0.0.1", "--port", String(port), ...options], {
      stdio: "ignore",
    });
    this.processes.set(port, server);
  }

  private async kill(port: number): Promise<void> {
    const server = this.processes.get(port);
    this.processes.delete(port);
    if (server === undefined || server.exitCode !== null) return;
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await ended;
  }
}
