import { expect } from "chai";
import { addressOf, hashOf, newNodeRecord } from "../../../devnet/store-documents.ts";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import type { Clock } from "../../../offchain/consensus/node/clock.ts";
import { clockDifference } from "../../../offchain/consensus/node/clock-difference.ts";
import { otherRoot } from "../../../offchain/consensus/node/compare-attestations.ts";
import { isDisagreement } from "../../../offchain/consensus/node/is-disagreement.ts";
import { nextRegistration } from "../../../offchain/consensus/node/next-registration.ts";
import type { NodeEvent } from "../../../offchain/consensus/node/node-event.ts";
import { Retrying } from "../../../offchain/consensus/node/retrying.ts";
import { StoreClock } from "../../../offchain/consensus/node/store-clock.ts";
import { slotStart } from "../../../offchain/consensus/slot-time.ts";
import { StoreError } from "../../../offchain/store/errors.ts";

const TRON = "TG3XXyExBkPp9nzdajDZsozEu4BkaSJozs";

/** A clock that goes on only when somebody sleeps. */
function steppedClock(): Clock & { time: number } {
  const clock = {
    time: 0,
    now: () => clock.time,
    sleepUntil: async (timeMs: number) => {
      clock.time = Math.max(clock.time, timeMs);
    },
  };
  return clock;
}

describe("clocks of a node", () => {
  const together = { storeAheadMs: 0, chainAheadMs: 0, blockGapMs: 12_000 };

  it("may be 30 s apart, and the chain's latest block as old as its pace has it", () => {
    expect(clockDifference({ ...together, storeAheadMs: -30_000 })).to.equal(undefined);
    expect(clockDifference({ ...together, storeAheadMs: 30_001 })).to.include({
      between: "store and machine",
    });
    expect(clockDifference({ ...together, chainAheadMs: -42_000 })).to.equal(undefined);
    expect(clockDifference({ ...together, chainAheadMs: -42_001 })).to.include({ storeAheadMs: 42_001 });
    expect(clockDifference({ ...together, chainAheadMs: 30_001 })).to.include({ between: "store and chain" });
  });

  it("follow the store's, by the quickest of its answers", async () => {
    const machine = steppedClock();
    const delays = [400, 20, 900];
    const clock = new StoreClock(machine, async () => {
      const delay = delays.shift() ?? 0;
      machine.time += delay / 2;
      const store = machine.time + 7_000;
      machine.time += delay / 2;
      return store;
    });
    await clock.measure();
    expect(clock.aheadMs).to.equal(7_000);
    expect(clock.now()).to.equal(machine.time + 7_000);
    await clock.sleepUntil(clock.now() + 50);
    expect(machine.time).to.equal(400 + 20 + 900 + 50);
  });
});

describe("roots that others attested", () => {
  const attested = (...roots: number[]) => roots.map((root) => ({ root: hashOf(root) }));

  it("count against the own one where they have more attestations", () => {
    expect(otherRoot(hashOf(1), attested())).to.equal(undefined);
    expect(otherRoot(hashOf(1), attested(1, 2))).to.equal(undefined);
    expect(otherRoot(hashOf(1), attested(2))).to.deep.equal({ root: hashOf(2), count: 1, ownCount: 0 });
    expect(otherRoot(hashOf(1), attested(1, 2, 2))).to.deep.equal({ root: hashOf(2), count: 2, ownCount: 1 });
  });

  it("are a disagreement, an omission is none", () => {
    const differs = { epoch: 1, own: hashOf(1), attested: hashOf(2), attestations: 2 };
    expect(isDisagreement(new ConsensusError({ code: "EPOCH_ROOT_DIFFERS", ...differs }))).to.equal(true);
    expect(isDisagreement(new ConsensusError({ code: "EPOCH_HAS_OMISSIONS", epoch: 1 }))).to.equal(false);
  });
});

describe("what is tried again", () => {
  const down = () =>
    new StoreError({ code: "STORE_UNREACHABLE", location: "somewhere", reason: "it is down" });

  function retrying() {
    const clock = steppedClock();
    const events: NodeEvent[] = [];
    const disagreements: string[] = [];
    const onDisagreement = (_slot: number, { code }: { readonly code: string }) =>
      void disagreements.push(code);
    const modules = { clock, onEvent: (event: NodeEvent) => void events.push(event), onDisagreement };
    return { clock, events, disagreements, retrying: new Retrying(modules) };
  }
  const attempt = (until: number) => ({
    action: "try",
    slot: 1,
    until,
    signal: new AbortController().signal,
  });

  it("is told, and ends with an answer or when it is too late", async () => {
    const { retrying: tried, events, clock } = retrying();
    let left = 3;
    const work = async () => {
      left -= 1;
      if (left > 0) throw down();
      return "done";
    };
    expect(await tried.run(attempt(10_000), work)).to.equal("done");
    expect(events).to.have.length(2);
    expect(clock.time).to.equal(500 + 1_000);
    expect(await tried.run(attempt(clock.time + 100), () => Promise.reject(down()))).to.equal(undefined);
  });

  it("does not include disagreements and faults of the program", async () => {
    const { retrying: tried, events, disagreements } = retrying();
    const differs = { epoch: 1, own: hashOf(1), attested: hashOf(2), attestations: 2 };
    const error = new ConsensusError({ code: "EPOCH_ROOT_DIFFERS", ...differs });
    expect(await tried.run(attempt(10_000), () => Promise.reject(error))).to.equal(undefined);
    expect(disagreements).to.deep.equal(["EPOCH_ROOT_DIFFERS"]);
    expect(events).to.deep.equal([]);
    const fault = await tried
      .run(attempt(10_000), () => Promise.reject(new TypeError("a bug")))
      .catch((e) => e);
    expect(fault).to.be.instanceOf(TypeError);
  });
});

describe("the next registration of an address", () => {
  const now = slotStart(1_000);
  const record = { ...newNodeRecord(1, 1, 4), tronAddress: TRON, ts: slotStart(900) };
  const wish = { address: addressOf(1), kind: "node", isLeaving: false, vrfPublicKey: hashOf(1) } as const;

  it("registers, changes, leaves, and writes nothing twice", () => {
    expect(nextRegistration([], { ...wish, tronAddress: TRON }, now)).to.include({
      action: "register",
      sequence: 1,
    });
    expect(nextRegistration([record], wish, now)).to.equal(undefined);
    const joins = { ...wish, poolId: addressOf(9) };
    expect(nextRegistration([record], joins, now)).to.include({
      action: "change",
      sequence: 5,
      tronAddress: TRON,
    });
    expect(nextRegistration([record], { ...wish, isLeaving: true }, now)).to.include({
      action: "leave",
      sequence: 5,
    });
    expect(nextRegistration([], { ...wish, isLeaving: true }, now)).to.equal(undefined);
  });
});
