import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { Wallet } from "ethers";
import { recordSessions } from "../../../offchain/anchoring/record-session.ts";
import { sealRecordings } from "../../../offchain/sessions/seal-recordings.ts";
import { openStore } from "../../../offchain/store/open-store.ts";
import { secondsOf } from "../shared/timing.ts";

/** Seconds that many small recordings take. */
export interface SmallSeconds {
  /** `session seal FOLDER` without the start of the process: sealed, and entered into an embedded store. */
  readonly seal: number;
  /** The same files, as many sessions at a time as a seal works on. */
  readonly filesAtOnce: number;
  /** The same files, one session after the other. */
  readonly filesInTurn: number;
}

const RECORDING_BYTES = 500;
/** As `sealRecordings` does. */
const AT_A_TIME = 16;
const STARTED_AT = 1_700_000_000;

/** Files of a session and their bytes, as a recording of 500 bytes has them. */
const FILES = {
  "chunks/000000.chunk": 560,
  "session-key.age": 232,
  "owner-signature.json": 175,
  "manifest.json": 560,
};

export async function measureSmall(folder: string, count: number, recipient: string): Promise<SmallSeconds> {
  const sources = Array.from({ length: count }, (_, at) => join(folder, "recordings", `${at}.cast`));
  mkdirSync(join(folder, "recordings"), { recursive: true });
  for (const source of sources) writeFileSync(source, randomBytes(RECORDING_BYTES));
  const filesAtOnce = await secondsOf(() => writeFiles(join(folder, "at-once"), sources, AT_A_TIME));
  const seal = await secondsOf(() => sealAll(join(folder, "data"), sources, recipient));
  const filesInTurn = await secondsOf(() => writeFiles(join(folder, "in-turn"), sources, 1));
  await rm(folder, { recursive: true });
  return { seal, filesAtOnce, filesInTurn };
}

async function sealAll(dataDir: string, sources: readonly string[], recipient: string): Promise<void> {
  await mkdir(dataDir);
  await using store = await openStore({ setting: join(dataDir, "store.db") });
  await sealRecordings({
    ...{ sources, dataDir, owner: new Wallet(Wallet.createRandom().privateKey), recipients: [recipient] },
    ...{ startedAt: STARTED_AT, endedAt: STARTED_AT },
    onSealed: (group) =>
      recordSessions(
        store,
        group.map(({ sealed }) => sealed),
      ),
    onFailed: (_source, error) => {
      throw error;
    },
  });
}

/** Each session all or nothing: its files and folders are on the disk before it gets its name. */
async function writeFiles(folder: string, sources: readonly string[], atATime: number): Promise<void> {
  await mkdir(folder);
  let next = 0;
  const lane = async () => {
    while (next < sources.length) {
      const at = next++;
      await readFile(sources[at] as string);
      const path = join(folder, `.sealing-${at}`);
      await mkdir(join(path, "chunks"), { recursive: true });
      await Promise.all(Object.entries(FILES).map(([name, bytes]) => writeFile(join(path, name), bytes)));
      await Promise.all([sync(join(path, "chunks")), sync(path)]);
      await rename(path, join(folder, String(at)));
    }
  };
  await Promise.all(Array.from({ length: atATime }, lane));
  await sync(folder);
}

async function writeFile(path: string, bytes: number): Promise<void> {
  const file = await open(path, "wx");
  await file.write(randomBytes(bytes));
  await file.datasync();
  await file.close();
}

async function sync(path: string): Promise<void> {
  const folder = await open(path, "r");
  await folder.sync();
  await folder.close();
}
