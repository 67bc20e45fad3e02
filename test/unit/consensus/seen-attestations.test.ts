import { expect } from "chai";
import fc from "fast-check";
import { addressOf, hashOf } from "../../../devnet/store-documents.ts";
import { type Attestation, SeenAttestations } from "../../../offchain/consensus/chain-view/attestations.ts";
import { ConfirmedBlocks } from "../../../offchain/consensus/chain-view/confirmed-blocks.ts";
import { ConsensusError } from "../../../offchain/consensus/errors.ts";
import { StoreError } from "../../../offchain/store/errors.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { ArrayChain } from "../../support/array-chain.ts";
import { rejection } from "../../support/rejection.ts";

const BLOCKS = 30;
const CONFIRMATIONS = 2;
const NEWEST = BLOCKS - CONFIRMATIONS;
const newChain = () => new ArrayChain(Array.from({ length: BLOCKS }, (_, block) => 1_000 + block));

/** Attesters are spelled as contracts' clients give them, not as the store keeps them. */
const eventOf = (chain: ArrayChain, epoch: number, attester: number, blockNumber: number): Attestation => ({
  epoch,
  root: hashOf(epoch),
  attester: addressOf(attester).toUpperCase().replace("0X", "0x"),
  txid: hashOf(attester),
  blockNumber,
  blockHash: chain.blocks[blockNumber]?.hash ?? "",
  logIndex: 1_000 * epoch + attester,
});

function resume(chain: ArrayChain, store: Store, events: readonly Attestation[], most = Number.MAX_VALUE) {
  let given = 0;
  return SeenAttestations.resume(0, {
    confirmed: new ConfirmedBlocks(CONFIRMATIONS, chain),
    attestations: store.attestations,
    source: async function* ({ fromBlock, toBlock }) {
      for (let from = fromBlock; from <= toBlock; from += 4) {
        const last = Math.min(from + 3, toBlock);
        const page = events.filter(({ blockNumber }) => blockNumber >= from && blockNumber <= last);
        given += page.length;
        if (given > most) throw new Error("the endpoint is gone");
        yield page;
      }
    },
  });
}

describe("the attestations seen on chain", () => {
  it("are kept once each, whenever the node was killed", async () => {
    const attested = fc.uniqueArray(fc.tuple(fc.nat(2), fc.integer({ min: 0xa1, max: 0xaf })), {
      selector: ([epoch, attester]) => `${epoch} ${attester}`,
    });
    await fc.assert(
      fc.asyncProperty(
        attested,
        fc.nat(12),
        fc.infiniteStream(fc.nat(BLOCKS - 1)),
        async (all, most, places) => {
          const chain = newChain();
          await using store = await openStore({ setting: "memory:" });
          const events = all.map(([epoch, attester]) => {
            return eventOf(chain, epoch, attester, places.next().value as number);
          });
          await (await resume(chain, store, events, most)).ofEpoch(0, NEWEST).catch(() => undefined);
          const seen = await resume(chain, store, events);
          for (const [epoch, block] of [0, 1, 2].flatMap((one) =>
            [5, NEWEST].map((at) => [one, at] as const),
          )) {
            const expected = events
              .filter((event) => event.epoch === epoch && event.blockNumber <= block)
              .map(({ attester }) => attester.toLowerCase());
            const found = await seen.ofEpoch(epoch, block);
            expect(found.map(({ attester }) => attester)).to.deep.equal(expected.sort());
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it("are refused after a reorg below the confirmations, and where the store says something else", async () => {
    const chain = newChain();
    await using store = await openStore({ setting: "memory:" });
    const events = [eventOf(chain, 1, 0xa1, 4), eventOf(chain, 1, 0xa2, 9)];
    await (await resume(chain, store, events)).ofEpoch(1, 5);
    const [, second] = events as [Attestation, Attestation];
    const { logIndex: _, ...kept } = { ...second, attester: addressOf(0xa2), root: hashOf(9) };
    await store.attestations.insertMany([kept]);
    const conflict = await rejection((await resume(chain, store, [{ ...second }])).ofEpoch(1, 9), StoreError);
    expect(conflict.details).to.include({
      code: "STORE_CONFLICT",
      collection: "attestations",
      field: "root",
    });
    chain.reorganise(
      25,
      Array.from({ length: 25 }, (_, block) => 2_000 + block),
    );
    const now = events.map((event) => ({ ...event, blockHash: chain.blocks[event.blockNumber]?.hash ?? "" }));
    const { code } = await rejection((await resume(chain, store, now)).ofEpoch(1, 9), ConsensusError);
    expect(code).to.equal("CHAIN_REORGANISED_BELOW_CONFIRMATIONS");
  });

  it("are those of the chain, whatever else somebody wrote into the store", async () => {
    const chain = newChain();
    await using store = await openStore({ setting: "memory:" });
    const { logIndex: _, ...invented } = { ...eventOf(chain, 1, 0xa9, 20), attester: addressOf(0xa9) };
    await store.attestations.insertMany([invented]);
    const seen = await resume(chain, store, [eventOf(chain, 1, 0xa1, 4)]);
    const attesters = async () => (await seen.ofEpoch(1, NEWEST)).map(({ attester }) => attester);
    expect(await attesters()).to.deep.equal([addressOf(0xa1)]);
    expect((await store.attestations.byEpoch(1)).documents).to.have.length(2);
  });
});
