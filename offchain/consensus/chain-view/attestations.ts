import type { EventPosition } from "../../contracts/contract-reader.ts";
import type { AttestationDocument } from "../../store/documents.ts";
import type { Attestations } from "../../store/repositories/attestations.ts";
import type { ConfirmedBlocks } from "./confirmed-blocks.ts";
import { EventCursor, type EventSource } from "./event-cursor.ts";
import { writeSeen } from "./write-seen.ts";

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
 * The roots of epochs that nodes attested on chain. Only events that this node read itself count, so each node reads all
 * of them when it starts and holds them in memory: one for each attester and epoch. Their copy in the store is for others
 * to look at; where the store holds something else, that is a conflict.
 */
export class SeenAttestations {
  readonly #modules: SeenAttestationsModules;
  readonly #cursor: EventCursor<Attestation>;
  /** By epoch, then by attester. */
  readonly #seen = new Map<number, Map<string, AttestationDocument>>();

  private constructor(firstBlock: number, modules: SeenAttestationsModules) {
    const { confirmed, source } = modules;
    this.#modules = modules;
    this.#cursor = new EventCursor(firstBlock, { confirmed, source, apply: (events) => this.#keep(events) });
  }

  /**
   * Attestations that are read from the chain, from its first block on, when they are asked for.
   *
   * @param deploymentBlock before which LucidCheckpoints has no events
   */
  static async resume(deploymentBlock: number, modules: SeenAttestationsModules): Promise<SeenAttestations> {
    return new SeenAttestations(deploymentBlock, modules);
  }

  /**
   * The attestations of an epoch up to a block, that one included, in the order of their attesters.
   *
   * @throws {ConsensusError} for a block that is not confirmed or not shown, and after a reorg below the confirmations
   * @throws {StoreError} STORE_CONFLICT where the store holds something else than the chain says
   */
  async ofEpoch(epoch: number, blockNumber: number): Promise<readonly AttestationDocument[]> {
    await this.#cursor.readTo(blockNumber);
    const seen = [...(this.#seen.get(epoch)?.values() ?? [])];
    return seen
      .filter((one) => one.blockNumber <= blockNumber)
      .sort((a, b) => (a.attester < b.attester ? -1 : 1));
  }

  /** A page that comes again changes nothing. */
  async #keep(events: readonly Attestation[]): Promise<void> {
    const { attestations, confirmed } = this.#modules;
    const documents = events.map(documentOf);
    const write = () => attestations.insertMany(documents);
    await writeSeen(write, (id) => attestations.get(id), confirmed);
    for (const document of documents) {
      const ofEpoch = this.#seen.get(document.epoch) ?? new Map<string, AttestationDocument>();
      this.#seen.set(document.epoch, ofEpoch.set(document.attester, document));
    }
  }
}

function documentOf(event: Attestation): AttestationDocument {
  const { epoch, root, blockNumber, blockHash, txid } = event;
  const attester = event.attester.toLowerCase();
  return { _id: `${epoch}:${attester}`, epoch, attester, root, blockNumber, blockHash, txid };
}
