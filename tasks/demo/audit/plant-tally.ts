import type { Plant } from "../../../devnet/planted-store.ts";
import { talliesRoot } from "../../../offchain/consensus/node/record-roots.ts";
import type { PootDomain } from "../../../offchain/consensus/typed-data/domain.ts";
import { signMessage } from "../../../offchain/consensus/typed-data/sign-message.ts";
import { partId } from "../../../offchain/store/slot-tally/part-id.ts";
import type { Store } from "../../../offchain/store/store.ts";
import type { Cast } from "../poot/cast.ts";

/** A storage answer that nobody gave, counted in a slot. */
export interface PlantedTally {
  readonly plant: Plant;
  /** The node that closed the slot, and signed the wrong sum. */
  readonly closer: string;
}

/** Counts one storage answer too many for an entity in a slot; the slot's closer signs it again. */
export async function plantTally(
  { slot, entityId }: { readonly slot: number; readonly entityId: string },
  { store, cast, domain }: { readonly store: Store; readonly cast: Cast; readonly domain: PootDomain },
): Promise<PlantedTally> {
  const head = await store.slotTallies.get(slot);
  const signer = cast.identities.find(({ nodeId }) => nodeId === head?.closer);
  if (head === undefined || signer === undefined) throw new RangeError(`slot ${slot} is not closed`);
  const tallies = [];
  for await (const tally of store.slotTallies.tallies(slot)) {
    const isRaised = tally.entityId === entityId;
    tallies.push(isRaised ? { ...tally, storageProofs: tally.storageProofs + 1 } : tally);
  }
  const { proofCount, proofsRoot } = head;
  const signed = { proofCount, proofsRoot, talliesRoot: talliesRoot(tallies), entityCount: tallies.length };
  const message = { slot, ...signed };
  const closerSig = await signMessage(signer.wallet, domain, { name: "SlotTally", message });
  const part = { slot, number: 0, tallies };
  const _id = partId(part);
  const changed = { ...head, ...signed, parts: [_id], closerSig };
  return {
    closer: cast.nameOf(signer.nodeId),
    plant: {
      slotTallies: (one) => (one._id === slot ? changed : one),
      slotTallyParts: (one) => (head.parts.includes(one._id) ? { ...part, _id } : one),
    },
  };
}
