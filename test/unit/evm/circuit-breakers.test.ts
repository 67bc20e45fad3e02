import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert } from "chai";
import { Wallet } from "ethers";
import { pino } from "pino";
import { localKey } from "../../../devnet/anvil.ts";
import { CircuitBreakers, type SpendingLimits } from "../../../offchain/evm/breakers/circuit-breakers.ts";
import { EvmError } from "../../../offchain/evm/errors.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { rejection } from "../../support/rejection.ts";

const COOLDOWN_MS = 30_000;
const HOUR_MS = 3_600_000;
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
  let lines: { msg: string; breaker: string; file?: string; breakers?: string[] }[];
  let now: number;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "lucid-breakers-"));
    store = await openStore({ setting: "memory:" });
    lines = [];
    now = Date.now();
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  function open(limits: Partial<SpendingLimits> = {}, endpoints: readonly string[] = []): CircuitBreakers {
    const logger = pino({ base: null }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const stateFile = join(folder, "breakers.json");
    const modules = { transactions: store.anchorTransactions, logger, stateFile, endpoints, now: () => now };
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
      now += COOLDOWN_MS;
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
    now += COOLDOWN_MS - 1;
    assert.equal((await rejection(restarted.admit(FINE), EvmError)).code, "BREAKER_OPEN");
    now += COOLDOWN_MS;
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
    const refused = await rejection(breakers.ask(silence), EvmError);
    assert.deepInclude(refused.details, { code: "BREAKER_OPEN", breaker: "rpc", limit: "3", value: "3" });
    assert.deepEqual(
      lines.map(({ breaker }) => breaker),
      ["rpc"],
    );
  });

  /** As many commands in a row against a node that is not running as open the breaker. */
  async function failUntilOpen(endpoints: readonly string[]): Promise<void> {
    for (let i = 0; i < LIMITS.rpcFailures; i++) {
      assert.equal(
        (await rejection(open({}, endpoints).ask(silence), EvmError)).code,
        "RPC_UNREACHABLE",
        "says what is wrong, each time",
      );
    }
  }

  it("lets each new process ask once, so that a node that was started meanwhile is found at once", async () => {
    await failUntilOpen(["http://a"]);
    assert.equal(open({}, ["http://a"]).reports.at(-1)?.trips, 1);
    const next = open({}, ["http://a"]);
    assert.equal(await next.ask(() => Promise.resolve("alive")), "alive");
    assert.equal(next.reports.at(-1)?.state, "closed");
  });

  it("refuses the second question of a process whose first one was in vain, until the cool-down is over", async () => {
    await failUntilOpen(["http://a"]);
    const next = open({}, ["http://a"]);
    let asked = 0;
    const ask = () => {
      asked += 1;
      return silence();
    };
    assert.equal((await rejection(next.ask(ask), EvmError)).code, "RPC_UNREACHABLE");
    assert.equal((await rejection(next.ask(ask), EvmError)).code, "BREAKER_OPEN");
    assert.equal(asked, 1);
    now += COOLDOWN_MS;
    const both = [next.ask(() => new Promise((done) => setImmediate(done, "alive"))), next.ask(ask)];
    assert.equal(await both[0], "alive");
    assert.equal((await rejection(both[1] as Promise<unknown>, EvmError)).code, "RPC_UNREACHABLE");
    assert.equal(next.reports.at(-1)?.state, "closed", "one failure in a row does not open it");
  });

  it("keeps one rpc breaker for each set of endpoints, in whatever order they are named", async () => {
    await failUntilOpen(["http://a", "http://b"]);
    const stateOf = (...endpoints: string[]) => open({}, endpoints).reports.at(-1);
    assert.equal(stateOf("http://b", "http://a")?.trips, 1);
    assert.deepInclude(stateOf("http://a"), { state: "closed", trips: 0 });
    const file = readFileSync(join(folder, "breakers.json"), "utf8");
    assert.notInclude(file, "http", "the file does not name them");
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

  /** A document as a store has it that was written to at these times. */
  async function restore(nonce: number, at: number, changed: number, gas?: number) {
    const wallet = new Wallet(localKey(0));
    const gasPrice = 22n;
    const raw_signed = await wallet.signTransaction({ nonce, gasLimit: 1_000_000n, gasPrice, type: 0 });
    await store.anchorTransactions.restore([
      {
        _id: `0x${nonce.toString(16).padStart(64, "0")}`,
        chain_id: 1,
        from_addr: wallet.address.toLowerCase(),
        nonce,
        purpose: "other",
        refs: [],
        raw_signed,
        status: gas === undefined ? "broadcast" : "confirmed",
        created_at: at,
        updated_at: changed,
        ...(gas !== undefined && { gas_used: gas, effective_gas_price: gasPrice }),
      },
    ]);
  }

  async function requireSpent(spent: bigint): Promise<void> {
    const room = LIMITS.weiPerHour - spent;
    await open().admit({ ...FINE, cost: room });
    const error = await rejection(open().admit({ ...FINE, cost: room + 1n }), EvmError);
    assert.deepInclude(error.details, { code: "BREAKER_TRIPPED", breaker: "budget" });
  }

  it("counts what is in flight however long ago it was signed", async () => {
    await restore(0, now - 2 * HOUR_MS, now - 2 * HOUR_MS);
    await requireSpent(22_000_000n);
  });

  it("counts what was mined in the last hour, however long ago it was signed", async () => {
    await restore(0, now - 3 * HOUR_MS, now - 2 * HOUR_MS, 100_000);
    await restore(1, now - 3 * HOUR_MS, now - HOUR_MS / 2, 200_000);
    await restore(2, now - 2 * HOUR_MS, now - HOUR_MS / 4, 300_000);
    await requireSpent(500_000n * 22n);
    now += HOUR_MS;
    await open().admit({ ...FINE, cost: LIMITS.weiPerHour });
  });

  it("refuses a saved attempt for which another process left no room, and waits for one that gives way", async () => {
    await restore(0, now - 1, now - 1);
    await restore(1, now, now);
    const saved = await store.anchorTransactions.get(`0x${"1".padStart(64, "0")}`);
    const later = await store.anchorTransactions.get(`0x${"2".padStart(64, "0")}`);
    assert.isUndefined(later);
    if (saved === undefined) return assert.fail("it is not saved");
    await open({ weiPerHour: 44_000_000n }).confirm(saved);
    const over = await rejection(open({ weiPerHour: 43_999_999n }).confirm(saved), EvmError);
    assert.deepInclude(over.details, { code: "BREAKER_TRIPPED", breaker: "budget", value: "44000000" });

    await restore(2, now + 1, now + 1);
    const waiting = open({ weiPerHour: 44_000_000n }).confirm(saved);
    await store.anchorTransactions.move(`0x${"2".padStart(64, "0")}`, "broadcast", "dropped");
    await waiting;
  });

  it("keeps what another process of this folder has tripped meanwhile", async () => {
    const [a, b] = [open(), open()];
    await rejection(a.admit(OVER[0][1]), EvmError);
    await rejection(b.admit(OVER[1][1]), EvmError);
    const refused = await rejection(open().admit(FINE), EvmError);
    assert.deepInclude(refused.details, { code: "BREAKER_OPEN", breaker: "gas" });
  });

  for (const foreign of ["{", "[]", '"closed"', ""]) {
    it(`refuses a state file that is not one of breakers, by its name, and leaves it: ${foreign}`, async () => {
      writeFileSync(join(folder, "breakers.json"), foreign);
      const error = await rejection(
        Promise.resolve().then(() => open()),
        EvmError,
      );
      assert.equal(error.code, "BREAKER_STATE_CORRUPT");
      assert.include(error.message, "breakers.json");
      assert.equal(readFileSync(join(folder, "breakers.json"), "utf8"), foreign);
    });
  }

  it("warns of a state of another shape, goes on without it, and keeps the others", async () => {
    await rejection(open().admit(OVER[1][1]), EvmError);
    const file = join(folder, "breakers.json");
    const { fee } = JSON.parse(readFileSync(file, "utf8"));
    const old = { limit: "1000000", value: "1000001", trips: 7, policy: { ownState: { value: 1 } } };
    writeFileSync(file, JSON.stringify({ fee, gas: old, budget: { ...fee, value: "much" } }));
    lines.length = 0;
    const refused = await rejection(open().admit(FINE), EvmError);
    assert.deepInclude(refused.details, { code: "BREAKER_OPEN", breaker: "fee" });
    assert.deepInclude(lines[0], { file, breakers: ["gas", "budget"] });
    assert.lengthOf(lines, 1);
    const reports = open().reports.map(({ breaker, state, trips }) => [breaker, state, trips]);
    assert.deepInclude(reports, ["gas", "closed", 0]);
  });

  it("of which the budget's state is of another shape lets nothing be overspent", async () => {
    await rejection(open().admit(OVER[2][1]), EvmError);
    await restore(0, now - 1, now - 1);
    writeFileSync(join(folder, "breakers.json"), JSON.stringify({ budget: { state: "open" } }));
    await requireSpent(22_000_000n);
  });
});
