/** One transaction per session, up to 500 sessions per transaction, or one root for up to 2^20 sessions. */
export type AnchorMode = "single" | "batch" | "tree";

/** The path from a session to the root of a tree that was anchored. */
export interface TreeProof {
  readonly root: string;
  readonly index: number;
  readonly proof: readonly string[];
}

/** Where and how a session was anchored. */
export interface Anchor {
  readonly mode: AnchorMode;
  /** Unix seconds: the session existed no later. */
  readonly registeredAt: number;
  /** Undefined if another machine sent it and the endpoint has no event for it. */
  readonly txid?: string | undefined;
  readonly blockNumber?: number | undefined;
  /** Of the whole transaction, which a batch or a tree shares; undefined where another machine sent it. */
  readonly gasUsed?: number | undefined;
  readonly tree?: TreeProof | undefined;
}
