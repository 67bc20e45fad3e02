import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { assert } from "chai";
import { differencesOf } from "../../../offchain/payouts/reconcile/differences.ts";
import { readBooks } from "../../../offchain/payouts/reconcile/read-books.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { endOf } from "../../support/killed-anchoring.ts";
import type { PayoutProcessOptions } from "../../support/payout-process.ts";
import { chance, faultRounds } from "../../support/random.ts";
import { TronWorld } from "../../support/tron-world.ts";

const PROCESS = join(import.meta.dirname, "../../support/payout-process.ts");
const QUICK_KILLS = 5;
const KILLS = Math.min(40, faultRounds(QUICK_KILLS));
const IS_LONG = KILLS > QUICK_KILLS;
const PAYOUTS = IS_LONG ? 500 : 60;
const ROWS_PER_BATCH = 5;
const BLOCK_MS = 150;
/** The longest that a process lives once it is at work. */
const LONGEST_LIFE_MS = IS_LONG ? 6_000 : 1_500;

describe("payouts through crashes and lost answers", function () {
  this.timeout(IS_LONG ? 3_600_000 : 300_000);
  let world: TronWorld;
  after(async () => {
    await world?.[Symbol.asyncDispose]();
  });

  it(`${PAYOUTS} payouts and ${KILLS} kills: each payee has his amount, once`, async () => {
    const { seed, below } = chance();
    console.log(`      seed ${seed}`);
    world = await TronWorld.open({ seed: String(seed), file: "payouts.db" });
    const rows = await world.enter({ count: PAYOUTS, month: "2026-11" });
    await world.store.close();
    await world.produceBlocks(BLOCK_MS);
    world.node.setFaults({
      lostAnswers: 0.6,
      serverBusy: 0.05,
      fewConnections: 0.05,
      vanishing: 0.05,
      dupAfterRefusal: true,
    });
    const answers: string[] = [];
    const options: PayoutProcessOptions = {
      ...{ fullHost: world.node.fullHost, solidityHost: world.node.solidityHost },
      ...{ chainId: world.node.chainId.toString(), store: world.storeFile, contracts: world.contracts },
      ...{ disburserKey: world.disburserKey, rowsPerBatch: ROWS_PER_BATCH },
    };
    let met = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const child = start(options, answers);
      const ended = await Promise.race([atWork(child), endOf(child)]);
      if (ended !== undefined) break;
      await Promise.race([pause(below(LONGEST_LIFE_MS)), endOf(child)]);
      if (child.kill("SIGKILL")) met += 1;
      await endOf(child);
    }
    assert.equal(await endOf(start(options, answers)), 0, "the last process ends by itself");
    const lost = answers.filter((answer) => answer === "NO_ANSWER").length;
    const broadcasts = answers.filter((answer) => answer !== "dead" && answer !== "at work").length;
    console.log(`      ${met} kills at work, ${broadcasts} broadcasts, ${lost} answers lost`);
    assert.isAtLeast(met, Math.min(KILLS, 3), "kills met it at work");
    assert.isAtLeast(lost, broadcasts / 5, "answers were lost");

    await world.stopBlocks();
    await using store = await openStore({ setting: world.storeFile });
    for (const row of rows) {
      assert.equal((await store.payouts.get(row._id))?.status, "confirmed");
      assert.equal(await world.balanceOf(row.to_addr), row.usdt_amount, "exactly his amount, once");
    }
    const { routers } = world.terms;
    const modules = { payouts: store.payouts, tron: world.tron, chain: world.chain };
    const books = await readBooks({ routers, ledger: world.contracts.ledger, fromBlock: 1 }, modules);
    assert.equal(books.payments.length, PAYOUTS);
    assert.deepEqual(differencesOf(books), []);
  });
});

function start(options: PayoutProcessOptions, answers: string[]): ChildProcess {
  const child = spawn(process.execPath, ["--import", "tsx", PROCESS, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout?.on("data", (data) => answers.push(...String(data).trim().split("\n")));
  return child;
}

const atWork = (child: ChildProcess) =>
  new Promise<undefined>((done) => child.stdout?.once("data", () => done(undefined)));
