import type { ChainStatus } from "./chain-status.ts";
import type { Section } from "./section.ts";
import type { WorkStatus } from "./work-status.ts";

/** What an operator wants to know at a glance; a part that cannot be read leaves the others readable. */
export interface OperatorStatus {
  readonly chain: Section<ChainStatus>;
  readonly store: Section<WorkStatus>;
}
