import type { EventPosition } from "../../contracts/contract-client.ts";
import type { AttestationDocument } from "../../store/documents.ts";
import type { Attestations } from "../../store/repositories/attestations.ts";
import { eachDocument } from "../../store/repositories/repository.ts";
import type { ConfirmedBlocks } from "./confirmed-blocks.ts";
import { EventCursor, type EventSource } from "./event-cursor.ts";
import { requireKept, writeSeen } from "./write-seen.ts";

/** An EpochAttested event of LucidCheckpoints. */
export interface Attestation extends EventPosition {
  readonly epoch: number;
  readonly root: string;
  /** In whatever case. */
  readonly attester: string;
}

export interface SeenAttestationsModules {
  readonly confirmed: ConfirmedBlocks;
  readonly source: EventSource<Attestation>;
  readonly attestations: Attestations;
}

/**
 * The roots of epochs that nodes attested on chain, kept in the store. They are written block by block, so whoever starts
 * goes on with the newest block that the store knows.
 */
export class SeenAttestations {
  readonly #modules: SeenAttestationsModules;
  readonly #cursor: EventCursor<Attestation>;

  private constructor(firstBlock: number, modules: SeenAttestationsModules) {
    const { confirmed, source } = modules;
    this.#modules = modules;
    this.#cursor = new EventCursor(firstBlock, { confirmed, source, apply: (events) => this.#keep(events) });
  }

  /**
   * Goes on with what the store holds.
   *
   * @param deploymentBlock before which LucidCheckpoints has no events
   * @throws {ConsensusError} CHAIN_REORGANISED_BELOW_CONFIRMATIONS, CHAIN_BLOCK_NOT_SHOWN
   */
  static async resume(deploymentBlock: number, modules: SeenAttestationsModules): Promise<SeenAttestations> {
    const newest = await modules.attestations.newest();
    if (newest === undefined) return new SeenAttestations(deploymentBlock, modules);
    await requireKept(newest, modules.confirmed);
    return new SeenAttestations(newest.blockNumber, modules);
  }

  /**
   * The attestations of an epoch up to a block, that one included, in the order of their attesters.
   *
   * @throws {ConsensusError} for a block that is not confirmed or not shown, and after a reorg below the confirmations
   * @throws {StoreError} STORE_CONFLICT where the store holds something else than the chain says
   */
  async ofEpoch(epoch: number, blockNumber: number): Promise<readonly AttestationDocument[]> {
    await this.#cursor.readTo(blockNumber);
    const { attestations } = this.#modules;
    const found: AttestationDocument[] = [];
    for await (const one of eachDocument((page) => attestations.byEpoch(epoch, page))) {
      if (one.blockNumber <= blockNumber) found.push(one);
    }
    return found;
  }

  async #keep(events: readonly Attestation[]): Promise<void> {
    const { attestations, confirmed } = this.#modules;
    for (const block of new Set(events.map(({ blockNumber }) => blockNumber))) {
      const ofBlock = events.filter(({ blockNumber }) => blockNumber === block);
      const documents = ofBlock.map(({ epoch, root, attester, blockNumber, blockHash, txid }) => ({
        epoch,
        root,
        attester: attester.toLowerCase(),
        blockNumber,
        blockHash,
        txid,
      }));
      const write = () => attestations.insertMany(documents);
      await writeSeen(write, (id) => attestations.get(id), confirmed);
    }
  }
}
