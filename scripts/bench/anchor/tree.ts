import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import { keccak256, Wallet } from "ethers";
import { anchorSessions } from "../../../offchain/anchoring/anchor-sessions.ts";
import { enterWaitingSessions } from "../../../offchain/anchoring/enter-waiting-sessions.ts";
import { ownershipDigest } from "../../../offchain/sessions/owner-signature.ts";
import { recoverSigner } from "../../../offchain/sessions/recover-signer.ts";
import { sealRecordings } from "../../../offchain/sessions/seal-recordings.ts";
import type { SealedSession } from "../../../offchain/sessions/sealed-session.ts";
import {
  MANIFEST_FILE,
  SIGNATURE_FILE,
  sessionsFolder,
} from "../../../offchain/sessions/session-directory.ts";
import type { Document } from "../../../offchain/store/fields.ts";
import { eachDocument } from "../../../offchain/store/repositories/repository.ts";
import { type CollectionSchema, chunks, sessions } from "../../../offchain/store/schema/index.ts";
import { toRow } from "../../../offchain/store/sqlite/rows.ts";
import { createStatements } from "../../../offchain/store/sqlite/tables.ts";
import type { Store } from "../../../offchain/store/store.ts";
import { secondsOf } from "../shared/timing.ts";
import type { AnchorWorld } from "./world.ts";

/** Seconds that it takes to anchor many small sessions as one tree. */
export interface TreeSeconds {
  /** From the folders to proofs that are stored. */
  readonly anchoring: number;
  /** The same files read and hashed, signatures verified, the same rows in one transaction. */
  readonly floor: number;
}

const RECORDING_BYTES = 500;
const STARTED_AT = 1_700_000_000;

/** @param world whose store is empty */
export async function measureTree(
  count: number,
  { folder, anchors, store, registrar }: AnchorWorld,
): Promise<TreeSeconds> {
  const dataDir = join(folder, "data");
  const sealed = await sealSmall(folder, dataDir, count);
  const anchoring = await secondsOf(async () => {
    const waiting = await enterWaitingSessions(dataDir, store);
    const request = { sessions: waiting.sessions, mode: "tree", signer: registrar } as const;
    await anchorSessions(request, { anchors, store });
  });
  const rows = await rowsOf(store);
  const floor = await secondsOf(async () => {
    readAndVerify(dataDir, sealed);
    insertAll(join(folder, "floor.db"), rows);
  });
  return { anchoring, floor };
}

/** Sealed, and not entered into a store. @returns the sessions by their ids */
async function sealSmall(
  folder: string,
  dataDir: string,
  count: number,
): Promise<Map<string, SealedSession>> {
  const sources = Array.from({ length: count }, (_, at) => join(folder, "recordings", `${at}.cast`));
  mkdirSync(join(folder, "recordings"), { recursive: true });
  for (const source of sources) writeFileSync(source, randomBytes(RECORDING_BYTES));
  const recipient = await identityToRecipient(await generateX25519Identity());
  const found = new Map<string, SealedSession>();
  await sealRecordings({
    ...{ sources, dataDir, owner: new Wallet(Wallet.createRandom().privateKey), recipients: [recipient] },
    ...{ startedAt: STARTED_AT, endedAt: STARTED_AT },
    onSealed: async (group) => {
      for (const { sealed } of group) found.set(sealed.manifest.sessionId, sealed);
    },
    onFailed: (_source, error) => {
      throw error;
    },
  });
  return found;
}

function readAndVerify(dataDir: string, sealed: ReadonlyMap<string, SealedSession>): void {
  const folder = sessionsFolder(dataDir);
  for (const id of readdirSync(folder)) {
    const { session, manifestHash } = sealed.get(id) as SealedSession;
    const isSame = keccak256(readFileSync(join(folder, id, MANIFEST_FILE))) === manifestHash;
    const { signature } = JSON.parse(readFileSync(join(folder, id, SIGNATURE_FILE), "utf8"));
    const signer = recoverSigner(ownershipDigest(session), signature);
    if (!isSame || signer !== session.owner.toLowerCase()) throw new Error(`${id} does not verify`);
  }
}

interface Rows {
  readonly schema: CollectionSchema;
  readonly documents: readonly Document[];
}

async function rowsOf(store: Store): Promise<Rows[]> {
  const all = async (schema: CollectionSchema, documents: AsyncIterable<unknown>) => {
    const held: Document[] = [];
    for await (const document of documents) held.push(document as Document);
    return { schema, documents: held };
  };
  return [
    await all(
      chunks,
      eachDocument((page) => store.chunks.allById(page)),
    ),
    await all(
      sessions,
      eachDocument((page) => store.sessions.allById(page)),
    ),
  ];
}

function insertAll(path: string, rows: readonly Rows[]): void {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  for (const statement of rows.flatMap(({ schema }) => createStatements(schema))) database.exec(statement);
  database.exec("BEGIN IMMEDIATE");
  for (const { schema, documents } of rows) {
    const marks = Object.keys(schema.fields).map(() => "?");
    const insert = database.prepare(`INSERT INTO ${schema.name} VALUES (${marks.join(", ")})`);
    for (const document of documents) insert.run(...toRow(schema, document));
  }
  database.exec("COMMIT");
  database.close();
}
