import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Wallet } from "ethers";
import type { ClusterEvent, NodePlan } from "./node-plan.ts";

const SCRIPT = join(import.meta.dirname, "cluster-node.ts");

/** One process of a cluster, which a test kills, stops and starts again. What it tells is collected over its lives. */
export class NodeProcess {
  /** Of the nodes that it runs. */
  readonly nodeIds: readonly string[];
  readonly events: ClusterEvent[] = [];
  /** Exit codes of lives that ended by themselves; a killed one has none. */
  readonly ends: number[] = [];
  /** Of the log of all its lives. */
  readonly logFile: string;
  readonly #planFile: string;
  readonly #script: string;
  #child: ChildProcess | undefined;
  #isStopped = false;
  #isKilled = false;

  /** @param folder its own, where plan and log are */
  constructor(plan: NodePlan, folder: string, script = SCRIPT) {
    mkdirSync(folder, { recursive: true });
    this.nodeIds = plan.nodes.map(({ key }) => new Wallet(key).address.toLowerCase());
    this.logFile = join(folder, "log");
    this.#planFile = join(folder, "plan.json");
    this.#script = script;
    writeFileSync(this.#planFile, JSON.stringify(plan));
  }

  get isRunning(): boolean {
    return this.#child !== undefined && !this.#isStopped;
  }

  /** Whether it ended by itself: one that was killed is started again by whoever killed it. */
  get hasEnded(): boolean {
    return this.#child === undefined && !this.#isKilled;
  }

  /** The last lines of its log, for a test that failed. */
  get log(): string {
    return existsSync(this.logFile)
      ? readFileSync(this.logFile, "utf8").split("\n").slice(-30).join("\n")
      : "";
  }

  start(): void {
    if (this.#child !== undefined) return;
    const child = spawn(process.execPath, ["--import", "tsx", this.#script, this.#planFile], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    this.#isStopped = false;
    this.#isKilled = false;
    createInterface({ input: child.stdout }).on("line", (line) => this.events.push(JSON.parse(line)));
    child.stderr.on("data", (data) => appendFileSync(this.logFile, data));
    child.once("exit", (code) => {
      if (code !== null) this.ends.push(code);
      if (this.#child === child) this.#child = undefined;
    });
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  /** Asks it to end, and waits until it has. */
  async terminate(): Promise<void> {
    this.resume();
    await this.#end("SIGTERM");
  }

  /** Freezes it: it notices nothing until it is resumed. */
  stop(): void {
    if (this.#child?.kill("SIGSTOP")) this.#isStopped = true;
  }

  resume(): void {
    if (this.#isStopped) this.#child?.kill("SIGCONT");
    this.#isStopped = false;
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#isKilled = true;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await ended;
    this.#isStopped = false;
  }
}
