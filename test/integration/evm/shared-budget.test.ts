import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { Wallet } from "ethers";
import { localKey } from "../../../devnet/anvil.ts";
import { findServerProgram, TestServer } from "../../../devnet/mongodb.ts";
import { maxCost } from "../../../offchain/evm/breakers/spent-gas.ts";
import { initialiseStore } from "../../../offchain/store/administration.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { eachDocument } from "../../../offchain/store/repositories/repository.ts";
import { EvmChain, needAnvil, startProcess } from "../../support/evm-chain.ts";
import { skipWithout } from "../../support/skip-without.ts";

const PROCESS = join(import.meta.dirname, "../../support/spending-process.ts");
const ROUNDS = 6;
const START_MS = 6_000;
const PACE_MS = 2_000;

describe("the budget of two processes on one store", function () {
  this.timeout(120_000);

  it("is not exceeded by both together, and one of them gets it", async function () {
    needAnvil(this);
    const program = findServerProgram();
    if (program === undefined) return skipWithout(this, "no MongoDB server", "LUCID_REQUIRE_MONGODB");
    const dataDir = mkdtempSync(join(tmpdir(), "lucid-budget-"));
    const server = await TestServer.start(program);
    try {
      await using chain = await EvmChain.start();
      // What is sent stays in flight, with all that it may cost.
      await chain.holdBlocks();
      const budget = ((await costOfTransfer(chain)) * 3n) / 2n;
      const stores = Array.from({ length: ROUNDS }, (_, round) => server.uri(`lucid_budget_${round}`));
      for (const store of stores) await initialiseStore(store, { withRoles: false });
      const first = String(Date.now() + START_MS);
      const outcomes = await Promise.all(
        ["2", "3"].map((account) =>
          linesOf([
            ...[chain.node.url, chain.registrar.address, join(dataDir, account), account, String(budget)],
            ...[first, String(PACE_MS), ...stores],
          ]),
        ),
      );
      for (const [round, setting] of stores.entries()) {
        const told = outcomes.map((lines) => lines[round]);
        assert.sameMembers(told, ["sent", "BREAKER_TRIPPED"], `round ${round}`);
        await using store = await openStore({ setting });
        let reserved = 0n;
        for await (const document of eachDocument((page) => store.anchorTransactions.all(page))) {
          if (document.status !== "dropped") reserved += maxCost(document);
        }
        assert.isTrue(reserved <= budget, `round ${round} stays within the budget`);
      }
    } finally {
      await server.stop();
      rmSync(dataDir, { recursive: true });
    }
  });
});

async function costOfTransfer(chain: EvmChain): Promise<bigint> {
  await using own = await startProcess(chain);
  const { address: from } = new Wallet(localKey(2));
  const request = { action: "a transfer", from, to: chain.registrar.address, data: "0x", items: {} };
  return (await own.estimator.estimate("simulation", request)).maxCost;
}

async function linesOf(args: readonly string[]): Promise<string[]> {
  const child = spawn(process.execPath, ["--import", "tsx", PROCESS, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let text = "";
  child.stdout.on("data", (data) => {
    text += data;
  });
  assert.equal(await new Promise((done) => child.once("close", done)), 0);
  return text.trim().split("\n");
}
