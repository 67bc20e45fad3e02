import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { assert } from "chai";
import { sealedSessions } from "../../devnet/sealed-sessions.ts";
import { openStore } from "../../offchain/store/open-store.ts";
import { eachDocument } from "../../offchain/store/repositories/repository.ts";
import { LucidAnchors__factory } from "../../typechain-types/index.ts";
import type { EvmChain } from "./evm-chain.ts";

const PROCESS = join(import.meta.dirname, "anchoring-process.ts");

export interface AnchoringRequest {
  /** Of the sessions: the same ones for the same name. */
  readonly name: string;
  readonly sessions: number;
  readonly dataDir: string;
}

/** Starts a process that anchors sessions one by one. @param stderr where its log goes */
export function startAnchoring(
  chain: EvmChain,
  { name, sessions, dataDir }: AnchoringRequest,
  stderr: "inherit" | "ignore" = "inherit",
): ChildProcess {
  const args = [chain.node.url, chain.anchorsAddress, dataDir, name, String(sessions)];
  return spawn(process.execPath, ["--import", "tsx", PROCESS, ...args], {
    stdio: ["ignore", "pipe", stderr],
  });
}

/** Until its first transaction may go out. */
export const atWork = (child: ChildProcess) =>
  new Promise<undefined>((done) => child.stdout?.once("data", () => done(undefined)));

/** Its exit code; -1 where a signal ended it. */
export function endOf(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode ?? -1);
  return new Promise((done) => child.once("exit", (code) => done(code ?? -1)));
}

export interface Kills {
  readonly count: number;
  /** The longest that a process lives once it is at work. */
  readonly longestLifeMs: number;
  readonly below: (limit: number) => number;
}

/** Starts and kills it again and again, then lets it end. @returns how many kills met it at work */
export async function anchorThroughKills(
  chain: EvmChain,
  request: AnchoringRequest,
  { count, longestLifeMs, below }: Kills,
): Promise<number> {
  let met = 0;
  for (let kill = 0; kill < count; kill++) {
    const child = startAnchoring(chain, request);
    const ended = await Promise.race([atWork(child), endOf(child)]);
    if (ended !== undefined) break;
    await Promise.race([pause(below(longestLifeMs)), endOf(child)]);
    if (child.kill("SIGKILL")) met += 1;
    await endOf(child);
  }
  assert.equal(await endOf(startAnchoring(chain, request)), 0, "the last process ends by itself");
  return met;
}

/** Every session has one event. */
export async function requireOnceEach(chain: EvmChain, { name, sessions }: AnchoringRequest): Promise<void> {
  const anchors = LucidAnchors__factory.connect(chain.anchorsAddress, chain.direct);
  const events = await anchors.queryFilter(anchors.filters.SessionRegistered());
  const expected = (await sealedSessions(name, sessions)).map(({ session }) => session.sessionId);
  assert.sameMembers(
    events.map(({ args }) => args.sessionId),
    expected,
    "every session has one event",
  );
}

/** Everything is final, no nonce is missing, and each session took one transaction. */
export async function requireNonces(chain: EvmChain, { dataDir, sessions }: AnchoringRequest): Promise<void> {
  await using store = await openStore({ setting: join(dataDir, "store.db") });
  const nonces = new Set<number>();
  for await (const { nonce, status } of eachDocument((page) => store.anchorTransactions.all(page))) {
    assert.include(["confirmed", "replaced", "dropped"], status, "everything is final");
    if (status === "confirmed") nonces.add(nonce);
  }
  const used = await chain.direct.getTransactionCount(chain.registrar.address);
  assert.sameMembers(
    [...nonces],
    Array.from({ length: used }, (_, nonce) => nonce),
    "no gap",
  );
  assert.equal(used, sessions, "one transaction a session");
}
