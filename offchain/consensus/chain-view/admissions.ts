import type { RoleChange } from "../../contracts/access-control.ts";
import type { ConfirmedBlocks } from "./confirmed-blocks.ts";
import { EventCursor, type EventSource } from "./event-cursor.ts";
import { RoleHistory } from "./role-history.ts";

type Admission = Pick<RoleChange, "account" | "isGranted" | "blockNumber" | "logIndex">;

export interface AdmissionsModules {
  readonly confirmed: ConfirmedBlocks;
  /** Changes of REGISTRAR_ROLE of LucidAnchors. */
  readonly roleChanges: EventSource<Admission>;
}

/**
 * Who is admitted: holds REGISTRAR_ROLE of LucidAnchors after a block. Reconstructed from the contract's events, so that
 * it can be told for every block, also by endpoints that keep no old state. Events are read once, in the blocks that were
 * not asked for before; memory grows with the changes, each of which the admin has paid for.
 *
 * Both methods throw ConsensusError for a block that is not confirmed or not shown, and after a reorg below the
 * confirmations; EvmError where the chain cannot be reached.
 */
export class Admissions {
  readonly #history = new RoleHistory();
  readonly #cursor: EventCursor<Admission>;

  /** @param deploymentBlock before which LucidAnchors has no events */
  constructor(deploymentBlock: number, { confirmed, roleChanges }: AdmissionsModules) {
    this.#cursor = new EventCursor(deploymentBlock, {
      confirmed,
      source: roleChanges,
      apply: (changes) => {
        for (const { account, isGranted, blockNumber } of changes) {
          this.#history.add(account, { blockNumber, isHeld: isGranted });
        }
      },
    });
  }

  /** @param address in whatever case */
  async isAdmitted(address: string, blockNumber: number): Promise<boolean> {
    await this.#cursor.readTo(blockNumber);
    return this.#history.isHeld(address, blockNumber);
  }

  /** Everyone who is admitted: addresses in lower case, in ascending order. */
  async admitted(blockNumber: number): Promise<readonly string[]> {
    await this.#cursor.readTo(blockNumber);
    return this.#history.holders(blockNumber);
  }
}
