import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";
import { readJsonFile } from "../sessions/json-file.ts";
import type { Store } from "../store/store.ts";
import { AUDIT_PHASES, type AuditState } from "./audit.ts";
import { digestOfSlots } from "./slot-digest.ts";

/** Raised with every change of what is kept, or of what an audit checks. */
const VERSION = 2;
const MAX_BYTES = 2 ** 28;
/** A state is written so often at most: an interrupted audit repeats what it did since. */
const WRITE_EVERY_MS = 5_000;

/** What an audit was asked for: one that was asked for something else is not gone on with. */
export interface AuditSubject {
  readonly chainId: number;
  readonly anchors: string;
  /** Where the store is, without credentials. */
  readonly store: string;
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** The settings by which payouts are audited. */
  readonly payouts: string;
}

const number = z.number();
const stateSchema = z.looseObject({
  bounds: z.strictObject({ newestDecided: number, newestClosed: number }),
  range: z.strictObject({ first: number, last: number }),
  phase: z.enum(AUDIT_PHASES),
  slots: z
    .looseObject({
      next: number,
      digest: z.string(),
      proofs: number,
      refusals: z.record(z.string(), number),
      concentration: z.strictObject({
        credits: z.array(z.tuple([z.string(), number])),
        owners: z.array(z.tuple([z.string(), number])),
        nodes: z.array(z.tuple([z.string(), number, number])),
      }),
    })
    .optional(),
  after: z.array(z.union([z.string(), number])).optional(),
  counts: z.record(z.string(), number),
  gas: z.array(z.tuple([z.string(), number, z.string()])),
  payouts: z.array(z.tuple([z.string(), number, z.string()])),
  findings: z.array(z.looseObject({ code: z.string() })),
});
const fileSchema = z.strictObject({ version: z.literal(VERSION), subject: z.string(), state: stateSchema });

/** The file in LUCID_DATA_DIR that an interrupted audit goes on from. */
export class ResumeFile {
  readonly path: string;
  readonly #subject: string;
  readonly #now: () => number;
  #writtenAt = 0;

  constructor(dataDir: string, subject: AuditSubject, now: () => number) {
    this.path = join(dataDir, "audit-resume.json");
    this.#subject = JSON.stringify(subject);
    this.#now = now;
  }

  /**
   * What an earlier audit of the same ended with.
   *
   * @returns undefined where there is none, or the slots that it audited are other ones by now
   */
  async read(store: Store): Promise<AuditState | undefined> {
    const parsed = await readJsonFile(this.path, fileSchema, MAX_BYTES);
    if (parsed === undefined || "reason" in parsed || parsed.value.subject !== this.#subject)
      return undefined;
    const state = parsed.value.state as unknown as AuditState;
    const { slots, range, bounds } = state;
    if (slots === undefined) return state;
    const closedUntil = Math.min(range.last, bounds.newestClosed);
    const digest = await digestOfSlots({ first: range.first, below: slots.next, closedUntil }, store);
    return digest === slots.digest ? state : undefined;
  }

  /** Keeps a state, unless one was kept a moment ago. @param state called at once, where it is written */
  async keep(state: () => AuditState): Promise<void> {
    const now = this.#now();
    if (now - this.#writtenAt < WRITE_EVERY_MS) return;
    this.#writtenAt = now;
    const text = JSON.stringify({ version: VERSION, subject: this.#subject, state: state() });
    await mkdir(dirname(this.path), { recursive: true });
    await writeFileAtomic(this.path, text);
  }

  /** When the audit is done. */
  async remove(): Promise<void> {
    await rm(this.path, { force: true });
  }
}
