import type { Manifest } from "./manifest.ts";
import type { Session } from "./session.ts";

/** A session that is sealed on disk. */
export interface SealedSession {
  readonly manifest: Manifest;
  readonly manifestHash: string;
  readonly session: Session;
  /** EIP-712 signature of the owner. */
  readonly signature: string;
  /** Absolute path. */
  readonly directory: string;
}
