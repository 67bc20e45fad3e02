import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { assert } from "chai";
import { Wallet } from "ethers";
import { pino } from "pino";
import { localKey } from "../../../devnet/anvil.ts";
import { CircuitBreakers, type SpendingLimits } from "../../../offchain/evm/breakers/circuit-breakers.ts";
import { EvmError } from "../../../offchain/evm/errors.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { rejection } from "../../support/rejection.ts";

const COOLDOWN_MS = 60;
const LIMITS: SpendingLimits = {
  gasPerCall: 1_000_000n,
  feeCap: 100n,
  weiPerHour: 50_000_000n,
  rpcFailures: 3,
  breakerCooldownMs: COOLDOWN_MS,
};
const FINE = { chainId: 1, gasLimit: 100_000n, feeCap: 10n, cost: 1_000_000n };
const silence = () =>
  Promise.reject(new EvmError({ code: "RPC_UNREACHABLE", endpoint: "http://nowhere", reason: "test" }));

describe("circuit breakers", () => {
  let folder: string;
  let store: Store;
  let lines: { msg: string; breaker: string }[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "lucid-breakers-"));
    store = await openStore({ setting: "memory:" });
    lines = [];
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  function open(limits: Partial<SpendingLimits> = {}): CircuitBreakers {
    const logger = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const stateFile = join(folder, "breakers.json");
    const modules = { transactions: store.anchorTransactions, logger, stateFile };
    return new CircuitBreakers({ ...LIMITS, ...limits }, modules);
  }

  const OVER = [
    ["gas", { ...FINE, gasLimit: 1_000_001n }, "1000000", "1000001"],
    ["fee", { ...FINE, feeCap: 101n }, "100", "101"],
    ["budget", { ...FINE, cost: 50_000_001n }, "50000000", "50000001"],
  ] as const;

  for (const [breaker, spending, limit, value] of OVER) {
    it(`${breaker}: trips once with limit and value, refuses, and closes after one good try`, async () => {
      const breakers = open();
      await breakers.admit(FINE);
      const tripped = await rejection(breakers.admit(spending), EvmError);
      assert.deepInclude(tripped.details, { code: "BREAKER_TRIPPED", breaker, limit, value });
      const refused = await rejection(breakers.admit(FINE), EvmError);
      assert.deepInclude(refused.details, { code: "BREAKER_OPEN", breaker, limit, value });
      assert.lengthOf(lines, 1, "a trip is logged once");
      await sleep(COOLDOWN_MS + 20);
      await breakers.admit(FINE);
      await breakers.admit(FINE);
      const report = breakers.reports.find((one) => one.breaker === breaker);
      assert.deepEqual(report, { breaker, state: "closed", limit, trips: 1 });
    });
  }

  it("stays open over a restart, and opens again when the one try fails", async () => {
    const [, spending] = OVER[1];
    await rejection(open().admit(spending), EvmError);
    const restarted = open();
    assert.equal((await rejection(restarted.admit(FINE), EvmError)).code, "BREAKER_OPEN");
    await sleep(COOLDOWN_MS + 20);
    assert.equal((await rejection(restarted.admit(spending), EvmError)).code, "BREAKER_TRIPPED");
    assert.equal((await rejection(restarted.admit(FINE), EvmError)).code, "BREAKER_OPEN");
    assert.equal(open().reports.find(({ breaker }) => breaker === "fee")?.trips, 2);
  });

  it("forgets an open state when its limit was changed", async () => {
    await rejection(open().admit(OVER[1][1]), EvmError);
    await open({ feeCap: 200n }).admit(FINE);
  });

  it("counts silence in a row, whatever is asked, and nothing else", async () => {
    const breakers = open();
    await rejection(breakers.ask(silence), EvmError);
    await rejection(breakers.ask(silence), EvmError);
    await breakers.ask(() => Promise.resolve(1));
    await rejection(
      breakers.ask(() => Promise.reject(new Error("reverted"))),
      Error,
    );
    for (let i = 0; i < LIMITS.rpcFailures; i++) {
      assert.equal((await rejection(breakers.ask(silence), EvmError)).code, "RPC_UNREACHABLE");
    }
    const refused = await rejection(open().ask(silence), EvmError);
    assert.deepInclude(refused.details, { code: "BREAKER_OPEN", breaker: "rpc", limit: "3", value: "3" });
    assert.deepEqual(
      lines.map(({ breaker }) => breaker),
      ["rpc"],
    );
  });

  it("derives what was spent from saved transactions, with the most of what is in flight", async () => {
    const wallet = new Wallet(localKey(0));
    const save = async (nonce: number, gasLimit: bigint, gasPrice: bigint) => {
      const raw = await wallet.signTransaction({ nonce, gasLimit, gasPrice, type: 0, to: wallet.address });
      const _id = `0x${nonce.toString(16).padStart(2, "0")}${gasPrice.toString(16).padStart(62, "0")}`;
      const from_addr = wallet.address.toLowerCase();
      const fixed = { chain_id: 1, from_addr, nonce, purpose: "other", refs: [], raw_signed: raw } as const;
      await store.anchorTransactions.insert({ _id, ...fixed, status: "signed" });
      return _id;
    };
    await save(0, 1_000_000n, 20n);
    await save(0, 1_000_000n, 22n); // a bump: only one of the two can be mined
    const mined = await save(1, 1_000_000n, 20n);
    await store.anchorTransactions.move(mined, "signed", "mined", {
      gas_used: 500_000,
      effective_gas_price: 18n,
    });
    const spent = 22_000_000n + 9_000_000n;
    const room = LIMITS.weiPerHour - spent;
    await open().admit({ ...FINE, cost: room });
    const error = await rejection(open().admit({ ...FINE, cost: room + 1n }), EvmError);
    assert.deepInclude(error.details, { breaker: "budget", value: String(LIMITS.weiPerHour + 1n) });
  });

  it("counts what is in flight however long ago it was signed", async () => {
    const wallet = new Wallet(localKey(0));
    const gasPrice = 22n;
    const raw_signed = await wallet.signTransaction({ nonce: 0, gasLimit: 1_000_000n, gasPrice, type: 0 });
    const longAgo = Date.now() - 2 * 3_600_000;
    await store.anchorTransactions.restore([
      {
        _id: `0x${"00".repeat(32)}`,
        chain_id: 1,
        from_addr: wallet.address.toLowerCase(),
        nonce: 0,
        purpose: "other",
        refs: [],
        raw_signed,
        status: "broadcast",
        created_at: longAgo,
        updated_at: longAgo,
      },
    ]);
    const room = LIMITS.weiPerHour - 22_000_000n;
    await open().admit({ ...FINE, cost: room });
    assert.equal(
      (await rejection(open().admit({ ...FINE, cost: room + 1n }), EvmError)).code,
      "BREAKER_TRIPPED",
    );
  });

  it("keeps what another process of this folder has tripped meanwhile", async () => {
    const [a, b] = [open(), open()];
    await rejection(a.admit(OVER[0][1]), EvmError);
    await rejection(b.admit(OVER[1][1]), EvmError);
    const refused = await rejection(open().admit(FINE), EvmError);
    assert.deepInclude(refused.details, { code: "BREAKER_OPEN", breaker: "gas" });
  });

  it("refuses a state file that it did not write, by its name", async () => {
    writeFileSync(join(folder, "breakers.json"), "{");
    const error = await rejection(
      Promise.resolve().then(() => open()),
      EvmError,
    );
    assert.equal(error.code, "BREAKER_STATE_CORRUPT");
    assert.include(error.message, "breakers.json");
    assert.equal(readFileSync(join(folder, "breakers.json"), "utf8"), "{");
  });
});
