import type { LucidAnchorsClient } from "../../contracts/lucid-anchors/client.ts";
import type { Store } from "../../store/store.ts";
import type { ConfirmedBlocks } from "../chain-view/confirmed-blocks.ts";
import type { Registrations } from "../rules/registrations.ts";
import type { PootDomain } from "../typed-data/domain.ts";
import type { Clock } from "./clock.ts";

/** Who may act for whom in a slot. */
export interface SlotMembership {
  /** The registrations in force at a slot. */
  registrationsAt(slot: number): Registrations | Promise<Registrations>;
  /** Whether a node's address holds REGISTRAR_ROLE, as the decision about the slot has it. */
  isAdmitted(nodeId: string, slot: number): Promise<boolean>;
}

/** What a node's duties work with. */
export interface DutyModules {
  readonly store: Store;
  readonly anchors: LucidAnchorsClient;
  readonly domain: PootDomain;
  readonly membership: SlotMembership;
  readonly confirmed: Pick<ConfirmedBlocks, "newest">;
  readonly clock: Clock;
}
