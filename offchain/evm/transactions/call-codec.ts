import type { LucidError } from "../../errors.ts";
import type { Items } from "../gas/linear-fit.ts";

/** What sending needs to know about the called contracts, which this layer does not know. */
export interface CallCodec {
  /**
   * The typed error for what a call returned when it reverted; undefined where it returned no reason.
   *
   * @param action e.g. `LucidAnchors.registerSession`
   */
  decodeRevert(data: string | null | undefined, action: string): LucidError | undefined;
  /** Item counts on which the execution gas of a call depends. */
  countItems(action: string, data: string): Items;
  /** The first four bytes of a method's calldata; undefined where the method is not known. */
  selectorOf(action: string): string | undefined;
}
