import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { openStore } from "../../../offchain/store/open-store.ts";
import { eachDocument } from "../../../offchain/store/repositories/repository.ts";
import { EvmChain, needAnvil } from "../../support/evm-chain.ts";
import { anchorThroughKills, requireNonces, requireOnceEach } from "../../support/killed-anchoring.ts";
import { chance, faultRounds } from "../../support/random.ts";

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
    const request = { name: String(seed), sessions: SESSIONS, dataDir };
    const mining = setInterval(() => void chain.mine(), BLOCK_MS);
    try {
      const account = chain.registrar.address;
      const before = await chain.direct.getBalance(account);
      const kills = { count: KILLS, longestLifeMs: LONGEST_LIFE_MS, below };
      const met = await anchorThroughKills(chain, request, kills);
      console.log(`      ${met} of ${KILLS} kills met a process at work`);
      clearInterval(mining);
      await requireOnceEach(chain, request);
      await requireNonces(chain, request);
      const spent = before - (await chain.direct.getBalance(account));
      await requireCosts(chain, dataDir, spent);
    } finally {
      clearInterval(mining);
      rmSync(dataDir, { recursive: true });
    }
  });
});

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
