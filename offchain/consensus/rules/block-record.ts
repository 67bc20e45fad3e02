import canonicalize from "canonicalize";
import { ZeroHash } from "ethers";
import { z } from "zod";
import { keccak256Hex } from "../../keccak.ts";
import { parseJsonAs } from "../../parse-json-as.ts";
import { UUID } from "../../sessions/session-id.ts";
import type { SlotResult } from "../../store/documents.ts";

/** What the first block of a chain names as the one before it. */
export const NO_BLOCK = ZeroHash;

/** A session as a block lists it: its UUID, and the commitment that LucidAnchors knows it by. */
export type ListedSession = readonly [sessionId: string, commitment: string];

/** What a block says; docs/consensus-messages.md has the same as JSON. */
export interface BlockRecord {
  readonly slot: number;
  /** Hash of the last block before this slot; 32 zero bytes where there is none. */
  readonly previous: string;
  /** The entity that took the slot. */
  readonly winner: string;
  readonly reason: Exclude<SlotResult["reason"], "missed">;
  /** Of the decision about the slot. */
  readonly transcriptHash: string;
  /** The transaction that published the sessions; absent where none was pending. */
  readonly txid?: string | undefined;
  /** Oldest first. */
  readonly sessions: readonly ListedSession[];
}

const hash = z.string().regex(/^0x[0-9a-f]{64}$/);
const RECORD = z.strictObject({
  slot: z.int().nonnegative(),
  previous: hash,
  winner: z.string().regex(/^0x[0-9a-f]{40}$/),
  reason: z.enum(["primary", "fallback", "emergency"]),
  transcriptHash: hash,
  txid: hash.optional(),
  sessions: z.array(z.tuple([z.string().regex(UUID), hash])),
});

/** A block's record as canonical JSON (RFC 8785): the text that is hashed and kept. */
export function blockBody(record: BlockRecord): string {
  const { txid, ...rest } = record;
  return canonicalize({ ...rest, ...(txid !== undefined && { txid }) }) as string;
}

/** keccak256 of the body's UTF-8 bytes. */
export const blockHash = (body: string): string => keccak256Hex(Buffer.from(body));

/** A body's record, or why it is not one: whoever takes a slot may write any text. */
export function parseBlockBody(
  body: string,
):
  | { readonly record: BlockRecord; readonly reason?: never }
  | { readonly record?: never; readonly reason: string } {
  const parsed = parseJsonAs(RECORD, body);
  if ("reason" in parsed) return { reason: parsed.reason };
  if (blockBody(parsed.value) !== body) return { reason: "it is not canonical JSON" };
  return { record: parsed.value };
}
