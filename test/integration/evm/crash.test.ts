import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { assert } from "chai";
import { openStore } from "../../../offchain/store/open-store.ts";
import { eachDocument } from "../../../offchain/store/repositories/repository.ts";
import { LucidAnchors__factory } from "../../../typechain-types/index.ts";
import { EvmChain, needAnvil } from "../../support/evm-chain.ts";
import { chance, faultRounds } from "../../support/random.ts";
import { sealedSessions } from "../../support/sealed-sessions.ts";

const PROCESS = join(import.meta.dirname, "../../support/anchoring-process.ts");
const isLong = faultRounds(0) > 0;
const KILLS = isLong ? 25 : 5;
const SESSIONS = isLong ? 200 : 60;
/** A block every so often, and the longest that a process lives once it is at work. */
const BLOCK_MS = 300;
const LONGEST_LIFE_MS = 800;

describe("anchoring that is killed again and again", function () {
  this.timeout(isLong ? 600_000 : 120_000);

  it(`anchors ${SESSIONS} sessions once each through ${KILLS} kills`, async function () {
    needAnvil(this);
    const { seed, below } = chance();
    console.log(`      seed ${seed} (replay with LUCID_FAULT_SEED=${seed})`);
    await using chain = await EvmChain.start();
    await chain.holdBlocks();
    const dataDir = mkdtempSync(join(tmpdir(), "lucid-crash-"));
    const mining = setInterval(() => void chain.mine(), BLOCK_MS);
    try {
      const account = chain.registrar.address;
      const before = await chain.direct.getBalance(account);
      const start = () => startProcess(chain, dataDir, String(seed));
      let met = 0;
      for (let kill = 0; kill < KILLS; kill++) {
        const child = start();
        const ended = await Promise.race([atWork(child), endOf(child)]);
        if (ended !== undefined) break;
        await Promise.race([pause(below(LONGEST_LIFE_MS)), endOf(child)]);
        if (child.kill("SIGKILL")) met += 1;
        await endOf(child);
      }
      console.log(`      ${met} of ${KILLS} kills met a process at work`);
      assert.equal(await endOf(start()), 0, "the last process ends by itself");
      clearInterval(mining);
      await requireOnceEach(chain, String(seed));
      await requireNonces(chain, dataDir);
      const spent = before - (await chain.direct.getBalance(account));
      await requireCosts(chain, dataDir, spent);
    } finally {
      clearInterval(mining);
      rmSync(dataDir, { recursive: true });
    }
  });
});

function startProcess(chain: EvmChain, dataDir: string, name: string): ChildProcess {
  const args = [chain.node.url, chain.anchorsAddress, dataDir, name, String(SESSIONS)];
  return spawn(process.execPath, ["--import", "tsx", PROCESS, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

const atWork = (child: ChildProcess) =>
  new Promise<undefined>((done) => child.stdout?.once("data", () => done(undefined)));

/** Its exit code; -1 where a signal ended it. */
function endOf(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode ?? -1);
  return new Promise((done) => child.once("exit", (code) => done(code ?? -1)));
}

async function requireOnceEach(chain: EvmChain, name: string): Promise<void> {
  const anchors = LucidAnchors__factory.connect(chain.anchorsAddress, chain.direct);
  const events = await anchors.queryFilter(anchors.filters.SessionRegistered());
  const expected = (await sealedSessions(name, SESSIONS)).map(({ session }) => session.sessionId);
  assert.sameMembers(
    events.map(({ args }) => args.sessionId),
    expected,
    "every session has one event",
  );
}

async function requireNonces(chain: EvmChain, dataDir: string): Promise<void> {
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
  assert.equal(used, SESSIONS, "one transaction a session");
}

/** What the store says was paid, what the chain's receipts say, and what the account is short of. */
async function requireCosts(chain: EvmChain, dataDir: string, spent: bigint): Promise<void> {
  await using store = await openStore({ setting: join(dataDir, "store.db") });
  let stored = 0n;
  let received = 0n;
  for await (const document of eachDocument((page) => store.anchorTransactions.all(page))) {
    stored += BigInt(document.gas_used ?? 0) * (document.effective_gas_price ?? 0n);
    const receipt = await chain.direct.getTransactionReceipt(document._id);
    if (receipt !== null) received += receipt.gasUsed * receipt.gasPrice;
  }
  assert.equal(stored, received, "the store's sum is the sum of the receipts");
  assert.equal(stored, spent, "and what the account paid");
}
