import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { assert } from "chai";
import { freePort } from "../../../devnet/free-port.ts";
import { startGeth } from "../../../devnet/geth.ts";
import { EvmChain, needGeth } from "../../support/evm-chain.ts";
import {
  anchorThroughKills,
  atWork,
  endOf,
  requireNonces,
  requireOnceEach,
  startAnchoring,
} from "../../support/killed-anchoring.ts";
import { chance, faultRounds } from "../../support/random.ts";

const isLong = faultRounds(0) > 0;
const KILLS = isLong ? 15 : 3;
const SESSIONS = isLong ? 120 : 40;
/** Blocks come once a second: long enough that a process is killed with some mined and some not. */
const LONGEST_LIFE_MS = 2_500;

describe("anchoring on go-ethereum that is killed again and again", function () {
  this.timeout(isLong ? 900_000 : 180_000);
  let dataDir: string;
  let nodeDir: string;

  before(function () {
    needGeth(this);
  });
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), "lucid-geth-crash-"));
    nodeDir = mkdtempSync(join(tmpdir(), "lucid-geth-node-"));
  });
  afterEach(() => {
    for (const folder of [dataDir, nodeDir]) rmSync(folder, { recursive: true, force: true });
  });

  it(`anchors ${SESSIONS} sessions once each through ${KILLS} kills of the process`, async () => {
    const { seed, below } = chance();
    console.log(`      seed ${seed} (replay with LUCID_FAULT_SEED=${seed})`);
    await using chain = await EvmChain.startGeth();
    const request = { name: String(seed), sessions: SESSIONS, dataDir };
    const met = await anchorThroughKills(chain, request, {
      count: KILLS,
      longestLifeMs: LONGEST_LIFE_MS,
      below,
    });
    console.log(`      ${met} of ${KILLS} kills met a process at work`);
    await requireOnceEach(chain, request);
    await requireNonces(chain, request);
  });

  it("brings every session back to a node that was killed and lost its last blocks", async () => {
    const options = { dataDir: nodeDir, port: await freePort() };
    await using chain = await EvmChain.startGeth(options);
    // Stopped in order, the node keeps the contract; what follows it is in memory alone.
    await stop(chain.node.process, "SIGTERM");
    const request = { name: "node", sessions: SESSIONS, dataDir };
    {
      await using node = await startGeth(options);
      assert.equal(await endOf(startAnchoring(chain, request)), 0);
      await requireOnceEach(chain, request);
      await stop(node.process, "SIGKILL");
    }
    await using _restarted = await startGeth(options);
    const kept = await chain.direct.getTransactionCount(chain.registrar.address);
    assert.equal(kept, 0, "the blocks with the sessions are gone");
    await untilMadeAfter(chain, Date.now());
    assert.equal(await endOf(startAnchoring(chain, request)), 0);
    await requireOnceEach(chain, request);
    const used = await chain.direct.getTransactionCount(chain.registrar.address);
    assert.equal(used, SESSIONS, "one transaction a session, no gap");
  });

  it("goes on when the node is killed while it anchors", async () => {
    const options = { dataDir: nodeDir, port: await freePort() };
    await using chain = await EvmChain.startGeth(options);
    await stop(chain.node.process, "SIGTERM");
    const request = { name: "under way", sessions: SESSIONS, dataDir };
    const child = await (async () => {
      await using node = await startGeth(options);
      const started = startAnchoring(chain, request, "ignore");
      await atWork(started);
      while ((await chain.direct.getTransactionCount(chain.registrar.address)) < SESSIONS / 4)
        await pause(100);
      await stop(node.process, "SIGKILL");
      return started;
    })();
    await using _restarted = await startGeth(options);
    // It may fail with what it was told, or wait in vain for nonces that were final; the next run sends those again.
    await endOf(child);
    await untilMadeAfter(chain, Date.now());
    assert.equal(await endOf(startAnchoring(chain, request)), 0);
    await requireOnceEach(chain, request);
    const used = await chain.direct.getTransactionCount(chain.registrar.address);
    assert.equal(used, SESSIONS, "one transaction a session, no gap");
  });
});

/** Until the head is a block of after a time: before, the node looks like one that is merely behind. */
async function untilMadeAfter({ direct }: EvmChain, ms: number): Promise<void> {
  while (((await direct.getBlock("latest"))?.timestamp ?? 0) * 1_000 <= ms) await pause(100);
}

async function stop(
  node: { kill(signal: NodeJS.Signals): boolean; once(event: "exit", done: () => void): unknown },
  signal: NodeJS.Signals,
): Promise<void> {
  const exited = new Promise<void>((done) => node.once("exit", done));
  node.kill(signal);
  await exited;
}
