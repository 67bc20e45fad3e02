import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { expect } from "chai";
import { Wallet } from "ethers";
import { SessionError, type SessionErrorDetails } from "../../../offchain/sessions/errors.ts";
import { type SealOptions, sealSession } from "../../../offchain/sessions/seal-session.ts";
import type { SealedSession } from "../../../offchain/sessions/sealed-session.ts";

/** A folder of its own with an owner and an age identity: what a seal needs. */
export interface Trial {
  readonly folder: string;
  readonly dataDir: string;
  readonly owner: Wallet;
  readonly identity: string;
  readonly recipient: string;
  /** Writes a recording and returns its path. */
  record(content: Uint8Array | string, name?: string): string;
  /** Seals a recording of that content in chunks of 1,000 bytes. */
  seal(content: Uint8Array | string, options?: Partial<SealOptions>): Promise<SealedSession>;
  end(): void;
}

export const STARTED_AT = 1_767_225_600;
/** Small enough that a few kilobytes make several chunks. */
export const CHUNK_BYTES = 1000;

/** Incompressible content, so that sizes on disk are known. */
export const noise = (bytes: number) => randomBytes(bytes);

export async function newTrial(): Promise<Trial> {
  const folder = mkdtempSync(join(tmpdir(), "lucid-sessions-"));
  const identity = await generateX25519Identity();
  const recipient = await identityToRecipient(identity);
  const owner = new Wallet(`0x${randomBytes(32).toString("hex")}`);
  const dataDir = join(folder, "data");
  const record = (content: Uint8Array | string, name = "recording.bin") => {
    writeFileSync(join(folder, name), content);
    return join(folder, name);
  };
  return {
    ...{ folder, dataDir, owner, identity, recipient, record },
    seal: (content, options = {}) =>
      sealSession({
        ...{ source: record(content), dataDir, owner, recipients: [recipient] },
        ...{ startedAt: STARTED_AT, endedAt: STARTED_AT, chunkBytes: CHUNK_BYTES },
        ...options,
      }),
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** What a call throws, or what a promise is rejected with, as details without their code's prose. */
export async function failureOf(act: () => unknown): Promise<SessionErrorDetails> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof SessionError)) throw error;
    expect(error.message, "a message says what to do").to.match(/\. .+\.$|: .+$/s);
    return error.details;
  }
  throw new Error("expected a SessionError, and nothing was thrown");
}
