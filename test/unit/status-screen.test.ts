import { assert } from "chai";
import { slotStart } from "../../offchain/consensus/slot-time.ts";
import type { ChainStatus } from "../../offchain/operation/chain-status.ts";
import type { WorkStatus } from "../../offchain/operation/work-status.ts";
import { screenOf } from "../../tasks/status/screen.ts";

const ADDRESS = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";

const STORE: WorkStatus = {
  store: { engine: "file", location: `/a/${"very/long/".repeat(8)}path/store.db`, version: "SQLite" },
  time: slotStart(700_000) + 20_000,
  slot: 700_000,
  epoch: 972,
  decisions: { now: undefined, next: undefined },
  lastDecided: 699_000,
  sessions: { sealed: 1, pending: 20, anchored: 300 },
  oldestPendingAge: 720_000,
  payouts: { month: "2026-10", byStatus: { confirmed: { count: 3, amount: 1_250_000n } } },
};

const CHAIN: ChainStatus = {
  chainId: 31_337n,
  head: 12,
  headTime: Date.now(),
  contracts: [
    { name: "LucidAnchors", state: { found: { address: ADDRESS, isPaused: true } } },
    { name: "LucidChunkStore", state: { error: { code: "DEPLOYMENT_UNKNOWN", message: "…" } } },
  ],
  breakers: [{ breaker: "budget", state: "open", limit: "10", trips: 1 }],
  accounts: [{ address: ADDRESS, balance: 1_500_000_000_000_000_000n }],
};

describe("the screen of the status", () => {
  it("says what an operator has to know, in 80 columns", () => {
    const lines = screenOf({ store: { found: STORE }, chain: { found: CHAIN } });
    const text = lines.join("\n").replaceAll(/\n {11}/g, " ");
    assert.include(
      text,
      "slot       700000 in epoch 972, 100 s left: undecided; the last that was is 699000",
    );
    assert.include(text, "sessions   1 sealed, 20 pending (the oldest for 12 min), 300 anchored");
    assert.include(text, "payouts    2026-10: 3 confirmed (1.25 USDT)");
    assert.include(text, `LucidAnchors ${ADDRESS}, PAUSED`);
    assert.include(text, "LucidChunkStore: DEPLOYMENT_UNKNOWN");
    assert.include(text, "breakers   budget open (limit 10)");
    assert.include(text, `${ADDRESS} 1.5 ether`);
    const long = lines.filter((line) => line.length > 80);
    assert.lengthOf(long, 1, "a path is one word, which is not broken");
  });

  it("shows what can be read where something cannot", () => {
    const error = { code: "RPC_UNREACHABLE", message: "No answer from http://127.0.0.1:8545." };
    const text = screenOf({ store: { found: STORE }, chain: { error } }).join("\n");
    assert.include(text, "chain      RPC_UNREACHABLE: No answer");
    assert.include(text, "sessions   1 sealed");
  });
});
